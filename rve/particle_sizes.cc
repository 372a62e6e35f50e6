// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/particle_sizes.h>

#include <cmath>

namespace fe2
{
namespace
{
/// exp(width z) over its mean.
std::vector<double> lognormal(const std::vector<double> &z, const double width)
{
  std::vector<double> d;
  double mean = 0;
  for (const double x : z)
  {
    d.push_back(std::exp(width * x));
    mean += d.back() / double(z.size());
  }
  for (double &x : d)
    x /= mean;
  return d;
}

double volume_of(const unsigned int dim, const std::vector<double> &diameters)
{
  double sum = 0;
  for (const double d : diameters)
    sum += std::pow(d, double(dim));
  return sum;
}

/// Where a rising function of the width reaches a value.
template <class Function>
double bisect(const Function &function, const double value)
{
  double low = 0, high = 4; // beyond any scatter that is allowed
  for (unsigned int i = 0; i < 100; ++i)
    (function(0.5 * (low + high)) < value ? low : high) = 0.5 * (low + high);
  return 0.5 * (low + high);
}
} // namespace

unsigned long particle_number(const unsigned int dim, const double scatter, const double volume)
{
  return static_cast<unsigned long>(
      std::lround(volume / std::pow(1 + scatter * scatter, 0.5 * double(dim) * (double(dim) - 1))));
}

MeanAndScatter mean_and_scatter(const std::vector<double> &x)
{
  MeanAndScatter s;
  for (const double v : x)
    s.mean += v / double(x.size());
  for (const double v : x)
    s.scatter += (v - s.mean) * (v - s.mean) / double(x.size());
  s.scatter = std::sqrt(s.scatter) / s.mean;
  return s;
}

std::vector<double> particle_diameters(const unsigned int dim, const double scatter, const double volume,
                                       const std::vector<double> &normal)
{
  std::vector<double> diameters(normal.size(), 1.);
  if (scatter > 0 && normal.size() > 1)
  {
    const auto width_of_scatter = [&](const double value)
    { return bisect([&](const double w) { return mean_and_scatter(lognormal(normal, w)).scatter; }, value); };
    const double least = width_of_scatter(0.75 * scatter), most = width_of_scatter(1.25 * scatter);
    const double exact = bisect([&](const double w) { return volume_of(dim, lognormal(normal, w)); }, volume);
    diameters = lognormal(normal, exact < least ? least : exact > most ? most : exact);
  }
  const double factor = std::pow(volume / volume_of(dim, diameters), 1. / double(dim));
  for (double &d : diameters)
    d *= factor;
  return diameters;
}
} // namespace fe2
