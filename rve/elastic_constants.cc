// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/elastic_constants.h>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
/// Moduli of directions without stiffness (layers of pores) are zero, not rounding errors of an inverse.
NamedValues without_noise(NamedValues values, const double size)
{
  for (auto &[name, value] : values)
    if (name[0] != 'n' && std::abs(value) < 1e-11 * size)
      value = 0;
  return values;
}

Eigen::MatrixXd regular(const Matrix6 &c)
{
  const Eigen::MatrixXd symmetric = 0.5 * (c + c.transpose());
  const double least = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(symmetric).eigenvalues().minCoeff();
  return least > 1e-12 * c.norm() ? Eigen::MatrixXd(c)
                                  : Eigen::MatrixXd(c + 1e-13 * c.norm() * Eigen::MatrixXd::Identity(6, 6));
}
} // namespace

NamedValues engineering_constants(const Matrix6 &c, const bool plane_stress)
{
  if (plane_stress)
  {
    const int rows[3] = {0, 1, 3};
    Eigen::Matrix3d plane;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        plane(i, j) = c(rows[i], rows[j]);
    const Eigen::Matrix3d s = plane.inverse();
    return {{"E1", 1 / s(0, 0)}, {"E2", 1 / s(1, 1)}, {"nu12", -s(1, 0) / s(0, 0)}, {"G12", 0.5 / s(2, 2)}};
  }
  const Eigen::MatrixXd s = regular(c).inverse();
  return without_noise({{"E1", 1 / s(0, 0)},
                        {"E2", 1 / s(1, 1)},
                        {"E3", 1 / s(2, 2)},
                        {"nu12", -s(1, 0) / s(0, 0)},
                        {"nu13", -s(2, 0) / s(0, 0)},
                        {"nu23", -s(2, 1) / s(1, 1)},
                        {"G12", 0.5 / s(3, 3)},
                        {"G13", 0.5 / s(4, 4)},
                        {"G23", 0.5 / s(5, 5)}},
                       c.norm());
}

Isotropic isotropic_part(const Matrix6 &c)
{
  Isotropic result;
  result.bulk = (mandel::volumetric() * c).trace() / 3;
  result.shear = (mandel::deviatoric() * c).trace() / 10;
  return result;
}

double anisotropy(const Matrix6 &c)
{
  const Isotropic i = isotropic_part(c);
  return (c - mandel::isotropic(i.bulk, i.shear)).norm() / c.norm();
}

double universal_anisotropy(const Matrix6 &c)
{
  const Isotropic voigt = isotropic_part(c);
  const Matrix6 s = Eigen::MatrixXd(c).inverse();
  const double bulk = 1 / (3 * (mandel::volumetric() * s).trace()),
               shear = 5 / (2 * (mandel::deviatoric() * s).trace());
  return 5 * voigt.shear / shear + voigt.bulk / bulk - 6;
}

namespace
{
/// Isotropic average with the reference K_0, G_0 (Walpole, J. Mech. Phys. Solids 14 (1966) 151).
Isotropic walpole(const std::vector<std::pair<double, Isotropic>> &phases, const double k0, const double g0)
{
  const double z = 4. / 3. * g0, h = g0 * (9 * k0 + 8 * g0) / (6 * (k0 + 2 * g0));
  double bulk = 0, shear = 0;
  for (const auto &[f, p] : phases)
  {
    bulk += f / (p.bulk + z);
    shear += f / (p.shear + h);
  }
  return {1 / bulk - z, 1 / shear - h};
}
} // namespace

Bounds elastic_bounds(const std::vector<PhaseTangent> &phases)
{
  Bounds b;
  b.voigt.setZero();
  Matrix6 compliance = Matrix6::Zero();
  double sum = 0;
  bool isotropic = true;
  std::vector<std::pair<double, Isotropic>> parts;
  bool holes = false;
  for (const auto &p : phases)
  {
    if (p.tangent.isZero(0))
    {
      holes = holes || p.fraction > 0;
      continue;
    }
    sum += p.fraction;
    b.voigt += p.fraction * p.tangent;
    compliance += p.fraction * Matrix6(Eigen::MatrixXd(p.tangent).inverse());
    isotropic = isotropic && anisotropy(p.tangent) < 1e-9;
    parts.emplace_back(p.fraction, isotropic_part(p.tangent));
  }
  holes = holes || sum < 1 - 1e-3; // less is a curved rim
  b.reuss = holes ? Matrix6(Matrix6::Zero()) : Matrix6(Eigen::MatrixXd(compliance).inverse());
  if (!isotropic || parts.empty())
    return b;
  if (holes)
    parts.emplace_back(1 - sum, Isotropic());
  double k[2] = {parts.front().second.bulk, 0}, g[2] = {parts.front().second.shear, 0};
  for (const auto &p : parts)
  {
    k[0] = std::min(k[0], p.second.bulk);
    k[1] = std::max(k[1], p.second.bulk);
    g[0] = std::min(g[0], p.second.shear);
    g[1] = std::max(g[1], p.second.shear);
  }
  b.hs_lower = g[0] > 0 ? walpole(parts, k[0], g[0]) : Isotropic();
  b.hs_upper = walpole(parts, k[1], g[1]);
  return b;
}

double loewner_margin(const Matrix6 &a, const Matrix6 &b)
{
  const Eigen::MatrixXd difference = b - a;
  const Eigen::MatrixXd symmetric = 0.5 * (difference + difference.transpose());
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(symmetric).eigenvalues().minCoeff() / b.norm();
}
} // namespace fe2
