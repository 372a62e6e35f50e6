// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/prony_fit/nnls.h>
#include <rve/prony_fit/prony_fit.h>

#include <lib/base/errors.h>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
namespace
{
std::vector<double> log_spaced_times(const ViscoelasticData &data, const unsigned int per_decade)
{
  double least = std::numeric_limits<double>::max(), largest = 0;
  for (const double x : data.x)
    if (x > 0)
    {
      least = std::min(least, x);
      largest = std::max(largest, x);
    }
  const bool dynamic = data.kind == DataKind::dynamic;
  const double shortest = dynamic ? 1 / largest : least, longest = dynamic ? 1 / least : largest;
  const int first = int(std::floor(std::log10(shortest) + 1e-9)), last = int(std::ceil(std::log10(longest) - 1e-9));
  std::vector<double> times;
  for (int k = 0; k <= (last - first) * int(per_decade); ++k)
    times.push_back(std::pow(10., first + double(k) / per_decade));
  return times;
}

void check(const ViscoelasticData &data)
{
  if (data.x.size() < 2)
    throw InputError("a fit needs at least two rows of data");
  for (std::size_t i = 0; i < data.x.size(); ++i)
    if (!(data.x[i] > 0 || (data.x[i] == 0 && data.kind != DataKind::dynamic)) || !(data.first[i] > 0) ||
        (data.kind == DataKind::dynamic && !(data.second[i] >= 0)))
      throw InputError("row " + std::to_string(i + 1) +
                       " of the data: times, frequencies, moduli and compliances must "
                       "be positive");
}

PronySeries fit_moduli(const ViscoelasticData &data, const std::vector<double> &times)
{
  const bool dynamic = data.kind == DataKind::dynamic;
  const auto rows = Eigen::Index(data.x.size() * (dynamic ? 2 : 1)), terms = Eigen::Index(times.size());
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(rows, terms + 1);
  Eigen::VectorXd b(rows);
  for (std::size_t i = 0; i < data.x.size(); ++i)
  {
    const double x = data.x[i];
    const auto r = Eigen::Index(i), l = Eigen::Index(data.x.size() + i);
    const double weight = dynamic ? 1 / std::hypot(data.first[i], data.second[i]) : 1 / data.first[i];
    a(r, terms) = weight;
    b[r] = weight * data.first[i];
    if (dynamic)
      b[l] = weight * data.second[i];
    for (Eigen::Index k = 0; k < terms; ++k)
    {
      const double wt = x * times[std::size_t(k)];
      a(r, k) = weight * (dynamic ? wt * wt / (1 + wt * wt) : std::exp(-x / times[std::size_t(k)]));
      if (dynamic)
        a(l, k) = weight * wt / (1 + wt * wt);
    }
  }
  const Eigen::VectorXd m = solve_nnls(a, b);
  PronySeries series;
  series.equilibrium = m[terms];
  for (Eigen::Index k = 0; k < terms; ++k)
    if (m[k] > 0)
    {
      series.moduli.push_back(m[k]);
      series.times.push_back(times[std::size_t(k)]);
    }
  return series;
}

/// Relaxation spectrum of J(t) = j0 + sum j_i (1 - exp(-t / l_i)) + fluidity t.
PronySeries from_retardation(double j0, std::vector<double> j, std::vector<double> l, const double fluidity)
{
  // Under unit strain: j0 s = 1 - sum e_i - v, l_i e_i' = j_i s - e_i, v' = fluidity s. Scaled by sqrt(l_i / j_i) and
  // 1 / sqrt(fluidity) the system is symmetric and negative; its eigenvalues are
  // the relaxation rates and s(t) = M_inf + sum (c_k^2 / r_k) exp(-r_k t).
  const std::size_t n = j.size() + (fluidity > 0 ? 1 : 0);
  if (n == 0)
    return {1 / j0, {}, {}};
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(Eigen::Index(n), Eigen::Index(n));
  Eigen::VectorXd w(static_cast<Eigen::Index>(n));
  for (std::size_t i = 0; i < n; ++i)
  {
    const bool dashpot = i == j.size();
    w[Eigen::Index(i)] = std::sqrt(dashpot ? fluidity : j[i] / l[i]);
    a(Eigen::Index(i), Eigen::Index(i)) = dashpot ? 0. : -1 / l[i];
  }
  a -= w * w.transpose() / j0;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(a);
  const Eigen::VectorXd c = eigen.eigenvectors().transpose() * w / j0;
  PronySeries series;
  series.equilibrium = 1 / j0;
  for (Eigen::Index k = 0; k < c.size(); ++k)
  {
    const double rate = -eigen.eigenvalues()[k], modulus = c[k] * c[k] / rate;
    series.equilibrium -= modulus;
    series.moduli.push_back(modulus);
    series.times.push_back(1 / rate);
  }
  if (fluidity > 0 || series.equilibrium < 0)
    series.equilibrium = 0;
  return series;
}

PronySeries fit_creep(const ViscoelasticData &data, const std::vector<double> &times)
{
  const auto rows = Eigen::Index(data.x.size()), terms = Eigen::Index(times.size());
  Eigen::MatrixXd a(rows, terms + 2);
  for (Eigen::Index r = 0; r < rows; ++r)
  {
    const double t = data.x[std::size_t(r)], weight = 1 / data.first[std::size_t(r)];
    for (Eigen::Index k = 0; k < terms; ++k)
      a(r, k) = -weight * std::expm1(-t / times[std::size_t(k)]);
    a(r, terms) = weight;
    a(r, terms + 1) = weight * t;
  }
  // A solid does not flow: the dashpot is kept only if the data need it.
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(rows);
  Eigen::VectorXd m = Eigen::VectorXd::Zero(terms + 2);
  m.head(terms + 1) = solve_nnls(a.leftCols(terms + 1), ones);
  const Eigen::VectorXd fluid = solve_nnls(a, ones);
  const double solid_error = (a * m - ones).norm() / std::sqrt(double(rows));
  if (solid_error > 1e-6 && (a * fluid - ones).norm() / std::sqrt(double(rows)) < 0.9 * solid_error)
    m = fluid;
  std::vector<double> j, l;
  double j0 = m[terms];
  for (Eigen::Index k = 0; k < terms; ++k)
    if (m[k] > 0 && j0 == 0)
      j0 = m[k]; // no instantaneous compliance in the data: the fastest element acts as one
    else if (m[k] > 0)
    {
      j.push_back(m[k]);
      l.push_back(times[std::size_t(k)]);
    }
  if (!(j0 > 0))
    throw InputError("the creep data have no elastic part: no relaxation modulus exists");
  return from_retardation(j0, j, l, m[terms + 1]);
}

PronyFit fit_with(const ViscoelasticData &data, const std::vector<double> &times)
{
  PronyFit fit;
  fit.n_candidates = times.size();
  fit.series = data.kind == DataKind::creep ? fit_creep(data, times) : fit_moduli(data, times);
  double squares = 0;
  for (std::size_t i = 0; i < data.x.size(); ++i)
  {
    const auto [first, second] = model_value(fit.series, data.kind, data.x[i]);
    const bool dynamic = data.kind == DataKind::dynamic;
    const double weight = dynamic ? std::hypot(data.first[i], data.second[i]) : data.first[i];
    const double e1 = (first - data.first[i]) / weight, e2 = dynamic ? (second - data.second[i]) / weight : 0;
    squares += e1 * e1 + e2 * e2;
    fit.largest_error = std::max({fit.largest_error, std::abs(e1), std::abs(e2)});
  }
  fit.error = std::sqrt(squares / (double(data.x.size()) * (data.kind == DataKind::dynamic ? 2 : 1)));
  return fit;
}
} // namespace

PronyFit fit_prony(const ViscoelasticData &data, const PronyFitSettings &settings)
{
  check(data);
  if (!settings.times.empty())
    return fit_with(data, settings.times);
  const auto with_density = [&](const unsigned int n)
  {
    PronyFit fit = fit_with(data, log_spaced_times(data, n));
    fit.per_decade = n;
    return fit;
  };
  if (settings.per_decade > 0)
    return with_density(settings.per_decade);
  const PronyFit densest = with_density(settings.most_per_decade);
  for (unsigned int n = 1; n < settings.most_per_decade; ++n)
  {
    const PronyFit fit = with_density(n);
    if (fit.error <= std::max(settings.tolerance, 1.1 * densest.error))
      return fit;
  }
  return densest;
}

std::pair<double, double> model_value(const PronySeries &series, const DataKind kind, const double x)
{
  if (kind == DataKind::dynamic)
    return {series.storage(x), series.loss(x)};
  return {kind == DataKind::creep ? series.creep(x) : series.relaxation(x), 0.};
}
} // namespace fe2
