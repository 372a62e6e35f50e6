// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Local plane stress of any phase material: eps_33 is the one for which sigma_33 = 0 at every micro point,
 *
 *     D'_ij = D_ij - D_i3 D_3j / D_33.
 *
 * The given eps_33 is not looked at. 13 and 23 (antiplane shear) are left as they are: they do not couple for materials
 * with the plane as a plane of symmetry.
 */
#ifndef fe2_rve_plane_stress_material_h
#define fe2_rve_plane_stress_material_h

#include <rve/phase_material.h>

namespace fe2
{
std::shared_ptr<const PhaseMaterial> in_plane_stress(const std::shared_ptr<const PhaseMaterial> &material);
} // namespace fe2

#endif
