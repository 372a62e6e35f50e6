// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Linear solvers for the macroscale's matrix, of PETSc or Trilinos. The matrix is PETSc's; Trilinos gets a copy.
 *
 * MUMPS starts with half as much workspace again as it estimates; when that is full (INFOG(1) = -8, -9, ...: pivoting
 * needed more) it is doubled, up to 64 times the estimate. A solution that misses its right-hand side by more than a
 * thousandth is refused: such a matrix is singular for the arithmetic.
 *
 *     set_matrix(K, ...)   for new values     solve(b, x)   for each right-hand side
 */
#ifndef fe2_lib_solve_linear_solver_h
#define fe2_lib_solve_linear_solver_h

#include <lib/base/parameters.h>
#include <lib/solve/linear_fault.h>

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
  unsigned int gathered = 50000; ///< unknowns that mumps of PETSc solves on one process

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults) const;
  bool is_direct() const { return method == "mumps" || method == "klu"; }
};

struct LinearSolveResult
{
  unsigned int iterations = 0;
  LinearFault fault;
  bool converged() const { return !fault; }
};

class LinearSolver
{
public:
  virtual ~LinearSolver() = default;
  /// The matrix must live as long as it is used. `near_null_space`: vectors (rigid-body modes) for multigrid, may be
  /// empty; `block_size`: unknowns of a node. A factorization that fails is told by the next solve.
  virtual void set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &near_null_space = {},
                          const int block_size = 1) = 0;
  virtual LinearSolveResult solve(const Vec rhs, const Vec solution) = 0;
};

/// MUMPS' workspace: percents added to its estimate (ICNTL(14)), and what to do about INFOG(1).
namespace mumps
{
constexpr int first_reserve = 50, largest_reserve = 6400;
/// More workspace helps.
bool workspace_is_full(const int infog_1);
LinearFault fault(const int infog_1, const int infog_2);
} // namespace mumps

/// Most of |b - A x| / |b| that a solver may leave, whatever it says.
constexpr double largest_residual = 1e-3;
LinearFault inexact_solution(const double residual, const bool direct);
/// Whether matrix or right-hand side (may be null) hold NaN; collective.
LinearFault not_finite(const Mat matrix, const Vec rhs);

/// `prefix`: of PETSc's options; `n`: unknowns.
std::unique_ptr<LinearSolver> make_linear_solver(const MPI_Comm comm, const LinearSolverSettings &settings,
                                                 const std::string &prefix, const std::size_t n);
} // namespace fe2

#endif
