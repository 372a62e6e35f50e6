// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/pool/load_balancer.h>

#include <algorithm>
#include <numeric>

namespace fe2
{
std::vector<int> balance(const MPI_Comm comm, const std::vector<double> &weights)
{
  int n_ranks;
  MPI_Comm_size(comm, &n_ranks);
  double sums[2] = {std::accumulate(weights.begin(), weights.end(), 0.), double(weights.size())}, totals[2];
  MPI_Allreduce(sums, totals, 2, MPI_DOUBLE, MPI_SUM, comm);
  const bool by_count = !(totals[0] > 0);
  const double mine = by_count ? sums[1] : sums[0], total = by_count ? totals[1] : totals[0];
  double position = 0;
  MPI_Scan(&mine, &position, 1, MPI_DOUBLE, MPI_SUM, comm);
  position -= mine;
  std::vector<int> homes;
  for (const double w : weights)
  {
    const double weight = by_count ? 1. : w;
    homes.push_back(std::clamp(int((position + weight / 2) / total * n_ranks), 0, n_ranks - 1));
    position += weight;
  }
  return homes;
}

double imbalance(const MPI_Comm comm, const double load)
{
  int n_ranks;
  MPI_Comm_size(comm, &n_ranks);
  double sum, largest;
  MPI_Allreduce(&load, &sum, 1, MPI_DOUBLE, MPI_SUM, comm);
  MPI_Allreduce(&load, &largest, 1, MPI_DOUBLE, MPI_MAX, comm);
  return sum > 0 ? largest * n_ranks / sum : 1.;
}
} // namespace fe2
