// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Quadrature points of an RVE, grouped by phase in the order of the cells: arrays x[component * n + point] for each
 * phase. Several processes have runs of the cells, with their points.
 */
#ifndef fe2_rve_phase_points_h
#define fe2_rve_phase_points_h

#include <mpi.h>

#include <cstddef>
#include <vector>

namespace fe2
{
/// Values at the quadrature points of each phase: values[phase][component * n_points + point].
using PhaseArrays = std::vector<std::vector<double>>;

class PhasePoints
{
public:
  PhasePoints() = default;
  /// `n`: points of this process by phase. Collective.
  PhasePoints(const MPI_Comm comm, const std::vector<std::size_t> &n);

  MPI_Comm comm() const { return comm_; }
  int n_ranks() const { return n_ranks_; }
  unsigned int n_phases() const { return unsigned(n_.size()); }
  std::size_t n(const unsigned int phase) const { return n_[phase]; }
  /// Of all processes.
  std::size_t n_all(const unsigned int phase) const { return n_all_[phase]; }

  PhaseArrays make_arrays(const unsigned int n_components) const;
  /// Arrays of `n_components[phase]` rows of all processes, from those of each; and back. Collective.
  std::vector<double> gather(const std::vector<double> &mine, const std::vector<std::size_t> &n_components) const;
  std::vector<double> scatter(const std::vector<double> &all, const std::vector<std::size_t> &n_components) const;
  /// Sums numbers over the processes.
  void sum(double *values, const std::size_t n) const;

private:
  MPI_Comm comm_ = MPI_COMM_SELF;
  int n_ranks_ = 1;
  std::vector<std::size_t> n_, n_all_, first_; ///< first of this process among all
};
} // namespace fe2

#endif
