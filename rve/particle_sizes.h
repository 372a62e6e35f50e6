// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Sizes of particles with log-normal diameters. Both the mean diameter and the volume are given, while the number of
 * particles is whole: the width of the distribution gives way, by at most a quarter; what is then left of the volume
 * is made up by the mean.
 */
#ifndef fe2_rve_particle_sizes_h
#define fe2_rve_particle_sizes_h

#include <vector>

namespace fe2
{
/// Number of particles whose volumes sum to `volume` (in volumes of a particle of the mean diameter) on average:
/// E[d^dim] = (1 + scatter^2)^(dim (dim - 1) / 2) for a mean of 1 and the standard deviation `scatter`.
unsigned long particle_number(const unsigned int dim, const double scatter, const double volume);

/// Diameters from standard normal numbers; the sum of d^dim is `volume`, the mean 1 where possible.
std::vector<double> particle_diameters(const unsigned int dim, const double scatter, const double volume,
                                       const std::vector<double> &normal);

/// Mean, and standard deviation over the mean.
struct MeanAndScatter
{
  double mean = 0, scatter = 0;
};
MeanAndScatter mean_and_scatter(const std::vector<double> &x);
} // namespace fe2

#endif
