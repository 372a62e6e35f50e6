// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/petsc_solver.h>
#include <lib/solve/trilinos_solver.h>

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

std::unique_ptr<LinearSolver> make_linear_solver(const MPI_Comm comm, const LinearSolverSettings &settings,
                                                 const std::string &prefix)
{
  if (settings.library == "trilinos")
    return std::make_unique<TrilinosSolver>(comm, settings);
  return std::make_unique<PetscSolver>(comm, settings, prefix);
}
} // namespace fe2
