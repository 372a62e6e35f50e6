// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What a stiffness says: engineering constants, its isotropic part, anisotropy, bounds.
 */
#ifndef fe2_rve_elastic_constants_h
#define fe2_rve_elastic_constants_h

#include <lib/scale/micro_model.h>

#include <optional>

namespace fe2
{
using NamedValues = std::vector<std::pair<std::string, double>>;

/// E1, E2, E3, nu12, nu13, nu23, G12, G13, G23 from the compliance; in plane stress E1, E2, nu12, G12.
NamedValues engineering_constants(const Matrix6 &stiffness, const bool plane_stress);

struct Isotropic
{
  double bulk = 0, shear = 0;
  /// Both zero where there is no stiffness.
  double young() const { return bulk == 0 && shear == 0 ? 0. : 9 * bulk * shear / (3 * bulk + shear); }
  double poisson() const { return bulk == 0 && shear == 0 ? 0. : (3 * bulk - 2 * shear) / (2 * (3 * bulk + shear)); }
};

/// Nearest isotropic stiffness (Voigt's average over orientations), and how far it is: |C - C_iso| / |C|.
Isotropic isotropic_part(const Matrix6 &stiffness);
double anisotropy(const Matrix6 &stiffness);
/// Universal index A_U = 5 G_V / G_R + K_V / K_R - 6 (Ranganathan and Ostoja-Starzewski, Phys. Rev. Lett. 101 (2008)
/// 055504); 0 for isotropy.
double universal_anisotropy(const Matrix6 &stiffness);

struct Bounds
{
  Matrix6 voigt, reuss;
  /// Hashin and Shtrikman, J. Mech. Phys. Solids 11 (1963) 127, in Walpole's form for any number of isotropic phases:
  /// for statistically isotropic arrangements.
  std::optional<Isotropic> hs_lower, hs_upper;
};
/// Fractions are scaled to a sum of one (holes count as a phase without stiffness, Reuss is then zero).
Bounds elastic_bounds(const std::vector<PhaseTangent> &phases);

/// Least eigenvalue of b - a over the norm of b: not negative if a <= b in the sense of Loewner.
double loewner_margin(const Matrix6 &a, const Matrix6 &b);
} // namespace fe2

#endif
