// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/tensors.h>

#include <Eigen/Geometry>

namespace fe2
{
namespace mandel
{
Vector6 from_tensor(const dealii::SymmetricTensor<2, 3> &tensor)
{
  Vector6 v;
  for (int i = 0; i < 6; ++i)
    v[i] = factor(i) * tensor[row[i]][column[i]];
  return v;
}

dealii::SymmetricTensor<2, 3> to_tensor(const Vector6 &vector)
{
  dealii::SymmetricTensor<2, 3> t;
  for (int i = 0; i < 6; ++i)
    t[row[i]][column[i]] = vector[i] / factor(i);
  return t;
}

namespace
{
// Voigt order xx,yy,zz,yz,xz,xy as indices into the Mandel order 11,22,33,12,13,23.
constexpr int from_voigt_order[6] = {0, 1, 2, 5, 4, 3};
} // namespace

Matrix6 to_voigt(const Matrix6 &stiffness)
{
  Matrix6 v;
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j)
      v(i, j) = stiffness(from_voigt_order[i], from_voigt_order[j]) / (factor(i) * factor(j));
  return v;
}

Matrix6 from_voigt(const Matrix6 &stiffness)
{
  Matrix6 m;
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j)
      m(from_voigt_order[i], from_voigt_order[j]) = stiffness(i, j) * factor(i) * factor(j);
  return m;
}

Matrix6 rotation(const Rotation &r)
{
  Matrix6 q;
  for (int a = 0; a < 6; ++a)
    for (int b = 0; b < 6; ++b)
    {
      const unsigned int i = row[a], j = column[a], k = row[b], l = column[b];
      const double symmetric = k == l ? r(i, k) * r(j, l) : (r(i, k) * r(j, l) + r(i, l) * r(j, k)) / 2;
      q(a, b) = symmetric * factor(a) * (k == l ? 1. : 2. / sqrt2);
    }
  return q;
}

Matrix6 volumetric()
{
  Matrix6 j = Matrix6::Zero();
  j.topLeftCorner<3, 3>().setConstant(1. / 3.);
  return j;
}

Matrix6 deviatoric()
{
  return Matrix6::Identity() - volumetric();
}

Matrix6 isotropic(const double bulk_modulus, const double shear_modulus)
{
  return 3 * bulk_modulus * volumetric() + 2 * shear_modulus * deviatoric();
}

double von_mises(const Vector6 &stress)
{
  return std::sqrt(1.5) * (deviatoric() * stress).norm();
}
} // namespace mandel

Rotation rotation_from_bunge(const double phi1, const double phi, const double phi2)
{
  using Eigen::AngleAxisd;
  const double degree = std::acos(-1.) / 180;
  return (AngleAxisd(phi1 * degree, Eigen::Vector3d::UnitZ()) * AngleAxisd(phi * degree, Eigen::Vector3d::UnitX()) *
          AngleAxisd(phi2 * degree, Eigen::Vector3d::UnitZ()))
      .toRotationMatrix();
}
} // namespace fe2
