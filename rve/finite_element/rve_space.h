// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Finite elements on an RVE: nodes with three displacement components, strains at quadrature points, nodal forces.
 *
 * Quadrature points are grouped by phase, in the order of the cells: arrays x[component * n_points(phase) + point].
 * Cells of equal shape share their tables of shape gradients. Unknowns: 3 * free node + component.
 */
#ifndef fe2_rve_finite_element_rve_space_h
#define fe2_rve_finite_element_rve_space_h

#include <lib/base/tensors.h>

#include <rve/boundary_condition.h>
#include <rve/finite_element/rve_mesh.h>

#include <deal.II/dofs/dof_handler.h>
#include <deal.II/fe/fe_q.h>

namespace fe2
{
/// Values at the quadrature points of each phase: values[phase][component * n_points + point].
using PhaseArrays = std::vector<std::vector<double>>;

template <int dim>
class RveSpace
{
public:
  RveSpace(const RveMesh<dim> &mesh, const unsigned int degree, const unsigned int n_phases,
           const BoundaryCondition &boundary_condition);

  struct Shape
  {
    std::vector<double> gradients; ///< [(q * n_nodes + node) * dim + d]
    std::vector<double> weights;   ///< JxW by q
  };
  struct Cell
  {
    unsigned int phase, shape;
    std::size_t first_point; ///< of its quadrature points among those of the phase
  };

  unsigned int n_nodes() const { return n_nodes_; } ///< of a cell
  unsigned int n_q() const { return n_q_; }         ///< quadrature points of a cell
  std::size_t n_free() const { return 3 * n_free_nodes_; }
  std::size_t n_free_nodes() const { return n_free_nodes_; }
  unsigned int n_phases() const { return unsigned(n_points_.size()); }
  std::size_t n_points(const unsigned int phase) const { return n_points_[phase]; }
  /// Volume of a phase over that of the cell (less than 1 in sum if there are holes).
  double fraction(const unsigned int phase) const { return fractions_[phase]; }
  double volume() const { return volume_; }
  const std::vector<Cell> &cells() const { return cells_; }
  const std::vector<Shape> &shapes() const { return shapes_; }
  /// Free nodes of a cell, -1 where held.
  const int *nodes(const std::size_t cell) const { return cell_nodes_.data() + cell * n_nodes_; }

  PhaseArrays make_arrays(const unsigned int n_components) const;
  /// strain = macroscale gradient + sym grad w, Mandel, at all quadrature points.
  void strains(const Vector6 &gradient, const double *w, PhaseArrays &strain) const;
  /// force += int B^T stress; returns the root of the sum of squares of all cell forces, a scale for residuals.
  double forces(const PhaseArrays &stress, double *force) const;
  /// (1/V) int stress over a phase.
  Vector6 average(const PhaseArrays &values, const unsigned int phase) const;
  /// (1/V) int a : b, and of its absolute value.
  std::pair<double, double> work(const PhaseArrays &a, const PhaseArrays &b) const;

  /// Strain operator of a node at a quadrature point: B (6 x 3) += into a 6 x (3 n_nodes) matrix.
  Eigen::Matrix<double, 6, Eigen::Dynamic> strain_matrix(const Shape &shape, const unsigned int q) const;

  const dealii::DoFHandler<dim> &dof_handler() const { return dof_handler_; }
  /// Free node of each node of dof_handler.
  const std::vector<int> &node_map() const { return node_map_; }
  /// Coordinates of the free nodes, for rigid-body modes.
  const std::vector<dealii::Point<3>> &free_points() const { return free_points_; }

private:
  void number_nodes(const RveMesh<dim> &mesh, const BoundaryCondition &boundary_condition);
  void tabulate(const unsigned int degree);

  dealii::Triangulation<dim> triangulation_;
  dealii::FE_Q<dim> fe_;
  dealii::DoFHandler<dim> dof_handler_;
  unsigned int n_nodes_, n_q_ = 0;
  std::size_t n_free_nodes_ = 0;
  double volume_;
  std::vector<Cell> cells_;
  std::vector<Shape> shapes_;
  std::vector<int> cell_nodes_, node_map_;
  std::vector<std::size_t> n_points_;
  std::vector<double> fractions_;
  std::vector<dealii::Point<3>> free_points_;
};
} // namespace fe2

#endif
