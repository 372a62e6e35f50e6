// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Finite elements on an RVE: nodes with three displacement components, strains at quadrature points, nodal forces.
 *
 * Quadrature points are grouped by phase, in the order of the cells: arrays x[component * n_points(phase) + point].
 * Cells of equal shape share their tables of shape gradients. Unknowns: 3 * free node + component.
 *
 * B-bar: the volumetric strain is its mean over the cell, eps + 1 (mean tr eps - tr eps) / 3, against locking (Hughes,
 * The Finite Element Method (1987), section 4.5.2).
 *
 * The processes of `comm` share the cells: each has a run of them, with its quadrature points; vectors of unknowns are
 * whole on every process. Sums over the RVE are collective.
 */
#ifndef fe2_rve_finite_element_rve_space_h
#define fe2_rve_finite_element_rve_space_h

#include <lib/base/tensors.h>

#include <rve/boundary_condition.h>
#include <rve/finite_element/rve_mesh.h>
#include <rve/phase_points.h>

namespace fe2
{
template <int dim>
class RveSpace
{
public:
  /// `degree` 2 raises a mesh of first order. Throws InputError if mesh and boundary condition do not go together.
  RveSpace(const RveMesh<dim> &mesh, const unsigned int degree, const unsigned int n_phases,
           const BoundaryCondition &boundary_condition, const MPI_Comm comm = MPI_COMM_SELF, const bool b_bar = false);

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

  MPI_Comm comm() const { return comm_; }
  int n_ranks() const { return n_ranks_; }
  const PhasePoints &points() const { return points_; }
  const RveMesh<dim> &mesh() const { return mesh_; }
  unsigned int n_nodes() const { return n_nodes_; } ///< of a cell
  unsigned int n_q() const { return n_q_; }         ///< quadrature points of a cell
  std::size_t n_free() const { return 3 * n_free_nodes_; }
  std::size_t n_free_nodes() const { return n_free_nodes_; }
  unsigned int n_phases() const { return points_.n_phases(); }
  std::size_t n_points(const unsigned int phase) const { return points_.n(phase); }
  /// Volume of a phase over that of the cell (less than 1 in sum if there are holes).
  double fraction(const unsigned int phase) const { return fractions_[phase]; }
  double volume() const { return volume_; }
  /// Cells of this process: those of the mesh from first_cell() on.
  const std::vector<Cell> &cells() const { return cells_; }
  std::size_t first_cell() const { return first_cell_; }
  const std::vector<Shape> &shapes() const { return shapes_; }
  /// Free nodes of a cell of this process, -1 where held.
  const int *nodes(const std::size_t cell) const { return cell_nodes_.data() + cell * n_nodes_; }

  PhaseArrays make_arrays(const unsigned int n_components) const { return points_.make_arrays(n_components); }
  /// strain = macroscale gradient + sym grad w, Mandel, at all quadrature points.
  void strains(const Vector6 &gradient, const double *w, PhaseArrays &strain) const;
  /// force += int B^T stress; returns the root of the sum of squares of all cell forces, a scale for residuals.
  double forces(const PhaseArrays &stress, double *force) const;
  /// (1/V) int stress over a phase.
  Vector6 average(const PhaseArrays &values, const unsigned int phase) const;
  /// (1/V) int a : b, and of its absolute value.
  std::pair<double, double> work(const PhaseArrays &a, const PhaseArrays &b) const;
  /// Position of a quadrature point of this process, among those of its phase.
  dealii::Point<3> quadrature_point(const unsigned int phase, const std::size_t point) const;
  /// One number for each cell of this process to those of all cells on the first.
  std::vector<double> gather_cells(const std::vector<double> &mine) const;

  /// Strain operator of a node at a quadrature point: B (6 x 3) += into a 6 x (3 n_nodes) matrix.
  Eigen::Matrix<double, 6, Eigen::Dynamic> strain_matrix(const Shape &shape, const unsigned int q) const;

  /// Free node of each node of the mesh.
  const std::vector<int> &node_map() const { return constraints_.free_nodes; }
  const RveConstraints &constraints() const { return constraints_; }
  /// Coordinates of the free nodes, for rigid-body modes.
  const std::vector<dealii::Point<3>> &free_points() const { return free_points_; }

private:
  Eigen::Matrix<double, 6, Eigen::Dynamic> plain_strain_matrix(const Shape &shape, const unsigned int q) const;
  void average_trace(double *values, const std::size_t stride, const Shape &shape) const;
  void number_nodes(const BoundaryCondition &boundary_condition);
  void add_face_points(RveNodes &nodes);
  void tabulate(const unsigned int n_phases);
  dealii::Quadrature<dim> quadrature() const;

  MPI_Comm comm_;
  int rank_ = 0, n_ranks_ = 1;
  bool b_bar_;
  RveMesh<dim> mesh_;
  std::unique_ptr<dealii::FiniteElement<dim>> fe_;
  unsigned int n_nodes_, n_q_ = 0;
  std::size_t n_free_nodes_ = 0, first_cell_ = 0;
  double volume_;
  std::vector<Cell> cells_;
  std::vector<Shape> shapes_;
  std::vector<int> cell_nodes_;
  RveConstraints constraints_;
  PhasePoints points_;
  std::vector<double> fractions_;
  std::vector<dealii::Point<3>> free_points_;
};
} // namespace fe2

#endif
