// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/solver_chain.h>

#include <algorithm>

namespace fe2
{
SolverChain::SolverChain(const Makers &makers)
    : makers_(makers), first_(std::make_shared<std::size_t>(0)), solver_(makers.front().second())
{
}

SolverChain::SolverChain(const SolverChain &other, std::unique_ptr<RveLinearSolver> solver)
    : makers_(other.makers_), index_(other.index_), first_(other.first_), solver_(std::move(solver)),
      analyzed_(other.analyzed_), faults_(other.faults_)
{
}

std::unique_ptr<RveLinearSolver> SolverChain::sibling() const
{
  return std::unique_ptr<RveLinearSolver>(new SolverChain(*this, solver_->sibling()));
}

void SolverChain::analyze(const Matrix &matrix)
{
  solver_->analyze(matrix);
  analyzed_ = true;
}

void SolverChain::take(const std::size_t index)
{
  index_ = index;
  solver_ = makers_[index].second();
  analyzed_ = false;
}

bool SolverChain::factorize(const Matrix &matrix, const bool symmetric)
{
  if (index_ < *first_)
    take(*first_);
  matrix_ = has_next() ? matrix : Matrix();
  symmetric_ = symmetric;
  if (has_next())
    return factorize_with_rest();
  if (!analyzed_)
    analyze(matrix);
  if (solver_->factorize(matrix, symmetric))
    return true;
  return take_next();
}

/// With the present solver or one behind it.
bool SolverChain::factorize_with_rest()
{
  do
  {
    if (!analyzed_)
      analyze(matrix_);
    if (solver_->factorize(matrix_, symmetric_))
      return true;
  } while (take_next());
  return false;
}

/// The present solver failed; false if that ends it.
bool SolverChain::take_next()
{
  const LinearFault fault = solver_->fault();
  fault_ = {fault.kind, faults_ + makers_[index_].first + ": " + fault.text};
  using Kind = LinearFault::Kind;
  // What is wrong with the matrix no other solver mends.
  const bool of_matrix = fault.kind == Kind::not_finite || fault.kind == Kind::singular ||
                         (fault.kind == Kind::indefinite && solver_->is_direct());
  if (!has_next() || of_matrix)
    return false;
  faults_ = fault_.text + "; ";
  take(index_ + 1);
  *first_ = std::max(*first_, index_);
  return true;
}

bool SolverChain::solve(Eigen::MatrixXd &columns)
{
  const Eigen::MatrixXd loads = has_next() ? columns : Eigen::MatrixXd();
  while (!solver_->solve(columns))
  {
    if (!take_next() || !factorize_with_rest())
      return false;
    columns = loads;
  }
  return true;
}

std::size_t SolverChain::bytes() const
{
  return solver_->bytes() + std::size_t(matrix_.nonZeros()) * 12;
}
} // namespace fe2
