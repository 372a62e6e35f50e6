// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The matrix of an RVE through PETSc: MUMPS, or CG with GAMG and rigid-body modes. Options: -rve_ksp_..., -rve_pc_...
 */
#include <rve/finite_element/rve_linear_solver.h>

#include <lib/solve/petsc_solver.h>

namespace fe2
{
namespace
{
class PetscRveSolver : public RveLinearSolver
{
public:
  PetscRveSolver(const std::string &method, const std::vector<dealii::Point<3>> &points)
      : method_(method), points_(points), solver_(PETSC_COMM_SELF, settings(method), "rve_")
  {
  }
  ~PetscRveSolver() override { MatDestroy(&matrix_); }

  void analyze(const Matrix &) override {}

  bool factorize(const Matrix &matrix, const bool symmetric) override
  {
    // A copy by rows, so that the caller may go on with its own.
    MatDestroy(&matrix_);
    rows_ = matrix;
    MatCreateSeqAIJWithArrays(PETSC_COMM_SELF, int(matrix.rows()), int(matrix.cols()), rows_.outerIndexPtr(),
                              rows_.innerIndexPtr(), rows_.valuePtr(), &matrix_);
    auto modes = method_ == "cg" ? rigid_body_modes() : std::vector<Vec>();
    solver_.set_matrix(matrix_, symmetric, modes, method_ == "cg" ? 3 : 1);
    for (auto &m : modes)
      VecDestroy(&m);
    return true;
  }

  bool solve(Eigen::MatrixXd &columns) override
  {
    Eigen::MatrixXd solution = Eigen::MatrixXd::Zero(columns.rows(), columns.cols());
    bool good = true;
    if (method_ == "mumps")
    {
      Mat b, x;
      MatCreateSeqDense(PETSC_COMM_SELF, int(columns.rows()), int(columns.cols()), columns.data(), &b);
      MatCreateSeqDense(PETSC_COMM_SELF, int(columns.rows()), int(columns.cols()), solution.data(), &x);
      good = solver_.solve_many(b, x).converged;
      MatDestroy(&b);
      MatDestroy(&x);
    }
    else
      for (Eigen::Index j = 0; j < columns.cols(); ++j)
      {
        Vec b, x;
        VecCreateSeqWithArray(PETSC_COMM_SELF, 1, int(columns.rows()), columns.col(j).data(), &b);
        VecCreateSeqWithArray(PETSC_COMM_SELF, 1, int(columns.rows()), solution.col(j).data(), &x);
        good = solver_.solve(b, x).converged && good;
        VecDestroy(&b);
        VecDestroy(&x);
      }
    columns = solution;
    return good && columns.allFinite();
  }

  std::unique_ptr<RveLinearSolver> sibling() const override
  {
    return std::make_unique<PetscRveSolver>(method_, points_);
  }
  std::size_t bytes() const override { return std::size_t(rows_.nonZeros()) * 12; }

private:
  static PetscSolverSettings settings(const std::string &method)
  {
    PetscSolverSettings s;
    s.method = method;
    s.tolerance = 1e-12;
    s.max_iterations = 2000;
    return s;
  }

  std::vector<Vec> rigid_body_modes() const
  {
    std::vector<Vec> modes(6);
    for (unsigned int m = 0; m < 6; ++m)
    {
      VecCreateSeq(PETSC_COMM_SELF, int(3 * points_.size()), &modes[m]);
      double *v;
      VecGetArray(modes[m], &v);
      for (std::size_t n = 0; n < points_.size(); ++n)
      {
        for (unsigned int k = 0; k < 3; ++k)
          v[3 * n + k] = m < 3 && k == m ? 1. : 0.;
        if (m >= 3)
        {
          const unsigned int a = (m + 1) % 3, b = (m + 2) % 3;
          v[3 * n + a] = -points_[n][b];
          v[3 * n + b] = points_[n][a];
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
  Eigen::SparseMatrix<double, Eigen::RowMajor, int> rows_;
  Mat matrix_ = nullptr;
  PetscSolver solver_;
};

const Registry<RveLinearSolver>::Add add_mumps("mumps", "LDL^T or LU factorization by MUMPS",
                                               [](const std::vector<dealii::Point<3>> &points)
                                               { return std::make_unique<PetscRveSolver>("mumps", points); });
const Registry<RveLinearSolver>::Add add_cg("cg_gamg", "Conjugate gradients with PETSc's algebraic multigrid",
                                            [](const std::vector<dealii::Point<3>> &points)
                                            { return std::make_unique<PetscRveSolver>("cg", points); });
} // namespace
} // namespace fe2
