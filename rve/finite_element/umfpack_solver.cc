// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/rve_linear_solver.h>

#include <Eigen/UmfPackSupport>

namespace fe2
{
namespace
{
class UmfpackSolver : public RveLinearSolver
{
public:
  void analyze(const Matrix &) override {}
  bool factorize(const Matrix &matrix, const bool) override
  {
    matrix_ = matrix; // UMFPACK refers to it when it solves
    if (!analyzed_)
      lu_.analyzePattern(matrix_);
    analyzed_ = true;
    lu_.factorize(matrix_);
    return lu_.info() == Eigen::Success;
  }
  bool solve(Eigen::MatrixXd &columns) override
  {
    const Eigen::MatrixXd x = lu_.solve(columns);
    columns = x;
    return lu_.info() == Eigen::Success && columns.allFinite();
  }
  std::unique_ptr<RveLinearSolver> sibling() const override { return std::make_unique<UmfpackSolver>(); }
  std::size_t bytes() const override { return std::size_t(matrix_.nonZeros()) * 12; } // without the factors

private:
  Matrix matrix_;
  bool analyzed_ = false;
  mutable Eigen::UmfPackLU<Matrix> lu_;
};

const Registry<RveLinearSolver>::Add add("umfpack", "LU factorization, also unsymmetric",
                                         [](const std::vector<dealii::Point<3>> &, const MPI_Comm)
                                         { return std::make_unique<UmfpackSolver>(); });
} // namespace
} // namespace fe2
