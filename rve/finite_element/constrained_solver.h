// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Solves K w + C^T m = b, C w = 0 with few dense rows C: K (with springs against rigid-body motions, positive definite)
 * is factorized by an RveLinearSolver, the multipliers come from the Schur complement
 *
 *     S m = C K^-1 b,   S = C K^-1 C^T;     w = K^-1 b - Y m,   Y = K^-1 C^T.
 *
 * Without rows it is the linear solver itself.
 */
#ifndef fe2_rve_finite_element_constrained_solver_h
#define fe2_rve_finite_element_constrained_solver_h

#include <rve/boundary_condition.h>
#include <rve/finite_element/rve_linear_solver.h>

#include <Eigen/Dense>

namespace fe2
{
class ConstrainedSolver
{
public:
  using Matrix = RveLinearSolver::Matrix;
  ConstrainedSolver(std::unique_ptr<RveLinearSolver> solver, const RveConstraints &constraints, const std::size_t n);

  void analyze(const Matrix &matrix) { solver_->analyze(matrix); }
  bool factorize(const Matrix &matrix, const bool symmetric);
  bool solve(Eigen::MatrixXd &columns);
  /// Conjugate gradients for a symmetric matrix near the one that was factorized, whose factor preconditions; false if
  /// that does not pay or does not converge (then nothing is changed): factorize instead.
  bool solve_nearby(const Matrix &matrix, Eigen::MatrixXd &columns, const double tolerance);
  /// Takes the forces of the multipliers away that fit best: what remains of a residual is not in equilibrium.
  void project(Eigen::VectorXd &force) const;
  /// Another one for the same pattern.
  std::unique_ptr<ConstrainedSolver> sibling() const;
  /// Of the last factorization or solution that failed.
  const LinearFault &fault() const { return solver_->fault(); }
  long failed_unknown() const { return solver_->failed_unknown(); }
  std::size_t bytes() const { return solver_->bytes() + std::size_t(y_.size()) * sizeof(double); }

private:
  using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor>;
  std::unique_ptr<RveLinearSolver> solver_;
  std::shared_ptr<const Rows> rows_;                                                    ///< C
  std::shared_ptr<const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>> gram_; ///< C C^T
  Eigen::MatrixXd y_;
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> schur_; ///< rows may depend on each other
};
} // namespace fe2

#endif
