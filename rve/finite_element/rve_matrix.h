// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Stiffness matrix of an RVE, K = int B^T D B, in the free unknowns: compressed columns, both triangles, the pattern
 * built once. Also F = int B^T D e_j, the forces of the six unit strains. With several processes the matrix holds the
 * part of this process's cells, loads and averages are sums over all.
 */
#ifndef fe2_rve_finite_element_rve_matrix_h
#define fe2_rve_finite_element_rve_matrix_h

#include <rve/finite_element/rve_space.h>

#include <Eigen/Sparse>

namespace fe2
{
using SparseMatrix = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;
using LoadColumns = Eigen::Matrix<double, Eigen::Dynamic, 6>;

template <int dim>
class RveMatrix
{
public:
  explicit RveMatrix(const RveSpace<dim> &space);

  /// One tangent for each phase: cells of equal shape and phase share their matrix.
  void assemble(const std::vector<Matrix6> &tangents);
  /// Tangents at the quadrature points of each phase (36 rows of component-major arrays).
  void assemble(const PhaseArrays &tangents);

  const SparseMatrix &matrix() const { return matrix_; }
  /// (n_free x 6) int B^T D and int D B (its transpose is the other factor of the homogenized tangent).
  const LoadColumns &loads() const { return loads_; }
  const LoadColumns &left_loads() const { return left_loads_; }
  /// (1/V) int D.
  const Matrix6 &average_tangent() const { return average_; }

private:
  using CellMatrix = Eigen::MatrixXd;
  struct CellTerms
  {
    CellMatrix stiffness;                          ///< 3n x 3n
    Eigen::Matrix<double, Eigen::Dynamic, 6> load; ///< int B^T D
    Eigen::Matrix<double, Eigen::Dynamic, 6> left; ///< int (D B)^T
    Matrix6 tangent = Matrix6::Zero();             ///< int D
  };
  void build_pattern();
  void clear();
  /// Sums over the processes; springs.
  void finish();
  void add(const std::size_t cell, const CellTerms &terms);
  CellTerms make_terms() const;
  void integrate(const typename RveSpace<dim>::Shape &shape, const unsigned int q, const Matrix6 &d,
                 CellTerms &t) const;

  const RveSpace<dim> &space_;
  std::vector<std::vector<Eigen::Matrix<double, 6, Eigen::Dynamic>>> b_; ///< by shape and quadrature point
  SparseMatrix matrix_;
  std::vector<int> node_begin_, node_rank_; ///< block columns; position of node a in the column of b by cell
  LoadColumns loads_, left_loads_;
  Matrix6 average_;
};
} // namespace fe2

#endif
