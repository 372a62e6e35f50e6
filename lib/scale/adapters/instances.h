// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Several realizations of one micro model: a point has the one of PointDefinition::instance modulo their number.
 */
#ifndef fe2_lib_scale_adapters_instances_h
#define fe2_lib_scale_adapters_instances_h

#include <lib/scale/micro_model.h>

namespace fe2
{
/// All must have equal phases.
std::shared_ptr<MicroModel> as_instances(const std::vector<std::shared_ptr<MicroModel>> &models);
} // namespace fe2

#endif
