// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/prony_fit/nnls.h>

#include <Eigen/QR>

#include <algorithm>
#include <limits>
#include <vector>

namespace fe2
{
namespace
{
using Set = std::vector<Eigen::Index>;

Eigen::VectorXd least_squares(const Eigen::MatrixXd &a, const Eigen::VectorXd &b, const Set &set)
{
  Eigen::VectorXd x = Eigen::VectorXd::Zero(a.cols());
  const Eigen::VectorXd y = a(Eigen::all, set).colPivHouseholderQr().solve(b);
  for (std::size_t k = 0; k < set.size(); ++k)
    x[set[k]] = y[Eigen::Index(k)];
  return x;
}

/// The least squares on the set without the unknowns that it would make negative; begins at a feasible x.
void descend(const Eigen::MatrixXd &a, const Eigen::VectorXd &b, Set &set, Eigen::VectorXd &x)
{
  while (!set.empty())
  {
    const Eigen::VectorXd z = least_squares(a, b, set);
    double step = 1;
    for (const auto i : set)
      if (z[i] <= 0)
        step = std::min(step, x[i] / (x[i] - z[i]));
    const Eigen::VectorXd before = x;
    x += step * (z - x);
    const auto leaves = [&](const Eigen::Index i)
    { return z[i] <= 0 && (x[i] <= 0 || before[i] / (before[i] - z[i]) <= step); };
    const auto end = std::remove_if(set.begin(), set.end(), leaves);
    if (end == set.end())
    {
      x = z;
      return;
    }
    set.erase(end, set.end());
    for (Eigen::Index i = 0; i < x.size(); ++i)
      if (std::find(set.begin(), set.end(), i) == set.end())
        x[i] = 0;
  }
}
} // namespace

Eigen::VectorXd solve_nnls(const Eigen::MatrixXd &a, const Eigen::VectorXd &b)
{
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  const Eigen::Index n = a.cols();
  const Eigen::VectorXd scale = a.colwise().norm().transpose().unaryExpr([](const double s) { return s > 0 ? s : 1.; });
  Eigen::MatrixXd matrix = a * scale.cwiseInverse().asDiagonal();
  Eigen::VectorXd right = b;
  if (a.rows() > n) // as many rows as unknowns do
  {
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(matrix);
    right = (qr.householderQ().adjoint() * b).head(n);
    matrix = qr.matrixQR().topRows(n).triangularView<Eigen::Upper>();
  }
  const double size = right.norm(), tolerance = 10 * double(std::max(n, matrix.rows())) * epsilon * size;
  Eigen::VectorXd x = Eigen::VectorXd::Zero(n), residual = right;
  Set set;
  std::vector<bool> refused(std::size_t(n), false); // since the last success: they do not lower the residual
  for (Eigen::Index rounds = 0; rounds < 100 + 20 * n; ++rounds)
  {
    const Eigen::VectorXd gradient = matrix.transpose() * residual;
    Eigen::Index next = -1;
    for (Eigen::Index i = 0; i < n; ++i)
      if (!refused[std::size_t(i)] && gradient[i] > std::max(tolerance, next < 0 ? 0. : gradient[next]) &&
          std::find(set.begin(), set.end(), i) == set.end())
        next = i;
    if (next < 0)
      break;
    Set trial_set = set;
    trial_set.push_back(next);
    Eigen::VectorXd trial = x;
    descend(matrix, right, trial_set, trial);
    const Eigen::VectorXd trial_residual = right - matrix * trial;
    if (!(trial_residual.norm() < residual.norm() - epsilon * size))
    {
      refused[std::size_t(next)] = true;
      continue;
    }
    std::fill(refused.begin(), refused.end(), false);
    x = trial;
    set = trial_set;
    residual = trial_residual;
  }
  return x.cwiseQuotient(scale);
}
} // namespace fe2
