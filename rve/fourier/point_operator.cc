// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/voxel_operators.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
PointOperator::PointOperator(const VoxelGrid &grid, const GreenOperator &green)
    : grid_(grid), green_(green), all_{0, std::uint32_t(grid.n_nodes())}
{
}

void PointOperator::set(const PhaseArrays &tangent, const std::vector<kernels::TangentForm> &forms,
                        const std::vector<kernels::Moduli> &moduli,
                        const std::shared_ptr<const GreenOperator::Symbol> &symbol, const bool jacobi)
{
  tangent_ = &tangent;
  forms_ = forms;
  moduli_ = moduli;
  symbol_ = symbol;
  jacobi_ = jacobi;
  if (jacobi)
    set_jacobi();
}

/// Diagonal of the mean tangent of a voxel.
void PointOperator::stiffness_of(const unsigned int phase, const std::size_t voxel, double (&d)[6]) const
{
  const auto &tangent = (*tangent_)[phase];
  const std::size_t n_q = grid_.n_q(), n = grid_.voxels(phase).n * n_q;
  for (std::size_t i = 0; i < 6; ++i)
  {
    d[i] = tangent.empty() ? moduli_[phase].tangent[7 * i] : 0.;
    for (std::size_t q = voxel * n_q; q < (voxel + 1) * n_q && !tangent.empty(); ++q)
      if (forms_[phase] == kernels::TangentForm::dyadic)
      {
        const double normal = tangent[(3 + i) * n + q];
        d[i] += ((i < 3 ? tangent[q] : 0.) + tangent[n + q] + tangent[2 * n + q] * normal * normal) / double(n_q);
      }
      else
        d[i] += tangent[7 * i * n + q] / double(n_q);
  }
}

void PointOperator::set_jacobi()
{
  root_.resize(3 * grid_.n_field_nodes());
  std::fill(root_.begin(), root_.end(), 0.);
  const auto &g = grid_.elements();
  const std::size_t nx = g.n[0], ny = g.n[1];
  for (unsigned int phase = 0; phase < grid_.n_phases(); ++phase)
  {
    const auto voxels = grid_.voxels(phase);
    for (std::size_t v = 0; v < voxels.n; ++v)
    {
      double d[6];
      stiffness_of(phase, v, d);
      const std::size_t x = voxels.index[v] % nx, y = voxels.index[v] / nx % ny, z = voxels.index[v] / nx / ny,
                        next = z + 1 == g.n[2] ? g.last_plane : z + 1;
      for (std::size_t k = 0; k < 3; ++k)
      {
        double sum = 0;
        for (std::size_t e = 0; e < 3; ++e)
          if (!(grid_.prism() && e == 2))
            sum += (e == k ? d[k] : 0.5 * d[k + e + 2]) / (g.h[e] * g.h[e]);
        for (std::size_t c = 0; c < 8; ++c)
          root_[3 * (((c >> 2 ? next : z) * ny + (y + (c >> 1 & 1)) % ny) * nx + (x + (c & 1)) % nx) + k] += sum;
      }
    }
  }
  grid_.add_halo(root_.data(), 1);
  // Nothing but ratios counts; nodes inside of voids have none.
  double most = 0;
  for (std::size_t i = 0; i < 3 * grid_.n_nodes(); ++i)
    most = std::max(most, root_[i]);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, grid_.comm());
  for (double &x : root_)
    x = x > 1e-8 * most ? std::sqrt(most / x) : 1.;
}

void PointOperator::apply(const unsigned int lanes, double *x, double *f, const kernels::Average &average) const
{
  const auto &k = kernels::kernels();
  std::fill_n(f, 3 * grid_.n_field_nodes() * lanes, 0.);
  grid_.update_halo(x, lanes);
  for (unsigned int phase = 0; phase < grid_.n_phases(); ++phase)
  {
    const auto &tangent = (*tangent_)[phase];
    const auto voxels = grid_.voxels(phase);
    const kernels::Tangent at_points = {tangent.data(), voxels.n * grid_.n_q(), forms_[phase]};
    if (tangent.empty())
      k.apply_uniform(grid_.elements(), voxels, moduli_[phase], lanes, x, f, average);
    else if (lanes == 1 && average.gradient == nullptr && average.stress == nullptr)
      k.apply_single(grid_.elements(), voxels, at_points, x, f);
    else
      k.apply_points(grid_.elements(), voxels, at_points, lanes, x, f, average);
  }
  grid_.add_halo(f, lanes);
}

KrylovResult PointOperator::solve(LaneWork &work, const KrylovGoal &goal, const bool symmetric,
                                  const unsigned int max_iterations) const
{
  KrylovSystem system;
  system.lanes = work.lanes;
  system.runs = {&all_, 1};
  system.sum = [this](double *values, const std::size_t n) { grid_.sum(values, n); };
  system.apply = [&](const double *p, double *q) { apply(work.lanes, const_cast<double *>(p), q, {nullptr, nullptr}); };
  system.precondition = [&](const double *r, const double *norm, double *z)
  {
    if (jacobi_)
    {
      kernels::kernels().scale(system.runs, work.lanes, root_.data(), r, work.total.data());
      r = work.total.data();
    }
    if (work.lanes == 1)
      green_.apply(*symbol_, r, z);
    else
      green_.apply_lanes(*symbol_, work.lanes, norm, r, z, green_.everywhere(), green_.everywhere());
    if (jacobi_)
      kernels::kernels().scale(system.runs, work.lanes, root_.data(), z, z);
  };
  return symmetric ? work.krylov.cg(system, work.x.data(), work.r.data(), goal, max_iterations)
                   : work.krylov.bicgstab(system, work.x.data(), work.r.data(), goal, max_iterations);
}
} // namespace fe2
