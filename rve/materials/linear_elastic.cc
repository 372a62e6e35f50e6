// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Linear elasticity, sigma = C eps, with C given by the engineering constants of a symmetry class in the material's own
 * axes, rotated by Bunge's Euler angles. Compliances: e.g. Ting, Anisotropic Elasticity (1996), chapter 2.
 */
#include <rve/materials/fill_tangent.h>
#include <rve/materials/isotropic_constants.h>
#include <rve/phase_material.h>

#include <lib/base/log.h>
#include <lib/base/simd_clones.h>

#include <Eigen/Cholesky>

#include <map>

namespace fe2
{
namespace
{
class LinearElastic : public PhaseMaterial
{
public:
  void declare(Parameters &p) override;
  void validate(Parameters &p, Faults &faults) override;
  bool is_linear() const override { return true; }
  const char *evaluate(const Increment &increment, const MaterialPoints &points) const override;

private:
  void add_constant(Parameters &p, const std::string &name, const std::string &text, const Range range);
  bool need(Parameters &p, Faults &faults, const std::vector<std::string> &names) const;
  bool cubic(Parameters &p, Faults &faults);
  bool orthotropic(Parameters &p, Faults &faults, const bool transverse);
  bool anisotropic(Parameters &p, Faults &faults);

  std::string symmetry_ = "isotropic";
  IsotropicConstants isotropic_;
  std::map<std::string, double> constants_;
  std::map<std::string, bool> given_;
  std::vector<double> voigt_, angles_ = {0, 0, 0};
  Matrix6 stiffness_;
};

void LinearElastic::add_constant(Parameters &p, const std::string &name, const std::string &text, const Range range)
{
  given_[name] = p.given(name);
  p.add(name, constants_[name], text, range);
}

void LinearElastic::declare(Parameters &p)
{
  p.add_selection("Symmetry", symmetry_,
                  "isotropic: two of the isotropic constants. cubic: C11, C12, C44. transversely isotropic (axis 1): "
                  "E1, E2, G12, nu12, nu23. orthotropic: E1, E2, E3, nu12, nu13, nu23, G12, G13, G23. anisotropic: the "
                  "21 numbers of 'Stiffness'.",
                  "isotropic|cubic|transversely isotropic|orthotropic|anisotropic");
  isotropic_.declare(p);
  for (const char *name : {"C11", "C12", "C44"})
    add_constant(p, name, "Cubic constant, C44 = shear modulus of the cube planes [stress].",
                 std::string(name) == "C12" ? Range::any : Range::positive);
  for (const char *name : {"E1", "E2", "E3", "G12", "G13", "G23"})
    add_constant(p, name, "Modulus in the material's axes [stress].", Range::positive);
  for (const char *name : {"nu12", "nu13", "nu23"})
    add_constant(p, name, "Poisson's ratio: nu_ij = -eps_j / eps_i under a stress along i.", Range::any);
  p.add("Stiffness", voigt_,
        "Upper triangle by rows, Voigt order xx, yy, zz, yz, xz, xy with engineering shears: 21 numbers [stress].",
        Range::any);
  p.add("Orientation", angles_, "Bunge Euler angles phi1, Phi, phi2 in degrees, from the material's to the RVE's axes.",
        Range::any);
}

bool LinearElastic::need(Parameters &p, Faults &faults, const std::vector<std::string> &names) const
{
  bool complete = true;
  for (const auto &name : names)
    if (!given_.at(name))
    {
      faults.add(p.where(name), "", "is missing; symmetry '" + symmetry_ + "' needs it");
      complete = false;
    }
  return complete;
}

bool LinearElastic::cubic(Parameters &p, Faults &faults)
{
  if (!need(p, faults, {"C11", "C12", "C44"}))
    return false;
  stiffness_ = Matrix6::Zero();
  stiffness_.topLeftCorner<3, 3>().setConstant(constants_["C12"]);
  for (int i = 0; i < 3; ++i)
  {
    stiffness_(i, i) = constants_["C11"];
    stiffness_(i + 3, i + 3) = 2 * constants_["C44"];
  }
  return true;
}

bool LinearElastic::orthotropic(Parameters &p, Faults &faults, const bool transverse)
{
  auto &c = constants_;
  const std::vector<std::string> names =
      transverse ? std::vector<std::string>{"E1", "E2", "G12", "nu12", "nu23"}
                 : std::vector<std::string>{"E1", "E2", "E3", "nu12", "nu13", "nu23", "G12", "G13", "G23"};
  if (!need(p, faults, names))
    return false;
  const double e3 = transverse ? c["E2"] : c["E3"], nu13 = transverse ? c["nu12"] : c["nu13"],
               g13 = transverse ? c["G12"] : c["G13"], g23 = transverse ? c["E2"] / (2 * (1 + c["nu23"])) : c["G23"];
  Matrix6 s = Matrix6::Zero();
  s.diagonal() << 1 / c["E1"], 1 / c["E2"], 1 / e3, 1 / (2 * c["G12"]), 1 / (2 * g13), 1 / (2 * g23);
  s(0, 1) = s(1, 0) = -c["nu12"] / c["E1"];
  s(0, 2) = s(2, 0) = -nu13 / c["E1"];
  s(1, 2) = s(2, 1) = -c["nu23"] / c["E2"];
  const Eigen::LDLT<Eigen::MatrixXd> factors{Eigen::MatrixXd(s)};
  stiffness_ = factors.solve(Eigen::MatrixXd::Identity(6, 6));
  return true;
}

bool LinearElastic::anisotropic(Parameters &p, Faults &faults)
{
  if (voigt_.size() != 21)
  {
    faults.add(p.where("Stiffness"), "", "needs 21 numbers; given are " + std::to_string(voigt_.size()));
    return false;
  }
  Matrix6 v;
  for (int i = 0, k = 0; i < 6; ++i)
    for (int j = i; j < 6; ++j, ++k)
      v(i, j) = v(j, i) = voigt_[std::size_t(k)];
  stiffness_ = mandel::from_voigt(v);
  return true;
}

void LinearElastic::validate(Parameters &p, Faults &faults)
{
  const bool complete = symmetry_ == "isotropic"     ? isotropic_.validate(p, faults)
                        : symmetry_ == "cubic"       ? cubic(p, faults)
                        : symmetry_ == "anisotropic" ? anisotropic(p, faults)
                                                     : orthotropic(p, faults, symmetry_ == "transversely isotropic");
  if (!complete)
    return;
  if (symmetry_ == "isotropic")
    stiffness_ = mandel::isotropic(isotropic_.bulk, isotropic_.shear);
  else
    isotropic_.refuse(p, faults, "is not used by symmetry '" + symmetry_ + "'; remove it");
  stiffness_ = (0.5 * (stiffness_ + stiffness_.transpose())).eval();
  const std::map<std::string, std::vector<std::string>> used = {
      {"isotropic", {}},
      {"cubic", {"C11", "C12", "C44"}},
      {"transversely isotropic", {"E1", "E2", "G12", "nu12", "nu23"}},
      {"orthotropic", {"E1", "E2", "E3", "nu12", "nu13", "nu23", "G12", "G13", "G23"}},
      {"anisotropic", {}}};
  for (const auto &[name, given] : given_)
    if (const auto &u = used.at(symmetry_); given && std::find(u.begin(), u.end(), name) == u.end())
      faults.add(p.where(name), format(constants_[name]), "is not used by symmetry '" + symmetry_ + "'; remove it");
  if (!stiffness_.allFinite() || Eigen::MatrixXd(stiffness_).llt().info() != Eigen::Success)
    faults.add(p.where("Symmetry"), symmetry_,
               "the stiffness is not positive definite; check moduli and Poisson's ratios");
  if (angles_.size() != 3)
    faults.add(p.where("Orientation"), "", "needs three angles");
  else
  {
    const Matrix6 q = mandel::rotation(rotation_from_bunge(angles_[0], angles_[1], angles_[2]));
    stiffness_ = (q * stiffness_ * q.transpose()).eval();
  }
}

/// s = C e for `n` points, row by row.
FE2_SIMD_CLONES
void multiply(const double *c, const double *e, double *s, const std::size_t stride, const std::size_t n)
{
  for (std::size_t i = 0; i < 6; ++i, c += 6, s += stride)
  {
    const double c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5];
    for (std::size_t k = 0; k < n; ++k)
      s[k] = c0 * e[k] + c1 * e[stride + k] + c2 * e[2 * stride + k] + c3 * e[3 * stride + k] + c4 * e[4 * stride + k] +
             c5 * e[5 * stride + k];
  }
}

const char *LinearElastic::evaluate(const Increment &, const MaterialPoints &x) const
{
  constexpr std::size_t block = 512; // the gradients of a block stay in the first-level cache
  for (std::size_t first = 0; first < x.n && x.stress != nullptr; first += block)
    multiply(stiffness_.data(), x.gradient + first, x.stress + first, x.stride, std::min(block, x.n - first));
  if (x.tangent != nullptr)
    fill_tangent(x.tangent, x.stride, x.n, stiffness_.data());
  return nullptr;
}

const Registry<PhaseMaterial>::Add add("linear_elastic", "Linear elasticity of any symmetry, with orientation",
                                       [] { return std::make_unique<LinearElastic>(); });
} // namespace
} // namespace fe2
