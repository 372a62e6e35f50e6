// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A direct solver on the first process of several. MUMPS on several processes adds in the order in which messages
 * arrive: two runs differ in their last bits, and iterations inside of micro models make more of it (1e-9 of
 * reactions).
 */
#ifndef fe2_lib_solve_gathered_solver_h
#define fe2_lib_solve_gathered_solver_h

#include <lib/solve/petsc_solver.h>

namespace fe2
{
class GatheredSolver : public LinearSolver
{
public:
  GatheredSolver(const MPI_Comm comm, const LinearSolverSettings &settings, const std::string &prefix);
  ~GatheredSolver() override;
  GatheredSolver(const GatheredSolver &) = delete;

  void set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &near_null_space = {},
                  const int block_size = 1) override;
  LinearSolveResult solve(const Vec rhs, const Vec solution) override;

private:
  void clear();
  void share(LinearFault &fault) const;

  MPI_Comm comm_;
  bool first_;
  Mat *whole_ = nullptr; ///< of this process: the matrix, or an empty one
  VecScatter to_first_ = nullptr;
  Vec rhs_ = nullptr, solution_ = nullptr;
  std::unique_ptr<PetscSolver> solver_; ///< on the first process
};
} // namespace fe2

#endif
