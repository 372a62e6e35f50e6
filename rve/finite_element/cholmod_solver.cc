// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/rve_linear_solver.h>

#include <lib/base/log.h>

#include <cholmod.h>

#include <cstdlib>
#include <fstream>
#include <limits>

namespace fe2
{
namespace
{
/// CHOLMOD's settings and workspace; alive as long as a factor is.
struct Common
{
  Common()
  {
    cholmod_start(&c);
    c.supernodal = CHOLMOD_AUTO;
    c.print = 0;
    c.final_ll = 1; // LDL^T would accept an indefinite matrix
    c.quick_return_if_not_posdef = 1;
  }
  ~Common() { cholmod_finish(&c); }
  cholmod_common c;
};

/// Bytes that the system can still give, or the largest number if it does not tell.
std::size_t free_memory()
{
  std::ifstream in("/proc/meminfo");
  for (std::string name, rest; in >> name && std::getline(in, rest);)
    if (name == "MemAvailable:")
      return std::size_t(std::strtoull(rest.c_str(), nullptr, 10)) * 1024;
  return std::numeric_limits<std::size_t>::max();
}

class CholmodSolver : public RveLinearSolver
{
public:
  explicit CholmodSolver(const std::shared_ptr<Common> &common) : common_(common) {}
  ~CholmodSolver() override
  {
    cholmod_free_factor(&factor_, &common_->c);
    for (auto **d : {&x_, &y_, &e_})
      cholmod_free_dense(d, &common_->c);
  }

  void analyze(const Matrix &matrix) override
  {
    cholmod_sparse a = view(matrix);
    symbolic_ = std::shared_ptr<cholmod_factor>(cholmod_analyze(&a, &common_->c), [common = common_](cholmod_factor *f)
                                                { cholmod_free_factor(&f, &common->c); });
    if (!symbolic_)
      throw RunError("CHOLMOD cannot analyze the matrix of the RVE (out of memory?)");
  }

  bool factorize(const Matrix &matrix, const bool symmetric) override
  {
    if (!symmetric)
      throw RunError("CHOLMOD was asked to factorize an unsymmetric matrix");
    cholmod_sparse a = view(matrix);
    if (factor_ == nullptr && bytes() > free_memory())
      return fail(LinearFault::Kind::memory, "CHOLMOD's factor needs " + format(double(bytes()) / 1e9, 3) +
                                                 " GB, but only " + format(double(free_memory()) / 1e9, 3) +
                                                 " GB of memory are free");
    if (factor_ == nullptr)
      factor_ = cholmod_copy_factor(symbolic_.get(), &common_->c);
    if (factor_ == nullptr)
      return fail(LinearFault::Kind::memory, "CHOLMOD has no memory for a factor");
    failed_ = -1;
    cholmod_factorize(&a, factor_, &common_->c);
    const auto *order = static_cast<const int *>(factor_->Perm);
    if (common_->c.status == CHOLMOD_OK && factor_->minor == factor_->n)
    {
      // A zero pivot may survive as a tiny one.
      const double condition = cholmod_rcond(factor_, &common_->c);
      if (condition > 1e-14)
        return true;
      failed_ = order[least_pivot()];
      return fail(LinearFault::Kind::singular,
                  "the matrix is singular, or nearly so: the least pivot is " + format(condition, 2) +
                      " of the largest",
                  &matrix);
    }
    return refuse(matrix, order);
  }
  bool is_direct() const override { return true; }
  long failed_unknown() const override { return failed_; }

  bool solve(Eigen::MatrixXd &columns) override
  {
    cholmod_dense b{};
    b.nrow = b.d = std::size_t(columns.rows());
    b.ncol = std::size_t(columns.cols());
    b.nzmax = b.nrow * b.ncol;
    b.x = columns.data();
    b.xtype = CHOLMOD_REAL;
    b.dtype = CHOLMOD_DOUBLE;
    if (!cholmod_solve2(CHOLMOD_A, factor_, &b, nullptr, &x_, nullptr, &y_, &e_, &common_->c))
      return fail(LinearFault::Kind::memory, "CHOLMOD ran out of memory");
    columns = Eigen::Map<Eigen::MatrixXd>(static_cast<double *>(x_->x), columns.rows(), columns.cols());
    return true;
  }

  std::unique_ptr<RveLinearSolver> sibling() const override
  {
    auto other = std::make_unique<CholmodSolver>(common_);
    other->symbolic_ = symbolic_;
    return other;
  }

  std::size_t bytes() const override
  {
    const cholmod_factor *f = factor_ != nullptr ? factor_ : symbolic_.get();
    if (f == nullptr)
      return 0;
    return f->is_super ? f->xsize * sizeof(double) + f->ssize * sizeof(int) : f->nzmax * (sizeof(double) + sizeof(int));
  }

private:
  /// Says what CHOLMOD's status means.
  bool refuse(const Matrix &matrix, const int *order)
  {
    const int status = common_->c.status;
    if (status == CHOLMOD_OUT_OF_MEMORY || status == CHOLMOD_TOO_LARGE)
      return fail(LinearFault::Kind::memory,
                  std::string(status == CHOLMOD_TOO_LARGE ? "the factor is too large for CHOLMOD's indices"
                                                          : "CHOLMOD ran out of memory") +
                      "; use cg_gamg, or mumps on several processes");
    if (status != CHOLMOD_OK && status != CHOLMOD_NOT_POSDEF && status != CHOLMOD_DSMALL)
      return fail(LinearFault::Kind::other, "CHOLMOD failed with the status " + std::to_string(status), &matrix);
    if (factor_->minor < factor_->n)
      failed_ = order[factor_->minor];
    return fail(LinearFault::Kind::indefinite, "the matrix is not positive definite", &matrix);
  }
  /// Column of the factor with the least diagonal entry.
  std::size_t least_pivot() const
  {
    const auto *x = static_cast<const double *>(factor_->x);
    std::size_t best = 0;
    double least = std::numeric_limits<double>::max();
    const auto look = [&](const std::size_t column, const double value)
    {
      if (value < least)
      {
        least = value;
        best = column;
      }
    };
    if (!factor_->is_super)
      for (std::size_t j = 0; j < factor_->n; ++j)
        look(j, x[static_cast<const int *>(factor_->p)[j]]);
    for (std::size_t s = 0; factor_->is_super && s < factor_->nsuper; ++s)
    {
      const auto *first = static_cast<const int *>(factor_->super), *rows = static_cast<const int *>(factor_->pi);
      const int height = rows[s + 1] - rows[s], begin = static_cast<const int *>(factor_->px)[s];
      for (int j = first[s]; j < first[s + 1]; ++j)
        look(std::size_t(j), x[begin + (j - first[s]) * (height + 1)]);
    }
    return best;
  }

  /// The lower triangle of Eigen's matrix, without a copy.
  static cholmod_sparse view(const Matrix &matrix)
  {
    cholmod_sparse a{};
    a.nrow = std::size_t(matrix.rows());
    a.ncol = std::size_t(matrix.cols());
    a.nzmax = std::size_t(matrix.nonZeros());
    a.p = const_cast<int *>(matrix.outerIndexPtr());
    a.i = const_cast<int *>(matrix.innerIndexPtr());
    a.x = const_cast<double *>(matrix.valuePtr());
    a.stype = -1;
    a.itype = CHOLMOD_INT;
    a.xtype = CHOLMOD_REAL;
    a.dtype = CHOLMOD_DOUBLE;
    a.sorted = a.packed = 1;
    return a;
  }

  std::shared_ptr<Common> common_;
  std::shared_ptr<cholmod_factor> symbolic_;
  cholmod_factor *factor_ = nullptr;
  long failed_ = -1;
  cholmod_dense *x_ = nullptr, *y_ = nullptr, *e_ = nullptr;
};

const Registry<RveLinearSolver>::Add add("cholmod", "Supernodal Cholesky factorization",
                                         [](const std::vector<dealii::Point<3>> &, const MPI_Comm)
                                         { return std::make_unique<CholmodSolver>(std::make_shared<Common>()); });
} // namespace
} // namespace fe2
