// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/prony_fit/nnls.h>

#include <lib/base/errors.h>

#include <Eigen/QR>

#include <petsctao.h>

#include <vector>

namespace fe2
{
namespace
{
struct Quadratic
{
  Mat h;
  Eigen::VectorXd c; ///< objective x.Hx/2 - c.x
};

PetscErrorCode objective(Tao, Vec x, PetscReal *f, Vec g, void *context)
{
  const auto &q = *static_cast<Quadratic *>(context);
  MatMult(q.h, x, g);
  double xhx, xc;
  VecDot(x, g, &xhx);
  Vec c;
  VecCreateSeqWithArray(PETSC_COMM_SELF, 1, int(q.c.size()), q.c.data(), &c);
  VecDot(x, c, &xc);
  VecAXPY(g, -1, c);
  VecDestroy(&c);
  *f = xhx / 2 - xc;
  return 0;
}

PetscErrorCode hessian(Tao, Vec, Mat, Mat, void *)
{
  return 0; // constant
}

/// Least squares on the terms that are not negligible; false, and `x` is kept, if that does not improve it.
bool refine(const Eigen::MatrixXd &a, const Eigen::VectorXd &b, Eigen::VectorXd &x)
{
  std::vector<Eigen::Index> active;
  for (Eigen::Index i = 0; i < x.size(); ++i)
    if (x[i] > 1e-6 * x.maxCoeff())
      active.push_back(i);
  while (!active.empty())
  {
    const Eigen::VectorXd y = a(Eigen::all, active).colPivHouseholderQr().solve(b);
    Eigen::Index worst;
    if (y.minCoeff(&worst) >= 0)
    {
      Eigen::VectorXd refined = Eigen::VectorXd::Zero(x.size());
      for (std::size_t k = 0; k < active.size(); ++k)
        refined[active[k]] = y[Eigen::Index(k)];
      const bool better = (a * refined - b).norm() <= (1 + 1e-9) * (a * x - b).norm();
      if (better)
        x = refined;
      return better;
    }
    active.erase(active.begin() + worst);
  }
  return false;
}
} // namespace

Eigen::VectorXd solve_nnls(const Eigen::MatrixXd &a, const Eigen::VectorXd &b)
{
  const int n = int(a.cols());
  const Eigen::VectorXd scale = a.colwise().norm().transpose().cwiseMax(1e-300);
  const Eigen::MatrixXd scaled = a * scale.cwiseInverse().asDiagonal();
  Eigen::MatrixXd h = scaled.transpose() * scaled;
  Quadratic q;
  q.c = scaled.transpose() * b;
  const double size = std::max(b.norm(), 1e-300);
  q.c /= size;
  MatCreateSeqDense(PETSC_COMM_SELF, n, n, h.data(), &q.h);
  MatSetOption(q.h, MAT_SPD, PETSC_TRUE);
  Vec x, lower, upper;
  VecCreateSeq(PETSC_COMM_SELF, n, &x);
  VecDuplicate(x, &lower);
  VecDuplicate(x, &upper);
  VecSet(lower, 0);
  VecSet(upper, PETSC_INFINITY);
  VecSet(x, 0.1);
  Tao tao;
  TaoCreate(PETSC_COMM_SELF, &tao);
  TaoSetType(tao, TAOBQPIP);
  TaoSetSolution(tao, x);
  TaoSetObjectiveAndGradient(tao, nullptr, objective, &q);
  TaoSetHessian(tao, q.h, q.h, hessian, nullptr);
  TaoSetVariableBounds(tao, lower, upper);
  TaoSetTolerances(tao, 1e-14, 1e-14, 0);
  TaoSetMaximumIterations(tao, 500);
  TaoSetOptionsPrefix(tao, "nnls_");
  TaoSetFromOptions(tao);
  const PetscErrorCode code = TaoSolve(tao);
  TaoConvergedReason reason;
  TaoGetConvergedReason(tao, &reason);
  Eigen::VectorXd result(n);
  const double *values;
  VecGetArrayRead(x, &values);
  for (int i = 0; i < n; ++i)
    result[i] = std::max(0., values[i]) * size;
  VecRestoreArrayRead(x, &values);
  TaoDestroy(&tao);
  VecDestroy(&x);
  VecDestroy(&lower);
  VecDestroy(&upper);
  MatDestroy(&q.h);
  if (code != 0 || !result.allFinite() || (!refine(scaled, b, result) && reason < 0))
    throw RunError("the nonnegative least-squares solver did not converge");
  return result.cwiseQuotient(scale);
}
} // namespace fe2
