// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/phase_material.h>

namespace fe2
{
Matrix6 PhaseMaterial::initial_tangent(const Increment &increment) const
{
  const Vector6 gradient = Vector6::Zero();
  const std::vector<double> history(history_names().size(), 0.);
  Matrix6 tangent;
  MaterialPoints point;
  point.n = point.stride = 1;
  point.gradient = gradient.data();
  point.old_history = history.data();
  point.tangent = tangent.data();
  if (const char *fault = evaluate(increment, point))
    throw RunError(std::string("the initial tangent of a phase cannot be computed: ") + fault);
  return tangent;
}
} // namespace fe2
