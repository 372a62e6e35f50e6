// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/gathered_solver.h>

#include <deal.II/base/mpi.h>

namespace fe2
{
GatheredSolver::GatheredSolver(const MPI_Comm comm, const LinearSolverSettings &settings, const std::string &prefix)
    : comm_(comm), first_(dealii::Utilities::MPI::this_mpi_process(comm) == 0)
{
  if (first_)
    solver_ = std::make_unique<PetscSolver>(MPI_COMM_SELF, settings, prefix);
}

GatheredSolver::~GatheredSolver()
{
  clear();
}

void GatheredSolver::clear()
{
  if (whole_ != nullptr)
    MatDestroySubMatrices(1, &whole_);
  VecScatterDestroy(&to_first_);
  VecDestroy(&rhs_);
  VecDestroy(&solution_);
}

/// What the first process says is true of all.
void GatheredSolver::share(LinearFault &fault) const
{
  const auto both = dealii::Utilities::MPI::broadcast(comm_, std::make_pair(int(fault.kind), fault.text));
  fault = {LinearFault::Kind(both.first), both.second};
}

void GatheredSolver::set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &, const int)
{
  clear();
  int n = 0;
  MatGetSize(matrix, &n, nullptr);
  IS all;
  ISCreateStride(MPI_COMM_SELF, first_ ? n : 0, 0, 1, &all);
  PetscErrorCode code = MatCreateSubMatrices(matrix, 1, &all, &all, MAT_INITIAL_MATRIX, &whole_);
  ISDestroy(&all);
  Vec like;
  if (code == 0)
    code = MatCreateVecs(matrix, nullptr, &like);
  if (code == 0)
  {
    code = VecScatterCreateToZero(like, &to_first_, &rhs_);
    VecDuplicate(rhs_, &solution_);
    VecDestroy(&like);
  }
  if (code != 0)
    throw RunError("PETSc could not gather the matrix on one process (code " + std::to_string(code) + ")");
  if (first_)
    solver_->set_matrix(whole_[0], symmetric);
}

LinearSolveResult GatheredSolver::solve(const Vec rhs, const Vec solution)
{
  VecScatterBegin(to_first_, rhs, rhs_, INSERT_VALUES, SCATTER_FORWARD);
  VecScatterEnd(to_first_, rhs, rhs_, INSERT_VALUES, SCATTER_FORWARD);
  LinearSolveResult result;
  if (first_)
    result = solver_->solve(rhs_, solution_);
  VecScatterBegin(to_first_, solution_, solution, INSERT_VALUES, SCATTER_REVERSE);
  VecScatterEnd(to_first_, solution_, solution, INSERT_VALUES, SCATTER_REVERSE);
  share(result.fault);
  result.iterations = dealii::Utilities::MPI::broadcast(comm_, result.iterations);
  return result;
}
} // namespace fe2
