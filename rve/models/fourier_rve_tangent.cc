// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Localization fields and consistent tangent of a nonlinear state.
 */
#include <rve/models/fourier_rve.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
bool FourierRve::homogenized_tangent(Localization &start, const double *residual, Matrix6 &tangent,
                                     Vector6 &correction) const
{
  const auto &k = kernels::kernels();
  LaneWork &work = work_.lanes(load_lanes);
  const std::size_t n = n_unknowns();
  const kernels::Run all{0, std::uint32_t(grid_.n_nodes())};
  double sums[6 * load_lanes];
  const auto apply = [&]
  {
    std::fill_n(sums, 6 * load_lanes, 0.);
    point_operator_.apply(load_lanes, work.x.data(), work.r.data(), {unit_gradients(), sums});
  };
  std::fill(work.x.begin(), work.x.end(), 0.);
  const bool known = start.filled;
  if (known)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < 6; ++j)
        work.x[load_lanes * i + j] = double(start.fields[6 * i + j]);
  else if (elastic_.usable)
    work.x = static_cast<const UniformShared &>(*elastic_.op).localization;
  apply();
  KrylovGoal goal;
  goal.tolerance = symmetric_ ? settings_.tangent_tolerance : 1e-3 * settings_.tangent_tolerance;
  goal.coercivity = coercivity_;
  double energies[load_lanes];
  k.dot({&all, 1}, load_lanes, work.x.data(), work.r.data(), energies);
  for (std::size_t j = 0; j < 6; ++j)
    energies[j] += sums[load_lanes * j + j];
  grid_.sum(energies, load_lanes);
  for (double &r : work.r)
    r = -r;
  double stiffest = 0;
  for (const auto &phase : elastic_tangents_)
    stiffest = std::max(stiffest, phase.cwiseAbs().maxCoeff());
  goal.residual.fill(std::numeric_limits<double>::max()); // lanes without a load case
  for (std::size_t j = 0; j < 6; ++j)
  {
    goal.energy[j] = energies[j];
    goal.residual[j] = force_rounding(grid_, stiffest);
  }
  if (!point_operator_.solve(work, goal, symmetric_, settings_.max_iterations).converged)
    return false;
  apply();
  double gram[64] = {};
  if (symmetric_)
  {
    k.gram({&all, 1}, work.x.data(), work.r.data(), gram);
    grid_.sum(gram, 64);
  }
  grid_.sum(sums, 6 * load_lanes);
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j)
      tangent(i, j) = (sums[load_lanes * i + j] + gram[load_lanes * i + j]) / grid_.volume();
  if (symmetric_)
    tangent = (0.5 * (tangent + tangent.transpose())).eval();
  correction.setZero();
  start.filled = true;
  start.fields.resize(6 * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      start.fields[6 * i + j] = float(work.x[load_lanes * i + j]);
  if (residual != nullptr && symmetric_)
    correction = stress_correction(start, residual);
  return true;
}

/// W^T r / V.
Vector6 FourierRve::stress_correction(const Localization &point, const double *residual) const
{
  Vector6 sum = Vector6::Zero();
  for (std::size_t i = 0, n = n_unknowns(); i < n; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      sum[int(j)] += double(point.fields[6 * i + j]) * residual[i];
  grid_.sum(sum.data(), 6);
  return sum / grid_.volume();
}
} // namespace fe2
