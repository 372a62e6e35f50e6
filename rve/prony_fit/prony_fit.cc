// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/materials/prony_interconversion.h>
#include <rve/prony_fit/nnls.h>
#include <rve/prony_fit/prony_fit.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
namespace
{
/// The least and the largest time that is not zero; of frequencies, their inverses.
std::pair<double, double> time_range(const ViscoelasticData &data)
{
  double least = std::numeric_limits<double>::max(), largest = 0;
  for (const double x : data.x)
    if (x > 0)
    {
      least = std::min(least, x);
      largest = std::max(largest, x);
    }
  return data.kind == DataKind::dynamic ? std::make_pair(1 / largest, 1 / least) : std::make_pair(least, largest);
}

std::vector<double> log_spaced_times(const ViscoelasticData &data, const unsigned int per_decade)
{
  const auto [shortest, longest] = time_range(data);
  const int first = int(std::floor(std::log10(shortest) + 1e-9)), last = int(std::ceil(std::log10(longest) - 1e-9));
  std::vector<double> times;
  for (int k = 0; k <= (last - first) * int(per_decade); ++k)
    times.push_back(std::pow(10., first + double(k) / per_decade));
  return times;
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
  RetardationSeries series;
  series.fluidity = m[terms + 1];
  series.instantaneous = m[terms];
  for (Eigen::Index k = 0; k < terms; ++k)
    if (m[k] > 0 && series.instantaneous == 0)
      series.instantaneous = m[k]; // no instantaneous compliance in the data: the fastest element acts as one
    else if (m[k] > 0)
    {
      series.compliances.push_back(m[k]);
      series.times.push_back(times[std::size_t(k)]);
    }
  if (!(series.instantaneous > 0))
    throw InputError("the creep data have no elastic part: no relaxation modulus exists");
  return to_relaxation(series);
}

PronyFit fit_with(const ViscoelasticData &data, const std::vector<double> &times)
{
  PronyFit fit;
  fit.n_candidates = times.size();
  fit.series = data.kind == DataKind::creep ? fit_creep(data, times) : fit_moduli(data, times);
  fit.error = fit_error(fit.series, data);
  return fit;
}
} // namespace

void check_data(const ViscoelasticData &data)
{
  if (data.x.size() < 2)
    throw InputError("a fit needs at least two rows of data");
  const bool dynamic = data.kind == DataKind::dynamic;
  for (std::size_t i = 0; i < data.x.size(); ++i)
    if (!std::isfinite(data.x[i]) || !(data.x[i] > 0 || (data.x[i] == 0 && !dynamic)) ||
        !std::isfinite(data.first[i]) || !(data.first[i] > 0) ||
        (dynamic && !(std::isfinite(data.second[i]) && data.second[i] >= 0)))
      throw InputError("row " + std::to_string(i + 1) +
                       " of the data: times, frequencies, moduli and compliances must be positive");
  const auto [low, high] = std::minmax_element(data.x.begin(), data.x.end());
  if (*low == *high)
    throw InputError("all rows have the same " + std::string(dynamic ? "frequency " : "time ") + format(*low) +
                     ": a series needs data over a range of them");
  constexpr double most_decades = 100;
  const auto [shortest, longest] = time_range(data);
  if (std::log10(longest / shortest) > most_decades)
    throw InputError("the data reach from " + format(*low) + " to " + format(*high) + ", over more than " +
                     format(most_decades) + " decades; remove rows that stand for zero or infinity");
}

FitError fit_error(const PronySeries &series, const ViscoelasticData &data, const double shortest, const double longest)
{
  FitError error;
  const bool dynamic = data.kind == DataKind::dynamic;
  const auto values = model_values(series, data);
  double squares = 0;
  for (std::size_t i = 0; i < data.x.size(); ++i)
  {
    const double time = dynamic ? 1 / data.x[i] : data.x[i];
    if (time < shortest || time > longest)
      continue;
    const auto [first, second] = values[i];
    const double weight = dynamic ? std::hypot(data.first[i], data.second[i]) : data.first[i];
    const double e1 = (first - data.first[i]) / weight, e2 = dynamic ? (second - data.second[i]) / weight : 0;
    squares += e1 * e1 + e2 * e2;
    error.largest = std::max({error.largest, std::abs(e1), std::abs(e2)});
    ++error.n_rows;
  }
  if (error.n_rows > 0)
    error.rms = std::sqrt(squares / (double(error.n_rows) * (dynamic ? 2 : 1)));
  return error;
}

PronyFit fit_prony(const ViscoelasticData &data, const PronyFitSettings &settings)
{
  check_data(data);
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
  PronyFit best = with_density(settings.most_per_decade);
  const double enough = std::max(settings.tolerance, 1.1 * best.error.rms);
  for (unsigned int n = settings.most_per_decade; n-- > 1;)
    if (PronyFit fit = with_density(n); fit.error.rms <= enough)
      best = std::move(fit);
  // A sharp relaxation between the candidates, not noise, is what finer ones halve the error of.
  for (const unsigned int times : {2u, 4u})
    if (best.error.rms > settings.tolerance)
      if (PronyFit finer = with_density(times * settings.most_per_decade); finer.error.rms < 0.5 * best.error.rms)
        best = std::move(finer);
  return best;
}

std::vector<std::pair<double, double>> model_values(const PronySeries &series, const ViscoelasticData &data)
{
  std::vector<std::pair<double, double>> values;
  const RetardationSeries creep = data.kind == DataKind::creep ? to_retardation(series) : RetardationSeries();
  for (const double x : data.x)
    switch (data.kind)
    {
    case DataKind::relaxation:
      values.emplace_back(series.relaxation(x), 0.);
      break;
    case DataKind::dynamic:
      values.emplace_back(series.storage(x), series.loss(x));
      break;
    case DataKind::creep:
      values.emplace_back(creep.creep(x), 0.);
    }
  return values;
}
} // namespace fe2
