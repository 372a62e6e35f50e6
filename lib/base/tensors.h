// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The only conversions between tensors, Mandel vectors and engineering Voigt notation.
 *
 * Mandel: (11, 22, 33, sqrt2 12, sqrt2 13, sqrt2 23), so that a:b = a.b and stiffness products are matrix products.
 * Engineering Voigt (output only): xx, yy, zz, yz, xz, xy; stress components, strains with gamma = 2 eps.
 */
#ifndef fe2_lib_base_tensors_h
#define fe2_lib_base_tensors_h

#include <lib/base/kinematics.h>

#include <deal.II/base/symmetric_tensor.h>

namespace fe2
{
using Vector6 = Eigen::Matrix<double, 6, 1>;
using Matrix6 = Eigen::Matrix<double, 6, 6, Eigen::RowMajor>;
using Rotation = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;

namespace mandel
{
constexpr double sqrt2 = 1.41421356237309504880;
constexpr unsigned int row[6] = {0, 1, 2, 0, 0, 1};
constexpr unsigned int column[6] = {0, 1, 2, 1, 2, 2};
/// Factor from the tensor component to the Mandel component.
constexpr double factor(const int i)
{
  return i < 3 ? 1. : sqrt2;
}
/// Mandel index of the tensor component (i, j).
constexpr int index(const unsigned int i, const unsigned int j)
{
  return i == j ? int(i) : int(i + j) + 2;
}

Vector6 from_tensor(const dealii::SymmetricTensor<2, 3> &tensor);
dealii::SymmetricTensor<2, 3> to_tensor(const Vector6 &vector);

/// Engineering Voigt stiffness (xx,yy,zz,yz,xz,xy; gamma = 2 eps) of a Mandel stiffness, and back.
Matrix6 to_voigt(const Matrix6 &stiffness);
Matrix6 from_voigt(const Matrix6 &stiffness);

/// Q with Q v = Mandel(R A R^T) for v = Mandel(A); orthogonal. Stiffness in the rotated frame: Q C Q^T.
Matrix6 rotation(const Rotation &rotation);

/// Volumetric and deviatoric projectors: 1 (x) 1 / 3 and I - 1 (x) 1 / 3.
Matrix6 volumetric();
Matrix6 deviatoric();

/// 3 kappa J + 2 mu K.
Matrix6 isotropic(const double bulk_modulus, const double shear_modulus);

/// sqrt(3/2 s:s) of a stress.
double von_mises(const Vector6 &stress);
} // namespace mandel

/// Bunge Euler angles in degrees; R = Rz(phi1) Rx(Phi) Rz(phi2) maps crystal to sample axes.
Rotation rotation_from_bunge(const double phi1, const double phi, const double phi2);
} // namespace fe2

#endif
