// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Complex stiffness of a viscoelastic RVE (correspondence principle): the elastic problem with D = D' + i D'',
 *
 *     K w_j = -F_j,  K = int B^T D B,  F_j = int B^T D e_j;     C_ij = <(e_i + B w_i) . D . (e_j + B w_j)>
 *
 * without conjugation. Conjugate gradients for complex symmetric matrices (van der Vorst and Melissen, IEEE Trans.
 * Magn. 26 (1990) 706) preconditioned by the real operator of the phases D' + D'': whatever contrast and mesh, the
 * fields of values lie on the segment from 1 to i, so that the error falls to 0.41 in an iteration (Axelsson and
 * Kucherov, Numer. Linear Algebra Appl. 7 (2000) 197).
 */
#include <rve/models/rve_model.h>

#include <lib/base/log.h>

#include <cmath>

namespace fe2
{
namespace
{
using Complex = std::complex<double>;
using Fields = std::vector<Complex>;

void split(const Fields &x, std::vector<double> &re, std::vector<double> &im)
{
  re.resize(x.size());
  im.resize(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
  {
    re[i] = x[i].real();
    im[i] = x[i].imag();
  }
}
} // namespace

/// The complex operator of an RVE between fields of its unknowns.
class RveModel::HarmonicOperator
{
public:
  HarmonicOperator(const RveModel &model, const std::vector<ComplexMatrix6> &tangents, const SharedOperator &real)
      : model_(model), tangents_(tangents), real_(real), imaginary_(model.points_.make_arrays(6))
  {
  }

  /// int B^T D (e + B w)
  Fields forces(const Vector6 &e, const Fields &w)
  {
    split(w, re_, im_);
    model_.strains(e, re_.data(), model_.strain_);
    model_.strains(Vector6::Zero(), im_.data(), imaginary_);
    for (unsigned int p = 0; p < tangents_.size(); ++p)
      to_stress(tangents_[p], model_.points_.n(p), model_.strain_[p], imaginary_[p]);
    model_.internal_forces(model_.strain_, re_);
    model_.internal_forces(imaginary_, im_);
    Fields result(w.size());
    for (std::size_t i = 0; i < w.size(); ++i)
      result[i] = {re_[i], im_[i]};
    return result;
  }

  Fields precondition(const Fields &r)
  {
    split(r, re_, im_);
    if (!model_.solve_forces(real_, re_, im_))
      throw RunError("the linear solver of the RVE did not converge (complex stiffness)");
    Fields z(r.size());
    for (std::size_t i = 0; i < r.size(); ++i)
      z[i] = {re_[i], im_[i]};
    return z;
  }

  /// Without conjugation; collective.
  Complex dot(const Fields &a, const Fields &b) const
  {
    Complex sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      sum += a[i] * b[i];
    double parts[2] = {sum.real(), sum.imag()};
    model_.sum_unknowns(parts, 2);
    return {parts[0], parts[1]};
  }
  double norm(const Fields &r, const Fields &z) const
  {
    double sum = 0;
    for (std::size_t i = 0; i < r.size(); ++i)
      sum += (std::conj(r[i]) * z[i]).real();
    model_.sum_unknowns(&sum, 1);
    return std::sqrt(std::max(sum, 0.));
  }

  /// Solves K w = -F; on return `forces` is what is left, F + K w.
  Fields solve(Fields &forces)
  {
    Fields w(forces.size(), 0.), r = forces;
    for (auto &x : r)
      x = -x;
    Fields z = precondition(r), p = z;
    const double start = norm(r, z);
    Complex rho = dot(r, z);
    for (unsigned int iteration = 0; norm(r, z) > tolerance * start; ++iteration)
    {
      if (iteration == most_iterations)
        throw RunError("the complex stiffness of the RVE was not found in " + std::to_string(most_iterations) +
                       " iterations");
      const Fields kp = this->forces(Vector6::Zero(), p);
      const Complex alpha = rho / dot(p, kp);
      for (std::size_t i = 0; i < w.size(); ++i)
      {
        w[i] += alpha * p[i];
        r[i] -= alpha * kp[i];
      }
      z = precondition(r);
      const Complex next = dot(r, z), beta = next / rho;
      rho = next;
      for (std::size_t i = 0; i < w.size(); ++i)
        p[i] = z[i] + beta * p[i];
    }
    for (std::size_t i = 0; i < r.size(); ++i)
      forces[i] = -r[i];
    return w;
  }

private:
  static constexpr unsigned int most_iterations = 200;
  static constexpr double tolerance = 1e-9; ///< in the norm of the real operator; the stiffness has its square

  /// D e in place.
  static void to_stress(const ComplexMatrix6 &d, const std::size_t n, std::vector<double> &re, std::vector<double> &im)
  {
    for (std::size_t q = 0; q < n; ++q)
    {
      Eigen::Matrix<Complex, 6, 1> e;
      for (std::size_t i = 0; i < 6; ++i)
        e[int(i)] = {re[i * n + q], im[i * n + q]};
      const Eigen::Matrix<Complex, 6, 1> s = d * e;
      for (std::size_t i = 0; i < 6; ++i)
      {
        re[i * n + q] = s[int(i)].real();
        im[i * n + q] = s[int(i)].imag();
      }
    }
  }

  const RveModel &model_;
  const std::vector<ComplexMatrix6> &tangents_;
  const SharedOperator &real_;
  PhaseArrays imaginary_;
  std::vector<double> re_, im_;
};

HarmonicTangent RveModel::harmonic_tangent(const double omega, const std::vector<FieldValue> &fields)
{
  std::vector<ComplexMatrix6> tangents;
  std::vector<Matrix6> real;
  bool lossless = true;
  for (const auto &phase : phases_)
  {
    const HarmonicTangent d = phase.material->harmonic_tangent(omega, fields);
    if (!d)
      return {};
    tangents.push_back(*d);
    real.push_back(d->real() + d->imag());
    lossless = lossless && d->imag().isZero(0);
  }
  const auto op = build_operator(real);
  if (!op->fault.empty())
    throw RunError(op->fault + (omega == 0 ? " (in equilibrium; a phase without equilibrium moduli flows)" : ""));
  if (lossless)
    return ComplexMatrix6(to_sample(op->tangent).cast<Complex>());
  HarmonicOperator complex(*this, tangents, *op);
  std::vector<Fields> loads, rest, w;
  ComplexMatrix6 c = ComplexMatrix6::Zero();
  for (unsigned int p = 0; p < phases_.size(); ++p)
    c += fraction(p) * tangents[p];
  for (int j = 0; j < 6; ++j)
  {
    loads.push_back(complex.forces(Vector6::Unit(j), Fields(n_unknowns(), 0.)));
    rest.push_back(loads.back());
    w.push_back(complex.solve(rest.back()));
  }
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j)
      c(i, j) += (complex.dot(loads[std::size_t(i)], w[std::size_t(j)]) +
                  complex.dot(w[std::size_t(i)], rest[std::size_t(j)])) /
                 volume();
  const ComplexMatrix6 symmetric = 0.5 * (c + c.transpose()), axes = to_sample_axes().cast<Complex>();
  return ComplexMatrix6(axes * symmetric * axes.transpose());
}
} // namespace fe2
