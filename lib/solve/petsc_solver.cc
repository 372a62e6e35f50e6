// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/petsc_solver.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <set>

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

/// Our own defaults among PETSc's options; no misspelt ones of the user.
std::set<std::string> &own_options()
{
  static std::set<std::string> names;
  return names;
}

void set_default(const std::string &prefix, const std::string &name, const std::string &value)
{
  PetscBool given = PETSC_FALSE;
  PetscOptionsHasName(nullptr, prefix.c_str(), ("-" + name).c_str(), &given);
  if (given)
    return;
  own_options().insert("-" + prefix + name);
  check(PetscOptionsSetValue(nullptr, ("-" + prefix + name).c_str(), value.c_str()), "PetscOptionsSetValue");
}

/// Chebyshev smoothers amplify eigenvalues beyond their range, and ten steps of an estimate miss those of bad elements:
/// spheres in 299,625 tetrahedra made the preconditioner indefinite (now 105 iterations; 101 at 492,066 unknowns).
/// Three steps on a wider range need fewer iterations than two on PETSc's (contrast 1e4: 156 for 229 in tetrahedra, 367
/// for more than 400 in voxels). Pivots have the unit of the stiffness.
void set_multigrid_defaults(const std::string &prefix)
{
  set_default(prefix, "pc_gamg_esteig_ksp_max_it", "30");
  set_default(prefix, "mg_levels_ksp_chebyshev_esteig", "0,0.05,0,1.2");
  set_default(prefix, "mg_levels_ksp_max_it", "3");
  set_default(prefix, "mg_coarse_sub_pc_factor_zeropivot", "1e-300");
}

/// Errors are told by us, not by PETSc's trace.
struct QuietPetsc
{
  QuietPetsc() { PetscPushErrorHandler(PetscReturnErrorHandler, nullptr); }
  ~QuietPetsc() { PetscPopErrorHandler(); }
};

std::string text_of(const PetscErrorCode code)
{
  const char *text = nullptr;
  PetscErrorMessage(code, &text, nullptr);
  return text == nullptr ? "unknown error" : text;
}

LinearFault preconditioner_fault(const PCFailedReason why)
{
  using Kind = LinearFault::Kind;
  switch (why)
  {
  case PC_NOERROR:
    return {};
  case PC_FACTOR_STRUCT_ZEROPIVOT:
  case PC_FACTOR_NUMERIC_ZEROPIVOT:
    return {Kind::singular, "a pivot of the factorization is zero"};
  case PC_FACTOR_OUTMEMORY:
    return {Kind::memory, "the factorization ran out of memory"};
  case PC_SUBPC_ERROR:
    return {Kind::other, "a part of the preconditioner failed (such as the factorization of the coarsest level)"};
  default:
    return {Kind::other, "the preconditioner could not be set up"};
  }
}

LinearFault iteration_fault(const KSPConvergedReason reason)
{
  using Kind = LinearFault::Kind;
  switch (reason)
  {
  case KSP_DIVERGED_ITS:
    return {Kind::no_convergence, "no convergence"};
  case KSP_DIVERGED_DTOL:
    return {Kind::no_convergence, "the residual grows"};
  case KSP_DIVERGED_INDEFINITE_MAT:
    return {Kind::indefinite, "the matrix is not positive definite"};
  case KSP_DIVERGED_INDEFINITE_PC:
    return {Kind::indefinite, "the preconditioner is not positive definite"};
  case KSP_DIVERGED_NANORINF:
    return {Kind::not_finite, "the iteration came to numbers that are not finite"};
  case KSP_DIVERGED_BREAKDOWN:
  case KSP_DIVERGED_BREAKDOWN_BICG:
    return {Kind::no_convergence, "the iteration broke down"};
  default:
    return {Kind::other, std::string("PETSc says ") + KSPConvergedReasons[reason]};
  }
}
} // namespace

LinearFault not_finite(const Mat matrix, const Vec rhs)
{
  double norms[2] = {0, 0};
  MatNorm(matrix, NORM_FROBENIUS, &norms[0]);
  if (rhs != nullptr)
    VecNorm(rhs, NORM_2, &norms[1]);
  for (int i = 0; i < 2; ++i)
    if (!std::isfinite(norms[i]))
      return {LinearFault::Kind::not_finite,
              std::string(i == 0 ? "the matrix" : "the right-hand side") + " holds numbers that are not finite"};
  return {};
}

PetscSolver::PetscSolver(const MPI_Comm comm, const LinearSolverSettings &settings, const std::string &prefix)
    : comm_(comm), settings_(settings), prefix_(prefix), reserve_(mumps::first_reserve)
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
    check(KSPSetTolerances(ksp_, settings_.tolerance, 1e-300, 1e12, int(settings_.max_iterations)), "KSPSetTolerances");
  }
  if (!settings_.is_direct() && (settings_.preconditioner == "gamg" || settings_.preconditioner == "auto"))
    set_multigrid_defaults(prefix_);
  check(KSPSetOptionsPrefix(ksp_, prefix_.c_str()), "KSPSetOptionsPrefix");
  check(KSPSetFromOptions(ksp_), "KSPSetFromOptions");
  if (mumps_factor() != nullptr)
  {
    check(PCFactorSetUpMatSolverType(pc), "PCFactorSetUpMatSolverType");
    check(MatMumpsSetIcntl(mumps_factor(), 14, reserve_), "MatMumpsSetIcntl");
  }
}

/// The factor, or null if the method (or an option) is another.
Mat PetscSolver::mumps_factor() const
{
  PC pc;
  PCType type;
  MatSolverType library = nullptr;
  KSPGetPC(ksp_, &pc);
  PCGetType(pc, &type);
  const std::string name = type == nullptr ? "" : type;
  if (name != PCLU && name != PCCHOLESKY)
    return nullptr;
  PCFactorGetMatSolverType(pc, &library);
  if (library == nullptr || std::string(library) != MATSOLVERMUMPS)
    return nullptr;
  Mat factor = nullptr;
  PCFactorSetUpMatSolverType(pc);
  PCFactorGetMatrix(pc, &factor);
  return factor;
}

bool PetscSolver::take_more_workspace()
{
  const Mat factor = mumps_factor();
  if (factor == nullptr || reserve_ >= mumps::largest_reserve)
    return false;
  int code = 0, reserve = 0;
  MatMumpsGetInfog(factor, 1, &code);
  MatMumpsGetIcntl(factor, 14, &reserve);
  if (!mumps::workspace_is_full(code) || reserve != reserve_) // another number is an option of the user
    return false;
  reserve_ = std::min(2 * reserve_, mumps::largest_reserve);
  return true;
}

LinearFault PetscSolver::diagnose(const PetscErrorCode code, const Vec rhs) const
{
  KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
  PCFailedReason why = PC_NOERROR;
  PC pc;
  KSPGetPC(ksp_, &pc);
  PCGetFailedReason(pc, &why);
  KSPGetConvergedReason(ksp_, &reason);
  LinearFault fault = preconditioner_fault(why);
  int infog[2] = {0, 0};
  if (const Mat factor = mumps_factor(); factor != nullptr)
    for (int i = 0; i < 2; ++i)
      MatMumpsGetInfog(factor, i + 1, &infog[i]);
  if (infog[0] < 0)
    fault = mumps::fault(infog[0], infog[1]);
  if (!fault && code != 0)
    fault = {code == PETSC_ERR_MEM ? LinearFault::Kind::memory : LinearFault::Kind::other, "PETSc: " + text_of(code)};
  if (!fault && reason < 0)
    fault = iteration_fault(reason);
  if (fault && fault.kind != LinearFault::Kind::memory)
    if (const LinearFault deeper = not_finite(matrix_, rhs))
      return deeper;
  return fault;
}

/// Factorizes, or sets the preconditioner up.
void PetscSolver::set_up()
{
  const QuietPetsc quiet;
  do
  {
    KSPDestroy(&ksp_);
    check(KSPCreate(comm_, &ksp_), "KSPCreate");
    check(KSPSetOperators(ksp_, matrix_, matrix_), "KSPSetOperators");
    configure(symmetric_);
    fault_ = diagnose(KSPSetUp(ksp_), nullptr);
  } while (fault_ && take_more_workspace());
}

void PetscSolver::set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &near_null_space,
                             const int block_size)
{
  matrix_ = matrix;
  symmetric_ = symmetric;
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
  set_up();
}

/// Runs a solution, again with more workspace as long as that helps.
template <class Attempt>
LinearFault PetscSolver::run(const Attempt &attempt, const Vec rhs)
{
  const QuietPetsc quiet;
  LinearFault fault = fault_;
  while (!fault)
  {
    fault = diagnose(attempt(), rhs);
    if (!fault || !take_more_workspace())
      break;
    set_up();
    fault = fault_;
  }
  return fault;
}

LinearSolveResult PetscSolver::solve(const Vec rhs, const Vec solution)
{
  LinearSolveResult result;
  result.fault = run([&] { return KSPSolve(ksp_, rhs, solution); }, rhs);
  int iterations = 0;
  KSPGetIterationNumber(ksp_, &iterations);
  result.iterations = unsigned(iterations);
  if (result.fault && !settings_.is_direct() && !fault_)
  {
    double residual = 0, norm = 0;
    KSPGetResidualNorm(ksp_, &residual);
    VecNorm(rhs, NORM_2, &norm);
    result.fault.text += " (" + settings_.method + ", " + std::to_string(iterations) + " iterations, residual " +
                         format(norm > 0 ? residual / norm : residual, 2) + " of the right-hand side)";
  }
  if (!result.fault)
    result.fault = check_solution(rhs, solution);
  return result;
}

LinearFault PetscSolver::check_solution(const Vec rhs, const Vec solution) const
{
  Vec rest;
  VecDuplicate(rhs, &rest);
  MatMult(matrix_, solution, rest);
  VecAYPX(rest, -1, rhs);
  double residual = 0, norm = 0;
  VecNorm(rest, NORM_2, &residual);
  VecNorm(rhs, NORM_2, &norm);
  VecDestroy(&rest);
  if (!std::isfinite(residual))
    if (const LinearFault deeper = not_finite(matrix_, rhs))
      return deeper;
  if (residual <= largest_residual * norm)
    return {};
  return inexact_solution(residual / norm, settings_.is_direct());
}

LinearSolveResult PetscSolver::solve_many(const Mat rhs, const Mat solution)
{
  LinearSolveResult result;
  result.fault = run([&] { return KSPMatSolve(ksp_, rhs, solution); }, nullptr);
  if (result.fault)
    return result;
  int columns = 0;
  MatGetSize(rhs, nullptr, &columns);
  for (int j = 0; j < columns && !result.fault; ++j)
  {
    Vec b, x;
    MatDenseGetColumnVecRead(rhs, j, &b);
    MatDenseGetColumnVecRead(solution, j, &x);
    result.fault = check_solution(b, x);
    MatDenseRestoreColumnVecRead(rhs, j, &b);
    MatDenseRestoreColumnVecRead(solution, j, &x);
  }
  return result;
}

std::vector<std::string> unused_petsc_options()
{
  int n = 0;
  char **names = nullptr, **values = nullptr;
  std::vector<std::string> list;
  PetscOptionsLeftGet(nullptr, &n, &names, &values);
  for (int i = 0; i < n; ++i)
    if (own_options().count(std::string("-") + names[i]) == 0)
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
