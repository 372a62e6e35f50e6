// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/phase_points.h>

#include <algorithm>

namespace fe2
{
PhasePoints::PhasePoints(const MPI_Comm comm, const std::vector<std::size_t> &n) : comm_(comm), n_(n)
{
  int rank;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &n_ranks_);
  for (const std::size_t count : n_)
  {
    unsigned long long mine = count, before = 0, all = 0;
    MPI_Exscan(&mine, &before, 1, MPI_UNSIGNED_LONG_LONG, MPI_SUM, comm_);
    MPI_Allreduce(&mine, &all, 1, MPI_UNSIGNED_LONG_LONG, MPI_SUM, comm_);
    first_.push_back(rank == 0 ? 0 : before);
    n_all_.push_back(all);
  }
}

PhaseArrays PhasePoints::make_arrays(const unsigned int n_components) const
{
  PhaseArrays arrays;
  for (const std::size_t n : n_)
    arrays.emplace_back(n * n_components, 0.);
  return arrays;
}

void PhasePoints::sum(double *values, const std::size_t n) const
{
  if (n_ranks_ > 1)
    for (std::size_t i = 0; i < n; i += std::size_t(1) << 30) // counts of MPI are int
      MPI_Allreduce(MPI_IN_PLACE, values + i, int(std::min(n - i, std::size_t(1) << 30)), MPI_DOUBLE, MPI_SUM, comm_);
}

std::vector<double> PhasePoints::gather(const std::vector<double> &mine,
                                        const std::vector<std::size_t> &n_components) const
{
  std::size_t size = 0, from = 0, to = 0;
  for (unsigned int p = 0; p < n_phases(); ++p)
    size += n_components[p] * n_all_[p];
  std::vector<double> all(size, 0.);
  for (unsigned int p = 0; p < n_phases(); ++p)
    for (std::size_t k = 0; k < n_components[p]; ++k, from += n_[p], to += n_all_[p])
      std::copy_n(mine.begin() + long(from), n_[p], all.begin() + long(to + first_[p]));
  sum(all.data(), all.size());
  return all;
}

std::vector<double> PhasePoints::scatter(const std::vector<double> &all,
                                         const std::vector<std::size_t> &n_components) const
{
  std::vector<double> mine;
  std::size_t from = 0;
  for (unsigned int p = 0; p < n_phases(); ++p)
    for (std::size_t k = 0; k < n_components[p]; ++k, from += n_all_[p])
    {
      const auto begin = all.begin() + long(from + first_[p]);
      mine.insert(mine.end(), begin, begin + long(n_[p]));
    }
  return mine;
}
} // namespace fe2
