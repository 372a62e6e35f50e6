// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/log.h>
#include <lib/solve/gathered_solver.h>
#include <lib/solve/trilinos_solver.h>

#include <cmath>

namespace fe2
{
void LinearSolverSettings::declare(Parameters &p)
{
  p.add_selection("Library", library, "Whose solvers.", "petsc|trilinos");
  p.add_selection("Method", method,
                  "mumps: direct (LDL^T of PETSc if the tangents are declared symmetric); klu: direct, Trilinos only; "
                  "cg: symmetric tangents only; gmres.",
                  "mumps|klu|cg|gmres");
  p.add_selection(
      "Preconditioner", preconditioner,
      "Of cg and gmres: algebraic multigrid gamg or hypre (petsc), ml (trilinos); jacobi; none. gamg and ml "
      "get the rigid-body modes. auto: gamg or ml.",
      "auto|gamg|hypre|ml|jacobi|none");
  p.add("Tolerance", tolerance, "Of cg and gmres: residual over right-hand side, unpreconditioned.", Range::tolerance);
  p.add("Gather up to", gathered,
        "Unknowns up to which mumps of PETSc works on one process, so that two runs give equal bits; with more it "
        "works on "
        "all and adds in the order of messages. 0: always on all.",
        0);
  p.add("Iterations", max_iterations, "Of cg and gmres: most iterations.", 1);
}

void LinearSolverSettings::validate(Parameters &p, Faults &faults) const
{
  if (library == "petsc" && method == "klu")
    faults.add(p.where("Method"), method, "is a solver of Trilinos; set Library = trilinos, or use mumps");
  const bool of_petsc = preconditioner == "gamg" || preconditioner == "hypre", of_trilinos = preconditioner == "ml";
  if ((library == "petsc" && of_trilinos) || (library == "trilinos" && of_petsc))
    faults.add(p.where("Preconditioner"), preconditioner,
               "is not of the library '" + library + "'; use " + (of_petsc ? "ml" : "gamg or hypre") + ", or auto");
}

bool mumps::workspace_is_full(const int infog_1)
{
  // Integer or real workspace of factorization or solution, or a buffer of messages, is too small.
  for (const int code : {-8, -9, -11, -12, -14, -15, -17, -20})
    if (infog_1 == code)
      return true;
  return false;
}

LinearFault mumps::fault(const int infog_1, const int infog_2)
{
  using Kind = LinearFault::Kind;
  const std::string code =
      " (MUMPS: INFOG(1) = " + std::to_string(infog_1) + ", INFOG(2) = " + std::to_string(infog_2) + ")";
  if (infog_1 == -10)
    return {Kind::singular, "the matrix is singular: a pivot is zero" + code};
  if (infog_1 == -6)
    return {Kind::singular, "the matrix is singular by its structure" + code};
  if (workspace_is_full(infog_1))
    return {Kind::memory, "the workspace of the direct solver is too small, even at " +
                              std::to_string(1 + largest_reserve / 100) + " times its estimate" + code};
  if (infog_1 == -5 || infog_1 == -7 || infog_1 == -13 || infog_1 == -19)
    return {Kind::memory,
            "the direct solver ran out of memory" + code + "; use more processes, or an iterative solver"};
  return {Kind::other, "the direct solver failed" + code};
}

LinearFault inexact_solution(const double residual, const bool direct)
{
  if (!direct)
    return {LinearFault::Kind::no_convergence, "the iteration ended, but its solution misses " + format(residual, 2) +
                                                   " of the right-hand side: the matrix is singular, or nearly so"};
  if (!std::isfinite(residual))
    return {LinearFault::Kind::singular,
            "the solution of the direct solver is not finite: the matrix is singular, or its numbers overflow"};
  return {LinearFault::Kind::singular, "the solution of the direct solver misses " + format(residual, 2) +
                                           " of the right-hand side: the matrix is singular, or nearly so"};
}

std::unique_ptr<LinearSolver> make_linear_solver(const MPI_Comm comm, const LinearSolverSettings &settings,
                                                 const std::string &prefix, const std::size_t n)
{
  if (settings.library == "trilinos")
    return std::make_unique<TrilinosSolver>(comm, settings);
  int n_ranks = 1;
  MPI_Comm_size(comm, &n_ranks);
  if (settings.is_direct() && n_ranks > 1 && n <= settings.gathered)
    return std::make_unique<GatheredSolver>(comm, settings, prefix);
  return std::make_unique<PetscSolver>(comm, settings, prefix);
}
} // namespace fe2
