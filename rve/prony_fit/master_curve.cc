// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/prony_fit/master_curve.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fe2
{
namespace
{
/// log10 time over log10 modulus, the moduli falling.
struct Curve
{
  std::vector<double> x, y;

  explicit Curve(const ViscoelasticData &data)
  {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < data.x.size(); ++i)
      if (data.x[i] > 0 && data.first[i] > 0)
        points.emplace_back((data.kind == DataKind::dynamic ? -1 : 1) * std::log10(data.x[i]),
                            (data.kind == DataKind::creep ? -1 : 1) * std::log10(data.first[i]));
    std::sort(points.begin(), points.end());
    for (const auto &p : points)
    {
      x.push_back(p.first);
      y.push_back(y.empty() ? p.second : std::min(p.second, y.back())); // noise on plateaus
    }
  }
  /// log10 time at which the modulus is y.
  double at(const double value) const
  {
    const auto later = std::find_if(y.begin(), y.end(), [value](const double other) { return other < value; });
    const auto i = std::size_t(std::min(std::max<std::ptrdiff_t>(later - y.begin(), 1), std::ptrdiff_t(y.size()) - 1));
    const double step = y[i - 1] - y[i];
    return step > 0 ? x[i - 1] + (x[i] - x[i - 1]) * (y[i - 1] - value) / step : 0.5 * (x[i - 1] + x[i]);
  }
};

struct Link
{
  double distance = 0, range = 0; ///< both log10
};

Link link(const Isotherm &a, const Isotherm &b)
{
  const Curve one(a.data), other(b.data);
  for (const auto *isotherm : {&a, &b})
    if (Curve(isotherm->data).x.size() < 2)
      throw InputError("the isotherm at " + format(isotherm->temperature) +
                       " has fewer than two rows: no shift follows from it; leave it out by --select");
  const double low = std::max(one.y.back(), other.y.back()), high = std::min(one.y.front(), other.y.front());
  if (!(high > low))
    throw InputError(
        "the isotherms at " + format(a.temperature) + " and " + format(b.temperature) +
        " have no range of moduli in common (a gap, or plateaus), so that they cannot be shifted onto each "
        "other; measure between these temperatures, or leave some out by --select");
  constexpr int n = 400;
  Link result;
  result.range = high - low;
  for (int i = 0; i < n; ++i)
  {
    const double y = low + (high - low) * (i + 0.5) / n;
    result.distance += (other.at(y) - one.at(y)) / n;
  }
  return result;
}

ViscoelasticData shifted(const Isotherm &isotherm, const double log10_shift)
{
  ViscoelasticData data = isotherm.data;
  for (double &x : data.x)
    x *= std::pow(10., data.kind == DataKind::dynamic ? log10_shift : -log10_shift);
  return data;
}

double cost(const PronySeries &series, const Isotherm &isotherm, const double log10_shift)
{
  const double rms = fit_error(series, shifted(isotherm, log10_shift)).rms;
  return rms * rms;
}

/// A Newton step on the misfit of one isotherm, kept only if it falls. Returns its length.
double correct(Isotherm &isotherm, const PronySeries &series)
{
  constexpr double h = 1e-3, most = 0.2;
  const double here = cost(series, isotherm, isotherm.log10_shift);
  const double up = cost(series, isotherm, isotherm.log10_shift + h);
  const double down = cost(series, isotherm, isotherm.log10_shift - h);
  const double curvature = (up - 2 * here + down) / (h * h), slope = (up - down) / (2 * h);
  if (!(curvature > 0))
    return 0;
  const double step = std::clamp(-slope / curvature, -most, most);
  if (!(cost(series, isotherm, isotherm.log10_shift + step) < here))
    return 0;
  isotherm.log10_shift += step;
  return std::abs(step);
}
} // namespace

std::vector<Isotherm> group_isotherms(const ViscoelasticData &data, const std::vector<double> &temperatures,
                                      const double gap)
{
  std::vector<std::size_t> order(data.x.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](const std::size_t a, const std::size_t b) { return temperatures[a] < temperatures[b]; });
  std::vector<Isotherm> isotherms;
  double last = 0;
  for (const auto i : order)
  {
    if (isotherms.empty() || temperatures[i] - last > gap)
    {
      isotherms.emplace_back();
      isotherms.back().data.kind = data.kind;
    }
    last = temperatures[i];
    auto &isotherm = isotherms.back();
    isotherm.data.x.push_back(data.x[i]);
    isotherm.data.first.push_back(data.first[i]);
    isotherm.data.second.push_back(data.second[i]);
    const auto n = double(isotherm.data.x.size());
    isotherm.temperature += (temperatures[i] - isotherm.temperature) / n;
  }
  return isotherms;
}

void shift_isotherms(std::vector<Isotherm> &isotherms, const std::size_t reference, const PronyFitSettings &settings)
{
  const double enough = std::log10(1.01);
  const auto attach = [&](Isotherm &isotherm, const Isotherm &neighbour)
  {
    const Link l = link(neighbour, isotherm);
    isotherm.log10_shift = neighbour.log10_shift + l.distance;
    isotherm.well_determined = neighbour.well_determined && l.range > enough;
  };
  isotherms[reference].log10_shift = 0;
  for (std::size_t i = reference + 1; i < isotherms.size(); ++i)
    attach(isotherms[i], isotherms[i - 1]);
  for (std::size_t i = reference; i-- > 0;)
    attach(isotherms[i], isotherms[i + 1]);
  PronyFitSettings fine = settings;
  fine.times.clear();
  fine.per_decade = settings.most_per_decade;
  constexpr unsigned int most_rounds = 20;
  constexpr double small = 1e-4;
  for (unsigned int round = 0; round < most_rounds; ++round)
  {
    const PronySeries series = fit_prony(master_curve(isotherms), fine).series;
    double largest = 0;
    for (std::size_t i = 0; i < isotherms.size(); ++i)
      if (i != reference && isotherms[i].well_determined)
        largest = std::max(largest, correct(isotherms[i], series));
    if (largest < small)
      break;
  }
}

ViscoelasticData master_curve(const std::vector<Isotherm> &isotherms)
{
  ViscoelasticData all;
  for (const auto &isotherm : isotherms)
  {
    const auto data = shifted(isotherm, isotherm.log10_shift);
    all.kind = data.kind;
    all.x.insert(all.x.end(), data.x.begin(), data.x.end());
    all.first.insert(all.first.end(), data.first.begin(), data.first.end());
    all.second.insert(all.second.end(), data.second.begin(), data.second.end());
  }
  return all;
}

namespace
{
/// factor * basis(T - T_ref) fitted to the shifts; the factor, and the RMS error. Returns the number of shifts used.
template <class Basis>
std::size_t fit_factor(const std::vector<Isotherm> &isotherms, const Basis &basis, double &factor, double &error)
{
  double by = 0, bb = 0;
  std::size_t n = 0;
  for (const auto &i : isotherms)
    if (const double b = basis(i.temperature); i.well_determined && b != 0)
    {
      by += b * i.log10_shift;
      bb += b * b;
      ++n;
    }
  factor = n > 0 ? by / bb : 0;
  double squares = 0;
  for (const auto &i : isotherms)
    if (const double b = basis(i.temperature); i.well_determined && b != 0)
      squares += std::pow(factor * b - i.log10_shift, 2);
  error = n > 0 ? std::sqrt(squares / double(n)) : 0;
  return n;
}
} // namespace

ShiftLaw fit_wlf(const std::vector<Isotherm> &isotherms, const double reference_temperature)
{
  ShiftLaw law;
  double coldest = 0;
  for (const auto &i : isotherms)
    if (i.well_determined)
      coldest = std::min(coldest, i.temperature - reference_temperature);
  // For each C2 the best C1 is linear; C2 - |coldest| runs over decades, then between the neighbours of the best.
  const auto with = [&](const double logarithm)
  {
    ShiftLaw trial;
    trial.c2 = std::pow(10., logarithm) - coldest;
    const auto basis = [&](const double temperature)
    {
      const double d = temperature - reference_temperature;
      return -d / (trial.c2 + d);
    };
    trial.exists = fit_factor(isotherms, basis, trial.c1, trial.error) > 1 && trial.c1 > 0;
    return trial;
  };
  double best = 0;
  const double first = -1, last = 5;
  for (double l = first; l <= last; l += 0.05)
    if (const ShiftLaw trial = with(l); trial.exists && (!law.exists || trial.error < law.error))
    {
      law = trial;
      best = l;
    }
  double low = best - 0.05, high = best + 0.05;
  for (int k = 0; k < 100 && law.exists; ++k)
  {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (with(a).error < with(b).error ? high : low) = with(a).error < with(b).error ? b : a;
  }
  return law.exists ? with(0.5 * (low + high)) : law;
}

ShiftLaw fit_arrhenius(const std::vector<Isotherm> &isotherms, const double reference_temperature, const double zero)
{
  ShiftLaw law;
  const auto basis = [&](const double temperature)
  { return (1 / (temperature - zero) - 1 / (reference_temperature - zero)) / std::log(10.); };
  law.exists = fit_factor(isotherms, basis, law.energy_by_r, law.error) > 0 && law.energy_by_r > 0;
  return law;
}
} // namespace fe2
