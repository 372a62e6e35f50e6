// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/petsc_solver.h>

#include <lib/base/log.h>

#include <cmath>

namespace fe2
{
namespace
{
void check(const PetscErrorCode code, const char *what)
{
  if (code == 0)
    return;
  const char *text = nullptr;
  PetscErrorMessage(code, &text, nullptr);
  throw RunError(std::string("PETSc failed in ") + what + ": " + (text == nullptr ? "unknown error" : text));
}
} // namespace

PetscSolver::PetscSolver(const MPI_Comm comm, const LinearSolverSettings &settings, const std::string &prefix)
    : comm_(comm), settings_(settings), prefix_(prefix)
{
}

PetscSolver::~PetscSolver()
{
  KSPDestroy(&ksp_);
}

void PetscSolver::configure(const bool symmetric)
{
  PC pc;
  check(KSPGetPC(ksp_, &pc), "KSPGetPC");
  if (settings_.method == "mumps")
  {
    check(KSPSetType(ksp_, KSPPREONLY), "KSPSetType");
    check(PCSetType(pc, symmetric ? PCCHOLESKY : PCLU), "PCSetType");
    check(PCFactorSetMatSolverType(pc, MATSOLVERMUMPS), "PCFactorSetMatSolverType");
  }
  else
  {
    if (settings_.method == "cg" && !symmetric)
      throw InputError("Linear solver/Method = 'cg': the tangents are not symmetric; use gmres or mumps");
    check(KSPSetType(ksp_, settings_.method == "cg" ? KSPCG : KSPGMRES), "KSPSetType");
    check(KSPSetNormType(ksp_, KSP_NORM_UNPRECONDITIONED), "KSPSetNormType");
    if (settings_.method == "gmres")
    {
      check(KSPSetPCSide(ksp_, PC_RIGHT), "KSPSetPCSide");
      check(KSPGMRESSetRestart(ksp_, 100), "KSPGMRESSetRestart");
    }
    const auto &p = settings_.preconditioner;
    check(PCSetType(pc, p == "gamg" || p == "auto" ? PCGAMG
                        : p == "hypre"             ? PCHYPRE
                        : p == "jacobi"            ? PCJACOBI
                                                   : PCNONE),
          "PCSetType");
    check(KSPSetTolerances(ksp_, settings_.tolerance, 1e-300, PETSC_DEFAULT, int(settings_.max_iterations)),
          "KSPSetTolerances");
  }
  check(KSPSetOptionsPrefix(ksp_, prefix_.c_str()), "KSPSetOptionsPrefix");
  check(KSPSetFromOptions(ksp_), "KSPSetFromOptions");
}

void PetscSolver::set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &near_null_space,
                             const int block_size)
{
  KSPDestroy(&ksp_);
  matrix_ = matrix;
  check(KSPCreate(comm_, &ksp_), "KSPCreate");
  if (symmetric)
    check(MatSetOption(matrix, MAT_SYMMETRIC, PETSC_TRUE), "MatSetOption");
  if (block_size > 1)
    check(MatSetBlockSize(matrix, block_size), "MatSetBlockSize");
  if (!near_null_space.empty())
  {
    MatNullSpace space;
    check(MatNullSpaceCreate(comm_, PETSC_FALSE, int(near_null_space.size()), near_null_space.data(), &space),
          "MatNullSpaceCreate");
    check(MatSetNearNullSpace(matrix, space), "MatSetNearNullSpace");
    MatNullSpaceDestroy(&space);
  }
  check(KSPSetOperators(ksp_, matrix, matrix), "KSPSetOperators");
  configure(symmetric);
}

LinearSolveResult PetscSolver::solve(const Vec rhs, const Vec solution)
{
  LinearSolveResult result;
  const PetscErrorCode code = KSPSolve(ksp_, rhs, solution);
  KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
  int iterations = 0;
  KSPGetConvergedReason(ksp_, &reason);
  KSPGetIterationNumber(ksp_, &iterations);
  double norm = 0;
  VecNorm(solution, NORM_2, &norm);
  result.iterations = unsigned(iterations);
  result.converged = code == 0 && reason > 0 && std::isfinite(norm);
  if (!result.converged)
    result.message = "the linear solver (" + settings_.method + ") did not converge: " +
                     (code != 0 || !std::isfinite(norm) ? "the matrix is singular" : KSPConvergedReasons[reason]) +
                     " after " + std::to_string(iterations) + " iterations; are rigid-body motions held?";
  return result;
}

LinearSolveResult PetscSolver::solve_many(const Mat rhs, const Mat solution)
{
  LinearSolveResult result;
  const PetscErrorCode code = KSPMatSolve(ksp_, rhs, solution);
  double norm = 0;
  MatNorm(solution, NORM_FROBENIUS, &norm);
  result.converged = code == 0 && std::isfinite(norm);
  if (!result.converged)
    result.message = "the direct solver failed: the matrix is singular";
  return result;
}

std::vector<std::string> unused_petsc_options()
{
  int n = 0;
  char **names = nullptr, **values = nullptr;
  std::vector<std::string> list;
  PetscOptionsLeftGet(nullptr, &n, &names, &values);
  for (int i = 0; i < n; ++i)
    list.push_back(std::string("-") + names[i]);
  PetscOptionsLeftRestore(nullptr, &n, &names, &values);
  return list;
}

void set_petsc_options(const std::vector<std::string> &arguments)
{
  std::string text;
  for (const auto &a : arguments)
    text += a + " ";
  check(PetscOptionsInsertString(nullptr, text.c_str()), "PetscOptionsInsertString");
}
} // namespace fe2
