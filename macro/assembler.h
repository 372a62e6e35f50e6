// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Between nodal displacements and the points of the pool:
 *
 *     eps = B u,   f_int = int B^T sigma,   K = int B^T C B
 *
 * in Mandel notation, plane strain for dim 2. B-bar (Hughes, The Finite Element Method (1987), section 4.5.2) replaces
 * the volumetric part of B by its mean over the cell: B + m (b_mean - b) / 3 with m = (1,1,1,0,0,0), b = m^T B.
 */
#ifndef fe2_macro_assembler_h
#define fe2_macro_assembler_h

#include <lib/pool/micro_pool.h>

#include <macro/nodal_forces.h>

#include <deal.II/base/quadrature.h>
#include <deal.II/dofs/dof_handler.h>
#include <deal.II/fe/mapping.h>
#include <deal.II/lac/affine_constraints.h>
#include <deal.II/lac/petsc_sparse_matrix.h>
#include <deal.II/lac/petsc_vector.h>

namespace fe2
{
template <int dim>
class Assembler
{
public:
  using Vector = dealii::PETScWrappers::MPI::Vector;
  using Matrix = dealii::PETScWrappers::MPI::SparseMatrix;
  using StrainMatrix = Eigen::Matrix<double, 6, Eigen::Dynamic>;

  struct Cell
  {
    typename dealii::DoFHandler<dim>::active_cell_iterator iterator;
    std::vector<dealii::types::global_dof_index> dofs;
    std::size_t first_point;
    std::vector<StrainMatrix> b; ///< by quadrature point
    std::vector<double> weights; ///< JxW
  };

  Assembler(const dealii::Mapping<dim> &mapping, const dealii::DoFHandler<dim> &dof_handler,
            const dealii::Quadrature<dim> &quadrature, const bool b_bar);

  const std::vector<Cell> &cells() const { return cells_; }
  const dealii::Quadrature<dim> &quadrature() const { return quadrature_; }
  std::size_t n_points() const { return n_points_; }
  /// In the order of the points.
  const std::vector<PointId> &ids() const { return ids_; }
  const std::vector<dealii::Point<3>> &positions() const { return positions_; }
  const std::vector<double> &weights() const { return weights_; }
  /// Columns of the tangent that this problem needs.
  std::uint32_t wanted_columns() const { return wanted_columns_; }

  /// Strains at the points, Mandel; `u` with ghost values.
  std::vector<Vector6> strains(const Vector &u) const;

  /// Adds -f_int to `residual` through `constraints` (with the cell tangents where values are prescribed, if `lift`)
  /// and f_int, with hanging nodes' shares at their neighbours, to `internal`. Returns the sum of squares of the cells'
  /// forces on this rank. Compresses both.
  double residual(const std::vector<MicroResponse> &responses, const dealii::AffineConstraints<double> &constraints,
                  const dealii::AffineConstraints<double> &hanging_nodes, const bool lift, Vector &residual,
                  Vector &internal) const;
  /// Sum of squares of the cells' forces int B^T C eps on this rank, to which errors of stresses that cancel are
  /// relative; zero without tangents. Strains above 0.1, none of a small-strain model, count as that.
  double stiffness_squares(const std::vector<MicroResponse> &responses) const;
  void matrix(const std::vector<MicroResponse> &responses, const dealii::AffineConstraints<double> &constraints,
              Matrix &matrix) const;

private:
  dealii::FullMatrix<double> cell_matrix(const Cell &cell, const std::vector<MicroResponse> &responses) const;

  dealii::Quadrature<dim> quadrature_;
  std::shared_ptr<const dealii::Utilities::MPI::Partitioner> partitioner_;
  std::vector<Cell> cells_;
  std::size_t n_points_ = 0;
  std::vector<PointId> ids_;
  std::vector<dealii::Point<3>> positions_;
  std::vector<double> weights_;
  std::uint32_t wanted_columns_ = 0;
};
} // namespace fe2

#endif
