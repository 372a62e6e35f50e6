// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/materials/prony_interconversion.h>

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
  return to_retardation(*this).creep(t);
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
  // Dropping fast terms lowers M(t), adding slow ones raises it, each with every further term: bisection.
  for (std::size_t bad = end + 1; bad > begin + 1;)
    if (const std::size_t middle = (begin + bad) / 2; good(middle, end, tolerance / 2))
      begin = middle;
    else
      bad = middle;
  for (std::size_t low = begin; end > low;)
    if (const std::size_t middle = (low + end) / 2; good(begin, middle, tolerance))
      end = middle;
    else
      low = middle + 1;
  folded.series = build(begin, end);
  folded.error = window_error(folded.series, series, shortest, longest);
  return folded;
}
} // namespace fe2
