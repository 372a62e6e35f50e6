// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Which process computes which point. Points keep their order (by process, then as given), and the line of points is
 * cut into pieces of equal weight: neighbours stay together, and few points move when weights change little.
 */
#ifndef fe2_lib_pool_load_balancer_h
#define fe2_lib_pool_load_balancer_h

#include <mpi.h>

#include <vector>

namespace fe2
{
/// Collective: home process of each of this rank's points for their weights (>= 0; all zero counts as all equal).
std::vector<int> balance(const MPI_Comm comm, const std::vector<double> &weights);

/// Collective: largest over mean of a nonnegative number a rank; 1 if all are zero.
double imbalance(const MPI_Comm comm, const double load);
} // namespace fe2

#endif
