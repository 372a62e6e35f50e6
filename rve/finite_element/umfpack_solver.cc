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
    if (lu_.info() == Eigen::Success)
      return true;
    const int code = lu_.umfpackFactorizeReturncode();
    if (code == UMFPACK_ERROR_out_of_memory)
      return fail(LinearFault::Kind::memory, "UMFPACK ran out of memory; use mumps on several processes");
    if (code == UMFPACK_WARNING_singular_matrix)
      return fail(LinearFault::Kind::singular, "the matrix is singular: a pivot is zero", &matrix);
    return fail(LinearFault::Kind::other, "UMFPACK failed with the code " + std::to_string(code), &matrix);
  }
  bool solve(Eigen::MatrixXd &columns) override
  {
    const Eigen::MatrixXd x = lu_.solve(columns);
    const bool known = columns.allFinite();
    columns = x;
    if (lu_.info() == Eigen::Success && columns.allFinite())
      return true;
    if (!known)
      return fail(LinearFault::Kind::not_finite, "the right-hand side holds numbers that are not finite");
    return fail(LinearFault::Kind::singular, "the solution is not finite: the matrix is singular, or nearly so",
                &matrix_);
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
