// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Linear displacements on the boundary: the fluctuation is zero there. Upper bound of the stiffness among all
 * conditions with <eps> = E.
 */
#include <rve/boundary_condition.h>

namespace fe2
{
namespace
{
class LinearDisplacement : public BoundaryCondition
{
public:
  RveConstraints constrain(const RveNodes &nodes) const override
  {
    RveConstraints constraints;
    int next = 0;
    for (const bool boundary : nodes.on_boundary)
      constraints.free_nodes.push_back(boundary ? -1 : next++);
    return constraints;
  }
};

const Registry<BoundaryCondition>::Add add("linear_displacement",
                                           "Displacements of the boundary follow the average strain",
                                           [] { return std::make_unique<LinearDisplacement>(); });
} // namespace
} // namespace fe2
