// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/materials/prony_series.h>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fe2
{
double PronySeries::relaxation(const double t) const
{
  double m = equilibrium;
  for (std::size_t i = 0; i < moduli.size(); ++i)
    m += moduli[i] * std::exp(-t / times[i]);
  return m;
}

double PronySeries::ramp(const double t) const
{
  double sum = equilibrium * t;
  for (std::size_t i = 0; i < moduli.size(); ++i)
    sum -= moduli[i] * times[i] * std::expm1(-t / times[i]);
  return sum;
}

double PronySeries::storage(const double omega) const
{
  double m = equilibrium;
  for (std::size_t i = 0; i < moduli.size(); ++i)
    m += moduli[i] / (1 + 1 / (omega * times[i] * omega * times[i]));
  return m;
}

double PronySeries::loss(const double omega) const
{
  double m = 0;
  for (std::size_t i = 0; i < moduli.size(); ++i)
    m += moduli[i] / (omega * times[i] + 1 / (omega * times[i]));
  return m;
}

double PronySeries::creep(const double t) const
{
  // Springs and dashpots in parallel under a unit stress: with the dashpot strains a_i,
  // M0 eps = 1 + sum M_i a_i and tau_i a_i' = eps - a_i, a linear system a' = A a + b, symmetric after scaling by
  // sqrt(M_i tau_i).
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < moduli.size(); ++i)
    if (moduli[i] > 0)
      active.push_back(i);
  const auto n = Eigen::Index(active.size());
  const double m0 = instantaneous();
  if (n == 0)
    return 1 / m0;
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(n, n);
  Eigen::VectorXd b(n), weight(n);
  for (Eigen::Index i = 0; i < n; ++i)
  {
    const auto k = active[std::size_t(i)];
    weight[i] = std::sqrt(moduli[k] / times[k]);
    b[i] = weight[i] / m0;
    a(i, i) = -1 / times[k];
  }
  a += weight * weight.transpose() / m0;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(a);
  const Eigen::VectorXd c = eigen.eigenvectors().transpose() * b;
  double strain = 1 / m0;
  const double scale = eigen.eigenvalues().cwiseAbs().maxCoeff();
  for (Eigen::Index i = 0; i < n; ++i)
  {
    const double lambda = eigen.eigenvalues()[i];
    const double integral = std::abs(lambda) < 1e-14 * scale ? t : std::expm1(lambda * t) / lambda;
    strain += c[i] * c[i] * integral;
  }
  return strain;
}

namespace
{
double window_error(const PronySeries &a, const PronySeries &b, const double shortest, const double longest)
{
  double worst = 0;
  constexpr int n = 200;
  for (int i = 0; i <= n; ++i)
  {
    const double t = shortest * std::pow(longest / shortest, double(i) / n);
    worst = std::max({worst, std::abs(a.relaxation(t) - b.relaxation(t)) / b.relaxation(t),
                      std::abs(a.ramp(t) - b.ramp(t)) / b.ramp(t)});
  }
  return worst;
}
} // namespace

FoldedSeries fold(const PronySeries &series, const double shortest, const double longest, const double tolerance)
{
  FoldedSeries folded{series, 0};
  std::vector<std::size_t> order(series.times.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto i, auto j) { return series.times[i] < series.times[j]; });
  std::size_t begin = 0, end = order.size();
  const auto build = [&](const std::size_t from, const std::size_t to)
  {
    PronySeries s;
    s.equilibrium = series.equilibrium;
    for (std::size_t k = from; k < order.size(); ++k)
      if (k < to)
      {
        s.moduli.push_back(series.moduli[order[k]]);
        s.times.push_back(series.times[order[k]]);
      }
      else
        s.equilibrium += series.moduli[order[k]];
    return s;
  };
  const auto good = [&](const std::size_t from, const std::size_t to, const double limit)
  { return window_error(build(from, to), series, shortest, longest) <= limit; };
  while (begin < end && good(begin + 1, end, tolerance / 2))
    ++begin;
  while (end > begin && good(begin, end - 1, tolerance))
    --end;
  folded.series = build(begin, end);
  folded.error = window_error(folded.series, series, shortest, longest);
  return folded;
}
} // namespace fe2
