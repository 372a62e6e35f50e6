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

bool ConstrainedSolver::solve_nearby(const Matrix &matrix, Eigen::MatrixXd &columns, const double tolerance)
{
  constexpr unsigned int most_iterations = 30; // more would cost as much as a factorization
  if (rows_ || !solver_->is_direct())
    return false;
  const Eigen::Index n = columns.cols();
  const Eigen::RowVectorXd goal = tolerance * columns.colwise().norm();
  Eigen::MatrixXd x = Eigen::MatrixXd::Zero(columns.rows(), n), r = columns, z = r, p, q;
  Eigen::RowVectorXd rho, before;
  for (unsigned int iteration = 0; iteration < most_iterations; ++iteration)
  {
    z = r;
    if (!solver_->solve(z))
      return false;
    rho = r.cwiseProduct(z).colwise().sum();
    if (iteration == 0)
      p = z;
    else
      for (Eigen::Index j = 0; j < n; ++j)
        p.col(j) = z.col(j) + (before[j] > 0 ? rho[j] / before[j] : 0.) * p.col(j);
    before = rho;
    q.noalias() = matrix.transpose() * p; // the matrix is symmetric; this way it is read by rows
    bool done = true;
    for (Eigen::Index j = 0; j < n; ++j)
    {
      if (r.col(j).norm() <= goal[j])
        continue;
      const double curvature = p.col(j).dot(q.col(j));
      if (!(curvature > 0))
        return false;
      x.col(j) += rho[j] / curvature * p.col(j);
      r.col(j) -= rho[j] / curvature * q.col(j);
      done = done && r.col(j).norm() <= goal[j];
    }
    if (done)
    {
      columns = x;
      return true;
    }
  }
  return false;
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
