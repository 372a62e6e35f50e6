// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * One thin class over PETSc's KSP, for both scales: what PETSc and MUMPS say of a failure is told, options of the
 * command line apply under a prefix (such as -macro_ksp_monitor), a direct factorization is reused until the matrix
 * changes.
 *
 * CG is refused for matrices that are not declared symmetric.
 */
#ifndef fe2_lib_solve_petsc_solver_h
#define fe2_lib_solve_petsc_solver_h

#include <lib/solve/linear_solver.h>

namespace fe2
{
class PetscSolver : public LinearSolver
{
public:
  PetscSolver(const MPI_Comm comm, const LinearSolverSettings &settings, const std::string &prefix);
  ~PetscSolver() override;
  PetscSolver(const PetscSolver &) = delete;

  void set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &near_null_space = {},
                  const int block_size = 1) override;
  LinearSolveResult solve(const Vec rhs, const Vec solution) override;
  /// Dense right-hand sides and solutions; one factorization, all columns (direct solver only).
  LinearSolveResult solve_many(const Mat rhs, const Mat solution);

  /// Of the last set_matrix.
  const LinearFault &fault() const { return fault_; }
  /// Percents of workspace that MUMPS has beyond its estimate.
  int reserve() const { return reserve_; }

private:
  void configure(const bool symmetric);
  void set_up();
  Mat mumps_factor() const;
  /// True if MUMPS' last failure was a full workspace, and there is more to try.
  bool take_more_workspace();
  /// Why a set-up or an iteration failed; none if it did not. `rhs` may be null.
  LinearFault diagnose(const PetscErrorCode code, const Vec rhs) const;
  LinearFault check_solution(const Vec rhs, const Vec solution) const;
  template <class Attempt>
  LinearFault run(const Attempt &attempt, const Vec rhs);

  MPI_Comm comm_;
  LinearSolverSettings settings_;
  std::string prefix_;
  KSP ksp_ = nullptr;
  Mat matrix_ = nullptr;
  bool symmetric_ = false;
  LinearFault fault_;
  int reserve_; ///< percents of MUMPS' workspace; stays at what was needed
};

/// Hands arguments such as "-macro_ksp_view" to PETSc's options.
void set_petsc_options(const std::vector<std::string> &arguments);
/// Options of the command line that nobody has read: misspelt ones.
std::vector<std::string> unused_petsc_options();
} // namespace fe2

#endif
