// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What the fluctuation field obeys on the boundary of the RVE, as a map from mesh nodes to free nodes.
 */
#ifndef fe2_rve_boundary_condition_h
#define fe2_rve_boundary_condition_h

#include <lib/base/registry.h>

#include <deal.II/base/point.h>

#include <functional>
#include <memory>

namespace fe2
{
struct RveNodes
{
  std::vector<dealii::Point<3>> points; ///< support points; third coordinate 0 for a prism
  std::vector<bool> on_boundary;
  std::vector<dealii::Tensor<1, 3>> lattice; ///< as many as the mesh has dimensions
};

class BoundaryCondition
{
public:
  using Factory = std::function<std::unique_ptr<BoundaryCondition>()>;
  virtual ~BoundaryCondition() = default;
  /// For each node the index of its free node (0, 1, ... without gaps), or -1 where the fluctuation is zero.
  /// Throws InputError if the mesh does not suit.
  virtual std::vector<int> free_nodes(const RveNodes &nodes) const = 0;
};
} // namespace fe2

#endif
