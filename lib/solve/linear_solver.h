// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Linear solvers for the macroscale's matrix, of PETSc or Trilinos. The matrix is PETSc's; Trilinos gets a copy.
 *
 *     set_matrix(K, ...)   for new values     solve(b, x)   for each right-hand side
 */
#ifndef fe2_lib_solve_linear_solver_h
#define fe2_lib_solve_linear_solver_h

#include <lib/base/parameters.h>

#include <petscksp.h>

#include <memory>

namespace fe2
{
struct LinearSolverSettings
{
  std::string library = "petsc";       ///< petsc, trilinos
  std::string method = "mumps";        ///< mumps, klu (trilinos), cg, gmres
  std::string preconditioner = "auto"; ///< of cg and gmres: gamg, hypre (petsc), ml (trilinos), jacobi, none
  double tolerance = 1e-10;            ///< |r| / |b|
  unsigned int max_iterations = 1000;

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults) const;
  bool is_direct() const { return method == "mumps" || method == "klu"; }
};

struct LinearSolveResult
{
  bool converged = true;
  unsigned int iterations = 0;
  std::string message;
};

class LinearSolver
{
public:
  virtual ~LinearSolver() = default;
  /// The matrix must live as long as it is used. `near_null_space`: vectors (rigid-body modes) for multigrid, may be
  /// empty; `block_size`: unknowns of a node.
  virtual void set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &near_null_space = {},
                          const int block_size = 1) = 0;
  virtual LinearSolveResult solve(const Vec rhs, const Vec solution) = 0;
};

/// `prefix`: of PETSc's options.
std::unique_ptr<LinearSolver> make_linear_solver(const MPI_Comm comm, const LinearSolverSettings &settings,
                                                 const std::string &prefix);
} // namespace fe2

#endif
