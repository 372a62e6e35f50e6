// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What the fluctuation field w obeys on the boundary of the RVE: nodes that share their unknowns or are held, and
 * linear conditions sum_i c_i w_i = 0 with multipliers. Unknowns: 3 * free node + component.
 */
#ifndef fe2_rve_boundary_condition_h
#define fe2_rve_boundary_condition_h

#include <lib/base/parameters.h>
#include <lib/base/registry.h>

#include <deal.II/base/point.h>

#include <functional>
#include <memory>

namespace fe2
{
/// A quadrature point of the outer boundary.
struct RveFacePoint
{
  dealii::Point<3> position;
  dealii::Tensor<1, 3> normal; ///< outward
  double weight;
  std::vector<std::pair<unsigned int, double>> shape; ///< nodes and their shape functions
};

struct RveNodes
{
  unsigned int dimension;
  std::vector<dealii::Point<3>> points; ///< support points; third coordinate 0 for a prism
  std::vector<bool> on_boundary;
  std::vector<dealii::Tensor<1, 3>> lattice; ///< as many as the mesh has dimensions
  std::vector<RveFacePoint> face_points;
};

struct RveConstraints
{
  /// For each node the index of its free node (0, 1, ... without gaps), or -1 where the fluctuation is zero.
  std::vector<int> free_nodes;
  /// Rows of C in C w = 0: unknowns and coefficients.
  std::vector<std::vector<std::pair<std::size_t, double>>> rows;
  /// Unknowns that get a spring to the ground against rigid-body motions. There are as many as motions that the rows
  /// leave free, so that the springs carry no force and change nothing.
  std::vector<std::size_t> springs;
};

class BoundaryCondition
{
public:
  using Factory = std::function<std::unique_ptr<BoundaryCondition>()>;
  virtual ~BoundaryCondition() = default;
  /// Parameters in the section of the micro model.
  virtual void declare(Parameters &parameters) { (void)parameters; }
  /// Throws InputError if the mesh does not suit.
  virtual RveConstraints constrain(const RveNodes &nodes) const = 0;
};
} // namespace fe2

#endif
