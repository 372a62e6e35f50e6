// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/fourier_rve.h>
#include <rve/models/rve_output.h>

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

bool FourierRve::write_fields(const PointDefinition &definition, const PointState &state,
                              const std::string &basename) const
{
  PointState full = state;
  if (full.fluctuation.empty() && elastic_.usable)
    full.fluctuation = localize(*elastic_.op, gradient_of(state));
  full.fluctuation.resize(n_unknowns());
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
