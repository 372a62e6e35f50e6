// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Materials for tests, built as a plugin too.
 *
 * power_law: nonlinear elasticity W = K/2 tr^2 + mu0 / (m + 1) (e0^2 + e:e)^((m + 1) / 2) e0^(1 - m), e the deviator:
 *     s = 2 mu e with 2 mu = mu0 ((e0^2 + e:e) / e0^2)^((m - 1) / 2); symmetric tangent, stiff at small strains.
 * fragile: linear, but fails where dt exceeds a limit, to test roll-back and cutting.
 * broken: linear, but its stress (or tangent) is NaN where a strain exceeds a limit.
 * skew: nonlinear with an unsymmetric tangent, s = C e + a (b . e)^2, and a linear part that is unsymmetric too.
 * crooked: a microstructure whose mesh is not periodic.
 */
#include <rve/microstructure.h>
#include <rve/phase_material.h>

#include <cmath>

namespace fe2
{
namespace
{
class PowerLaw : public PhaseMaterial
{
public:
  void declare(Parameters &p) override
  {
    p.add("Bulk modulus", k_, "[stress].", Range::positive);
    p.add("Shear modulus", mu_, "At zero strain [stress].", Range::positive);
    p.add("Exponent", m_, "1 is linear.", Range::fraction);
    p.add("Reference strain", e0_, "Where nonlinearity begins.", Range::positive);
  }
  void validate(Parameters &, Faults &) override {}
  bool is_linear() const override { return false; }
  const char *evaluate(const Increment &, const MaterialPoints &x) const override
  {
    const Matrix6 dev = mandel::deviatoric();
    for (std::size_t q = 0; q < x.n; ++q)
    {
      Vector6 strain;
      for (int i = 0; i < 6; ++i)
        strain[i] = x.gradient[std::size_t(i) * x.stride + q];
      const Vector6 e = dev * strain;
      const double r = 1 + e.squaredNorm() / (e0_ * e0_), secant = 2 * mu_ * std::pow(r, (m_ - 1) / 2);
      const Vector6 stress = 3 * k_ * (mandel::volumetric() * strain) + secant * e;
      const Matrix6 tangent =
          3 * k_ * mandel::volumetric() + secant * dev + secant * (m_ - 1) / (r * e0_ * e0_) * e * e.transpose();
      for (std::size_t i = 0; i < 6 && x.stress != nullptr; ++i)
        x.stress[i * x.stride + q] = stress[int(i)];
      for (std::size_t i = 0; i < 36 && x.tangent != nullptr; ++i)
        x.tangent[i * x.stride + q] = tangent.data()[i];
    }
    return nullptr;
  }

private:
  double k_ = 100, mu_ = 50, m_ = 0.3, e0_ = 1e-3;
};

class Fragile : public PhaseMaterial
{
public:
  void declare(Parameters &p) override { p.add("Largest dt", largest_, "Fails above it [time].", Range::positive); }
  void validate(Parameters &, Faults &) override {}
  bool is_linear() const override { return false; }
  std::vector<std::string> history_names() const override { return {"count"}; }
  const char *evaluate(const Increment &increment, const MaterialPoints &x) const override
  {
    const Matrix6 c = mandel::isotropic(10, 5);
    for (std::size_t q = 0; q < x.n; ++q)
    {
      for (std::size_t i = 0; i < 6 && x.stress != nullptr; ++i)
      {
        double sum = 0;
        for (std::size_t j = 0; j < 6; ++j)
          sum += c(int(i), int(j)) * x.gradient[j * x.stride + q];
        x.stress[i * x.stride + q] = sum;
      }
      for (std::size_t i = 0; i < 36 && x.tangent != nullptr; ++i)
        x.tangent[i * x.stride + q] = c.data()[i];
      if (x.new_history != nullptr)
        x.new_history[q] = x.old_history[q] + 1;
    }
    return increment.dt > largest_ * (1 + 1e-9) ? "dt is too large for a fragile material" : nullptr;
  }

private:
  double largest_ = 0.1;
};

class Broken : public PhaseMaterial
{
public:
  void declare(Parameters &p) override
  {
    p.add("Largest strain", largest_, "NaN above it.", Range::positive);
    p.add("Tangent", tangent_, "The tangent is NaN instead of the stress.");
  }
  void validate(Parameters &, Faults &) override {}
  bool is_linear() const override { return false; }
  const char *evaluate(const Increment &, const MaterialPoints &x) const override
  {
    const Matrix6 c = mandel::isotropic(10, 5);
    for (std::size_t q = 0; q < x.n; ++q)
    {
      Vector6 strain;
      for (int i = 0; i < 6; ++i)
        strain[i] = x.gradient[std::size_t(i) * x.stride + q];
      const double nan = strain.cwiseAbs().maxCoeff() > largest_ ? std::nan("") : 0.;
      const Vector6 stress = c * strain;
      for (std::size_t i = 0; i < 6 && x.stress != nullptr; ++i)
        x.stress[i * x.stride + q] = stress[int(i)] + (tangent_ ? 0. : nan);
      for (std::size_t i = 0; i < 36 && x.tangent != nullptr; ++i)
        x.tangent[i * x.stride + q] = c.data()[i] + (tangent_ ? nan : 0.);
    }
    return nullptr;
  }

private:
  double largest_ = 0.01;
  bool tangent_ = false;
};

class Skew : public PhaseMaterial
{
public:
  void declare(Parameters &p) override { p.add("Strength", strength_, "Of the nonlinear part.", Range::any); }
  void validate(Parameters &, Faults &) override {}
  bool is_linear() const override { return false; }
  bool symmetric_tangent() const override { return false; }
  const char *evaluate(const Increment &, const MaterialPoints &x) const override
  {
    Matrix6 c = mandel::isotropic(10, 5);
    Vector6 a, b;
    a << 1, 0, 0.5, 0.2, 0, 0;
    b << 0.5, 1, 0, 0, 0.3, 0;
    c += 2 * a * b.transpose();
    for (std::size_t q = 0; q < x.n; ++q)
    {
      Vector6 strain;
      for (int i = 0; i < 6; ++i)
        strain[i] = x.gradient[std::size_t(i) * x.stride + q];
      const double along = b.dot(strain);
      const Vector6 stress = c * strain + strength_ * along * along * a;
      const Matrix6 tangent = c + 2 * strength_ * along * a * b.transpose();
      for (std::size_t i = 0; i < 6 && x.stress != nullptr; ++i)
        x.stress[i * x.stride + q] = stress[int(i)];
      for (std::size_t i = 0; i < 36 && x.tangent != nullptr; ++i)
        x.tangent[i * x.stride + q] = tangent.data()[i];
    }
    return nullptr;
  }

private:
  double strength_ = 100;
};

/// One cell whose sides do not match.
class Crooked : public Microstructure
{
public:
  void declare(Parameters &) override {}
  void validate(Parameters &, Faults &, const std::vector<std::string> &) override {}
  unsigned int dimension() const override { return 2; }
  RveMesh<2> create_2d() const override
  {
    RveMesh<2> mesh;
    mesh.nodes = {{0, 0}, {1, 0}, {0, 1}, {1.1, 1}};
    mesh.add_cell({0, 1, 2, 3}, 0);
    mesh.lattice[0] = dealii::Point<2>(1, 0);
    mesh.lattice[1] = dealii::Point<2>(0, 1);
    return mesh;
  }
};

const Registry<Microstructure>::Add add_crooked("crooked", "Not periodic, for tests",
                                                [] { return std::make_unique<Crooked>(); });
const Registry<PhaseMaterial>::Add add_power_law("power_law", "Nonlinear elasticity for tests",
                                                 [] { return std::make_unique<PowerLaw>(); });
const Registry<PhaseMaterial>::Add add_skew("skew", "Unsymmetric tangent, for tests",
                                            [] { return std::make_unique<Skew>(); });
const Registry<PhaseMaterial>::Add add_broken("broken", "NaN above a strain, for tests",
                                              [] { return std::make_unique<Broken>(); });
const Registry<PhaseMaterial>::Add add_fragile("fragile", "Fails above a dt, for tests",
                                               [] { return std::make_unique<Fragile>(); });
} // namespace
} // namespace fe2
