// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Trilinos: CG and GMRES of AztecOO with ML or Jacobi, KLU and MUMPS by Amesos.
 */
#ifndef fe2_lib_solve_trilinos_solver_h
#define fe2_lib_solve_trilinos_solver_h

#include <lib/solve/linear_solver.h>

namespace fe2
{
class TrilinosSolver : public LinearSolver
{
public:
  TrilinosSolver(const MPI_Comm comm, const LinearSolverSettings &settings);
  ~TrilinosSolver() override;
  void set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &near_null_space = {},
                  const int block_size = 1) override;
  LinearSolveResult solve(const Vec rhs, const Vec solution) override;

private:
  struct Parts;
  MPI_Comm comm_;
  LinearSolverSettings settings_;
  std::unique_ptr<Parts> parts_;
  int reserve_ = mumps::first_reserve; ///< percents of MUMPS' workspace; stays at what was needed
};
} // namespace fe2

#endif
