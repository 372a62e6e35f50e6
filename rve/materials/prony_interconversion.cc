// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/materials/prony_interconversion.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
namespace
{
/// A root of a rational function: a pole, and the distance from it.
struct Root
{
  std::size_t pole;
  double offset;
};

/// f(x) = constant + sum weight_i [x] / (x - rate_i), with rates that rise: falls between its poles.
struct RationalFunction
{
  double constant = 0;
  bool times_x = false; ///< with the factor in brackets
  std::vector<double> rates, weights;

  void add(const double rate, const double weight)
  {
    rates.push_back(rate);
    weights.push_back(weight);
  }
  double x(const Root &at) const { return rates[at.pole] + at.offset; }
  double distance(const Root &at, const std::size_t i) const { return rates[at.pole] - rates[i] + at.offset; }
  double value(const Root &at) const
  {
    double sum = constant;
    for (std::size_t i = 0; i < rates.size(); ++i)
      if (weights[i] > 0)
        sum += weights[i] * (times_x ? x(at) : 1.) / distance(at, i);
    return sum;
  }
  /// -f'(x).
  double descent(const Root &at) const
  {
    double sum = 0;
    for (std::size_t i = 0; i < rates.size(); ++i)
      sum += weights[i] * (times_x ? rates[i] : 1.) / distance(at, i) / distance(at, i);
    return sum;
  }
  Root root(const std::size_t k) const;
  /// One root between each pair of poles; `beyond`: and one above the last.
  std::vector<Root> roots(const bool beyond) const
  {
    std::vector<Root> list;
    for (std::size_t k = 0; k + (beyond ? 0 : 1) < rates.size(); ++k)
      list.push_back(root(k));
    return list;
  }
};

/// Bisection of the logarithm of the distance to the nearest pole.
Root RationalFunction::root(const std::size_t k) const
{
  constexpr double range = 600; // of logarithms
  const bool last = k + 1 == rates.size();
  const double half = !last ? (rates[k + 1] - rates[k]) / 2 : rates[k] > 0 ? rates[k] : 1.;
  const bool upper = !last && value({k, half}) > 0;
  const std::size_t pole = upper ? k + 1 : k;
  const double sign = upper ? -1. : 1.;
  double low = std::max(std::log(half) - range, std::log(std::numeric_limits<double>::min()));
  double high = last ? std::log(half) + range : std::log(half);
  for (int i = 0; i < 70; ++i)
  {
    const double middle = (low + high) / 2;
    const bool above = value({pole, sign * std::exp(middle)}) > 0;
    (above != upper ? low : high) = middle;
  }
  return {pole, sign * std::exp((low + high) / 2)};
}

/// Rates that rise, each once, with the sum of their moduli; terms without a modulus are left out.
RationalFunction function_of(const PronySeries &series, const double value)
{
  std::vector<std::pair<double, double>> terms;
  for (std::size_t i = 0; i < series.times.size(); ++i)
    if (series.moduli[i] > 0)
      terms.emplace_back(1 / series.times[i], series.moduli[i]);
  std::sort(terms.begin(), terms.end());
  RationalFunction f;
  f.constant = series.equilibrium - value;
  f.times_x = true;
  for (const auto &[rate, modulus] : terms)
    if (!f.rates.empty() && f.rates.back() == rate)
      f.weights.back() += modulus;
    else
      f.add(rate, modulus);
  return f;
}

/// The same with x = 0 for a place from which distances are taken.
RationalFunction with_zero(RationalFunction f)
{
  f.rates.insert(f.rates.begin(), 0.);
  f.weights.insert(f.weights.begin(), 0.);
  return f;
}

/// The series with the given equilibrium modulus whose rates are roots of f, and whose moduli are factor / (x |f'|).
PronySeries series_of(const RationalFunction &f, const std::vector<Root> &roots, const double equilibrium,
                      const double factor)
{
  PronySeries series;
  series.equilibrium = equilibrium;
  for (const auto &root : roots)
  {
    series.times.push_back(1 / f.x(root));
    series.moduli.push_back(factor / (f.x(root) * f.descent(root)));
  }
  return series;
}
} // namespace

double RetardationSeries::creep(const double t) const
{
  double strain = instantaneous + fluidity * t;
  for (std::size_t i = 0; i < times.size(); ++i)
    strain -= compliances[i] * std::expm1(-t / times[i]);
  return strain;
}

RetardationSeries to_retardation(const PronySeries &series)
{
  RationalFunction f = function_of(series, 0);
  RetardationSeries result;
  result.instantaneous = 1 / series.instantaneous();
  if (f.rates.empty())
    return result;
  if (series.equilibrium > 0)
    f = with_zero(f);
  else
  {
    double viscosity = 0;
    for (std::size_t i = 0; i < f.rates.size(); ++i)
      viscosity += f.weights[i] / f.rates[i];
    result.fluidity = 1 / viscosity;
  }
  const PronySeries kelvin = series_of(f, f.roots(false), 0, 1);
  result.compliances = kelvin.moduli;
  result.times = kelvin.times;
  return result;
}

PronySeries to_relaxation(const RetardationSeries &series)
{
  // -J*(-x) = -J_0 + sum J_i x_i / (x - x_i) + fluidity / x has the form of M*(-x).
  std::vector<std::pair<double, double>> terms;
  double compliance = series.instantaneous;
  for (std::size_t i = 0; i < series.times.size(); ++i)
    if (series.compliances[i] > 0)
    {
      terms.emplace_back(1 / series.times[i], series.compliances[i] / series.times[i]);
      compliance += series.compliances[i];
    }
  if (series.fluidity > 0)
    terms.emplace_back(0., series.fluidity);
  std::sort(terms.begin(), terms.end());
  RationalFunction f;
  f.constant = -series.instantaneous;
  for (const auto &[rate, weight] : terms)
    if (!f.rates.empty() && f.rates.back() == rate)
      f.weights.back() += weight;
    else
      f.add(rate, weight);
  return series_of(f, f.roots(true), series.fluidity > 0 ? 0. : 1 / compliance, 1);
}

PronySeries young_to_shear(const PronySeries &young, const double bulk)
{
  const RationalFunction f = function_of(young, 9 * bulk);
  return series_of(f, f.roots(true), 3 * bulk * young.equilibrium / (9 * bulk - young.equilibrium), 27 * bulk * bulk);
}

PronySeries shear_to_young(const PronySeries &shear, const double bulk)
{
  const RationalFunction f = with_zero(function_of(shear, -3 * bulk));
  return series_of(f, f.roots(false), 9 * bulk * shear.equilibrium / (3 * bulk + shear.equilibrium), 27 * bulk * bulk);
}
} // namespace fe2
