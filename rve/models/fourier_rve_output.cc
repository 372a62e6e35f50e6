// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/fourier_rve.h>
#include <rve/models/rve_output.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
/// Averages over the points of each voxel of the whole grid: `row` of component-major arrays. Collective.
std::vector<double> FourierRve::cell_averages(const PhaseArrays &values, const std::size_t row) const
{
  std::vector<double> all(grid_.n_all_nodes(), 0.);
  const std::size_t first = std::size_t(grid_.first_plane()) * grid_.n()[0] * grid_.n()[1], n_q = grid_.n_q();
  for (unsigned int p = 0; p < grid_.n_phases(); ++p)
  {
    const auto voxels = grid_.voxels(p);
    for (std::size_t v = 0; v < voxels.n; ++v)
      for (std::size_t q = 0; q < n_q; ++q)
        all[first + voxels.index[v]] += values[p][row * points_.n(p) + v * n_q + q] / double(n_q);
  }
  grid_.sum(all.data(), all.size());
  return all;
}

PointState FourierRve::with_fluctuation(const PointState &state) const
{
  PointState full = state;
  if (full.fluctuation.empty() && elastic_.usable)
    full.fluctuation = localize(*elastic_.op, gradient_of(state));
  full.fluctuation.resize(n_unknowns());
  return full;
}

const char *FourierRve::recover_fields(const PointState &state) const
{
  return recover(state, with_fluctuation(state).fluctuation);
}

dealii::Point<3> FourierRve::position(const unsigned int phase, const std::size_t point) const
{
  const auto &n = grid_.n();
  const std::size_t voxel = grid_.voxels(phase).index[point / grid_.n_q()], q = point % grid_.n_q();
  const std::size_t index[3] = {voxel % n[0], voxel / n[0] % n[1], voxel / n[0] / n[1] + grid_.first_plane()};
  dealii::Point<3> x;
  for (unsigned int d = 0; d < image_.dimension; ++d)
    x[d] = (double(index[d]) + 0.5 + (q >> d & 1 ? 0.5 : -0.5) / std::sqrt(3.)) * image_.size[d] / n[d];
  return x;
}

void FourierRve::internal_forces(const PhaseArrays &stress, std::vector<double> &force) const
{
  forces(stress, force_);
  force.assign(force_.begin(), force_.begin() + long(n_unknowns()));
}

bool FourierRve::solve_forces(const SharedOperator &shared, std::vector<double> &first,
                              std::vector<double> &second) const
{
  constexpr unsigned int lanes = 8;
  LaneWork &work = work_.lanes(lanes);
  std::fill(work.r.begin(), work.r.end(), 0.);
  for (std::size_t i = 0; i < first.size(); ++i)
  {
    work.r[lanes * i] = first[i];
    work.r[lanes * i + 1] = second[i];
  }
  const double rounding[16] = {};
  SolverSettings settings = solver_settings();
  settings.tolerance = std::min(settings.tolerance, 1e-10);
  if (!static_cast<const UniformShared &>(shared).stiffness->solve(work, settings, rounding).converged)
    return false;
  for (std::size_t i = 0; i < first.size(); ++i)
  {
    first[i] = work.x[lanes * i];
    second[i] = work.x[lanes * i + 1];
  }
  return true;
}

bool FourierRve::write_fields(const PointDefinition &definition, const PointState &state,
                              const std::string &basename) const
{
  const PointState full = with_fluctuation(state);
  if (recover(full, full.fluctuation) != nullptr)
    return false;
  std::array<std::vector<double>, 6> strain, stress;
  for (std::size_t i = 0; i < 6; ++i)
  {
    strain[i] = cell_averages(strain_, i);
    stress[i] = cell_averages(stress_, i);
  }
  std::map<std::string, std::vector<double>> histories;
  for (const auto &[name, arrays] : shown_histories(state))
    histories[name] = cell_averages(arrays, 0);
  const auto w = whole_state(definition, full).fluctuation;
  int rank;
  MPI_Comm_rank(grid_.comm(), &rank);
  if (rank != 0)
    return true;
  // Nodes on the far faces are those of the near ones.
  const auto &n = grid_.n();
  const auto fluctuation = [&](const std::size_t node, const unsigned int k)
  {
    const std::size_t i = node % (n[0] + 1) % n[0], j = node / (n[0] + 1) % (n[1] + 1) % n[1],
                      l = node / (n[0] + 1) / (n[1] + 1) % n[2];
    return w[3 * ((l * n[1] + j) * n[0] + i) + k];
  };
  if (image_.dimension == 2)
    write_rve_fields(basename, voxel_mesh<2>(image_), gradient_of(state), fluctuation, strain, stress, histories);
  else
    write_rve_fields(basename, voxel_mesh<3>(image_), gradient_of(state), fluctuation, strain, stress, histories);
  return true;
}
} // namespace fe2
