// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A micro model in the material frame of each point (PointDefinition::frame, columns are the axes of the material):
 *
 *     eps_m = Q^T eps,   sigma = Q sigma_m,   C = Q C_m Q^T      (Q: Mandel rotation of the frame)
 *
 * A state's gradient and stress are in the sample's axes; histories, fluctuations, phase averages and micro fields in
 * those of the material.
 */
#ifndef fe2_lib_scale_adapters_rotated_h
#define fe2_lib_scale_adapters_rotated_h

#include <lib/scale/micro_model.h>

namespace fe2
{
std::shared_ptr<MicroModel> in_material_frame(const std::shared_ptr<MicroModel> &model);
} // namespace fe2

#endif
