// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Linear solvers of one RVE on the processes of a communicator. `analyze` once for a pattern; `factorize` for new
 * values; `solve` many right-hand sides at once. `sibling` makes another solver for the same pattern (cholmod shares
 * the symbolic factorization).
 *
 *   cholmod   supernodal LL^T (symmetric positive definite)
 *   mumps     LDL^T or LU through PETSc
 *   umfpack   LU
 *   cg_gamg   conjugate gradients with PETSc's algebraic multigrid
 *   auto      cholmod for symmetric tangents, umfpack otherwise, mumps on several processes. Symmetric tangents of
 *             3D meshes of more than 50,000 unknowns have cg_gamg behind it, should the factor need more memory than
 *             there is; above 150,000 cg_gamg comes first, and the direct one where it fails
 *
 * On several processes (mumps, cg_gamg) each passes a matrix of the full size with its part of the values; they are
 * summed. Right-hand sides and solutions are whole and equal on all.
 */
#ifndef fe2_rve_finite_element_rve_linear_solver_h
#define fe2_rve_finite_element_rve_linear_solver_h

#include <lib/base/registry.h>
#include <lib/solve/linear_fault.h>

#include <deal.II/base/point.h>

#include <Eigen/Sparse>

#include <functional>
#include <memory>
#include <mpi.h>

namespace fe2
{
class RveLinearSolver
{
public:
  using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;
  /// Points: coordinates of the free nodes, for multigrid.
  using Factory =
      std::function<std::unique_ptr<RveLinearSolver>(const std::vector<dealii::Point<3>> &points, const MPI_Comm comm)>;
  virtual ~RveLinearSolver() = default;

  virtual void analyze(const Matrix &matrix) = 0;
  /// False if it failed: see fault().
  virtual bool factorize(const Matrix &matrix, const bool symmetric) = 0;
  /// Overwrites the columns by the solutions; false if it failed: see fault().
  virtual bool solve(Eigen::MatrixXd &columns) = 0;
  /// Of the last factorization or solution that failed.
  const LinearFault &fault() const { return fault_; }
  virtual std::unique_ptr<RveLinearSolver> sibling() const = 0;
  /// One factorization serves many right-hand sides cheaply, on one process.
  virtual bool is_direct() const { return false; }
  /// After a factorization that failed: an unknown that nothing holds, or -1 if it is not known.
  virtual long failed_unknown() const { return -1; }
  virtual std::size_t bytes() const = 0;

protected:
  /// Remembers why; NaN in the matrix is the deeper reason of anything but memory.
  bool fail(const LinearFault::Kind kind, const std::string &text, const Matrix *matrix = nullptr);
  LinearFault fault_;
};

/// Chooses by name; "auto" by size and symmetry.
std::unique_ptr<RveLinearSolver> make_rve_linear_solver(const std::string &name,
                                                        const std::vector<dealii::Point<3>> &points,
                                                        const bool symmetric, const MPI_Comm comm = MPI_COMM_SELF);
} // namespace fe2

#endif
