// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Several linear solvers of an RVE, one behind the other: where one fails, the next factorizes the same matrix, and
 * stays in its place from then on, also for siblings. What failed is told only when the last one fails too,
 * or when the matrix is at fault (NaN, a zero pivot).
 */
#ifndef fe2_rve_finite_element_solver_chain_h
#define fe2_rve_finite_element_solver_chain_h

#include <rve/finite_element/rve_linear_solver.h>

namespace fe2
{
class SolverChain : public RveLinearSolver
{
public:
  /// `makers`: of solvers, by name; at least one.
  using Maker = std::function<std::unique_ptr<RveLinearSolver>()>;
  using Makers = std::vector<std::pair<std::string, Maker>>;
  explicit SolverChain(const Makers &makers);

  void analyze(const Matrix &matrix) override;
  bool factorize(const Matrix &matrix, const bool symmetric) override;
  bool solve(Eigen::MatrixXd &columns) override;
  std::unique_ptr<RveLinearSolver> sibling() const override;
  bool is_direct() const override { return solver_->is_direct(); }
  long failed_unknown() const override { return solver_->failed_unknown(); }
  std::size_t bytes() const override;

private:
  SolverChain(const SolverChain &other, std::unique_ptr<RveLinearSolver> solver);
  bool has_next() const { return index_ + 1 < makers_.size(); }
  bool factorize_with_rest();
  bool take_next();
  void take(const std::size_t index);

  Makers makers_;
  std::size_t index_ = 0;
  std::shared_ptr<std::size_t> first_; ///< siblings begin where others had to go
  std::unique_ptr<RveLinearSolver> solver_;
  bool analyzed_ = false;
  Matrix matrix_; ///< as long as another solver may have to factorize it
  bool symmetric_ = true;
  std::string faults_; ///< of the solvers before
};
} // namespace fe2

#endif
