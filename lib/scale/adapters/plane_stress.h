// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Macroscopic plane stress: the out-of-plane strains o = (33, 13, 23) are those for which the average stress has no
 * out-of-plane components, by Newton's method on sigma_o(eps_i, eps_o) = 0; consistent tangent by condensation,
 *
 *     C_ii - C_io C_oo^-1 C_oi.
 *
 * The given out-of-plane strains are not looked at; the response's gradient holds those that were found.
 */
#ifndef fe2_lib_scale_adapters_plane_stress_h
#define fe2_lib_scale_adapters_plane_stress_h

#include <lib/scale/micro_model.h>

namespace fe2
{
std::shared_ptr<MicroModel> in_macroscopic_plane_stress(const std::shared_ptr<MicroModel> &model);
} // namespace fe2

#endif
