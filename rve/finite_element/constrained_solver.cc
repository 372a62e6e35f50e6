// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/constrained_solver.h>

namespace fe2
{
ConstrainedSolver::ConstrainedSolver(std::unique_ptr<RveLinearSolver> solver, const RveConstraints &constraints,
                                     const std::size_t n)
    : solver_(std::move(solver))
{
  if (constraints.rows.empty())
    return;
  std::vector<Eigen::Triplet<double>> entries;
  for (std::size_t i = 0; i < constraints.rows.size(); ++i)
    for (const auto &[unknown, value] : constraints.rows[i])
      entries.emplace_back(int(i), int(unknown), value);
  auto rows = std::make_shared<Rows>(Eigen::Index(constraints.rows.size()), Eigen::Index(n));
  rows->setFromTriplets(entries.begin(), entries.end());
  rows_ = rows;
  gram_ = std::make_shared<Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>>(
      Eigen::MatrixXd(*rows * Rows(rows->transpose())));
}

bool ConstrainedSolver::factorize(const Matrix &matrix, const bool symmetric)
{
  if (!solver_->factorize(matrix, symmetric))
    return false;
  if (!rows_)
    return true;
  y_ = Eigen::MatrixXd(rows_->transpose());
  if (!solver_->solve(y_))
    return false;
  schur_.compute(*rows_ * y_);
  return true;
}

bool ConstrainedSolver::solve(Eigen::MatrixXd &columns)
{
  if (!solver_->solve(columns))
    return false;
  if (rows_)
  {
    const Eigen::MatrixXd multipliers = schur_.solve(Eigen::MatrixXd(*rows_ * columns));
    columns.noalias() -= y_ * multipliers;
  }
  return true;
}

void ConstrainedSolver::project(Eigen::VectorXd &force) const
{
  if (!rows_)
    return;
  const Eigen::VectorXd multipliers = gram_->solve(Eigen::VectorXd(*rows_ * force));
  force -= rows_->transpose() * multipliers;
}

std::unique_ptr<ConstrainedSolver> ConstrainedSolver::sibling() const
{
  auto other = std::make_unique<ConstrainedSolver>(solver_->sibling(), RveConstraints(), 0);
  other->rows_ = rows_;
  other->gram_ = gram_;
  return other;
}
} // namespace fe2
