// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The matrix of an RVE through PETSc: MUMPS, or CG with GAMG and rigid-body modes, on any number of processes. Options:
 * -rve_ksp_..., -rve_pc_...
 */
#include <rve/finite_element/rve_linear_solver.h>

#include <lib/solve/petsc_solver.h>

#include <numeric>

namespace fe2
{
namespace
{
class PetscRveSolver : public RveLinearSolver
{
public:
  PetscRveSolver(const std::string &method, const std::vector<dealii::Point<3>> &points, const MPI_Comm comm)
      : method_(method), points_(points), comm_(comm), solver_(comm, settings(method), "rve_")
  {
    // Whole nodes on each process, for multigrid.
    MPI_Comm_size(comm, &n_ranks_);
    MPI_Comm_rank(comm, &rank_);
    const auto n = long(points.size());
    for (int r = 0; r <= n_ranks_; ++r)
      begin_.push_back(int(3 * (n * r / n_ranks_)));
  }
  ~PetscRveSolver() override { MatDestroy(&matrix_); }

  void analyze(const Matrix &) override {}

  bool factorize(const Matrix &matrix, const bool symmetric) override
  {
    MatDestroy(&matrix_);
    rows_ = matrix; // a copy by rows, so that the caller may go on with its own
    if (n_ranks_ == 1)
      MatCreateSeqAIJWithArrays(PETSC_COMM_SELF, int(matrix.rows()), int(matrix.cols()), rows_.outerIndexPtr(),
                                rows_.innerIndexPtr(), rows_.valuePtr(), &matrix_);
    else
      sum_parts();
    auto modes = method_ == "cg" ? rigid_body_modes() : std::vector<Vec>();
    solver_.set_matrix(matrix_, symmetric, modes, method_ == "cg" ? 3 : 1);
    for (auto &m : modes)
      VecDestroy(&m);
    return keep(solver_.fault());
  }

  bool solve(Eigen::MatrixXd &columns) override
  {
    Eigen::MatrixXd mine = columns.middleRows(begin_[rank_], n_mine()),
                    solution = Eigen::MatrixXd::Zero(mine.rows(), mine.cols());
    const int n = int(columns.rows());
    LinearFault fault;
    if (method_ == "mumps")
    {
      Mat b, x;
      MatCreateDense(comm_, n_mine(), PETSC_DECIDE, n, int(columns.cols()), mine.data(), &b);
      MatCreateDense(comm_, n_mine(), PETSC_DECIDE, n, int(columns.cols()), solution.data(), &x);
      fault = solver_.solve_many(b, x).fault;
      MatDestroy(&b);
      MatDestroy(&x);
    }
    else
      for (Eigen::Index j = 0; j < columns.cols() && !fault; ++j)
      {
        Vec b, x;
        VecCreateMPIWithArray(comm_, 1, n_mine(), n, mine.col(j).data(), &b);
        VecCreateMPIWithArray(comm_, 1, n_mine(), n, solution.col(j).data(), &x);
        fault = solver_.solve(b, x).fault;
        VecDestroy(&b);
        VecDestroy(&x);
      }
    if (fault)
      return keep(fault);
    gather(solution, columns);
    return true;
  }

  std::unique_ptr<RveLinearSolver> sibling() const override
  {
    return std::make_unique<PetscRveSolver>(method_, points_, comm_);
  }
  std::size_t bytes() const override { return std::size_t(rows_.nonZeros()) * 12; }

private:
  bool keep(const LinearFault &fault)
  {
    fault_ = fault;
    return !fault;
  }
  static LinearSolverSettings settings(const std::string &method)
  {
    LinearSolverSettings s;
    s.method = method;
    s.tolerance = 1e-12;
    s.max_iterations = 2000;
    return s;
  }
  int n_mine() const { return begin_[std::size_t(rank_) + 1] - begin_[std::size_t(rank_)]; }

  /// The sum of the matrices that the processes have assembled.
  void sum_parts()
  {
    const int n = int(rows_.rows());
    // Rows of others are counted too, so that nothing is allocated while adding.
    std::vector<int> length(std::size_t(n), 0);
    for (int i = 0; i < n; ++i)
      length[std::size_t(i)] = rows_.outerIndexPtr()[i + 1] - rows_.outerIndexPtr()[i];
    MPI_Allreduce(MPI_IN_PLACE, length.data(), n, MPI_INT, MPI_SUM, comm_);
    for (auto &l : length)
      l = std::min(l, n);
    std::vector<int> diagonal(length.begin() + begin_[std::size_t(rank_)],
                              length.begin() + begin_[std::size_t(rank_) + 1]),
        outside = diagonal;
    for (std::size_t i = 0; i < diagonal.size(); ++i)
    {
      diagonal[i] = std::min(diagonal[i], n_mine());
      outside[i] = std::min(outside[i], n - n_mine());
    }
    MatCreateAIJ(comm_, n_mine(), n_mine(), n, n, 0, diagonal.data(), 0, outside.data(), &matrix_);
    for (int i = 0; i < n; ++i)
    {
      const int first = rows_.outerIndexPtr()[i];
      MatSetValues(matrix_, 1, &i, rows_.outerIndexPtr()[i + 1] - first, rows_.innerIndexPtr() + first,
                   rows_.valuePtr() + first, ADD_VALUES);
    }
    MatAssemblyBegin(matrix_, MAT_FINAL_ASSEMBLY);
    MatAssemblyEnd(matrix_, MAT_FINAL_ASSEMBLY);
  }

  void gather(const Eigen::MatrixXd &mine, Eigen::MatrixXd &all) const
  {
    if (n_ranks_ == 1)
    {
      all = mine;
      return;
    }
    std::vector<int> counts;
    for (int r = 0; r < n_ranks_; ++r)
      counts.push_back(begin_[std::size_t(r) + 1] - begin_[std::size_t(r)]);
    for (Eigen::Index j = 0; j < all.cols(); ++j)
      MPI_Allgatherv(mine.col(j).data(), n_mine(), MPI_DOUBLE, all.col(j).data(), counts.data(), begin_.data(),
                     MPI_DOUBLE, comm_);
  }

  std::vector<Vec> rigid_body_modes() const
  {
    std::vector<Vec> modes(6);
    const auto first = std::size_t(begin_[std::size_t(rank_)] / 3),
               last = std::size_t(begin_[std::size_t(rank_) + 1] / 3);
    for (unsigned int m = 0; m < 6; ++m)
    {
      VecCreateMPI(comm_, n_mine(), int(3 * points_.size()), &modes[m]);
      double *v;
      VecGetArray(modes[m], &v);
      for (std::size_t n = first; n < last; ++n)
      {
        double *entry = v + 3 * (n - first);
        for (unsigned int k = 0; k < 3; ++k)
          entry[k] = m < 3 && k == m ? 1. : 0.;
        if (m >= 3)
        {
          const unsigned int a = (m + 1) % 3, b = (m + 2) % 3;
          entry[a] = -points_[n][b];
          entry[b] = points_[n][a];
        }
      }
      VecRestoreArray(modes[m], &v);
      for (unsigned int k = 0; k < m; ++k)
      {
        double product;
        VecDot(modes[m], modes[k], &product);
        VecAXPY(modes[m], -product, modes[k]);
      }
      VecNormalize(modes[m], nullptr);
    }
    return modes;
  }

  std::string method_;
  std::vector<dealii::Point<3>> points_;
  MPI_Comm comm_;
  int rank_ = 0, n_ranks_ = 1;
  std::vector<int> begin_; ///< first unknown of each process
  Eigen::SparseMatrix<double, Eigen::RowMajor, int> rows_;
  Mat matrix_ = nullptr;
  PetscSolver solver_;
};

const Registry<RveLinearSolver>::Add add_mumps("mumps", "LDL^T or LU factorization by MUMPS",
                                               [](const std::vector<dealii::Point<3>> &points, const MPI_Comm comm)
                                               { return std::make_unique<PetscRveSolver>("mumps", points, comm); });
const Registry<RveLinearSolver>::Add add_cg("cg_gamg", "Conjugate gradients with PETSc's algebraic multigrid",
                                            [](const std::vector<dealii::Point<3>> &points, const MPI_Comm comm)
                                            { return std::make_unique<PetscRveSolver>("cg", points, comm); });
} // namespace
} // namespace fe2
