// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Operators of FourierRve that points share: linear phases, and the elastic range of nonlinear ones.
 */
#include <rve/models/fourier_rve.h>

#include <algorithm>

namespace fe2
{
namespace
{
constexpr std::size_t chunk = 256; // voxels whose strains are computed at once
} // namespace

void FourierRve::prepare(const Increment &increment)
{
  RveModel::prepare(increment);
  if (all_linear_ || symbol_ != nullptr)
    return;
  elastic_tangents_.clear();
  // The mean of the phases is the reference material of nonlinear iterations.
  Matrix6 mean = Matrix6::Zero();
  for (unsigned int p = 0; p < phases_.size(); ++p)
  {
    elastic_tangents_.push_back(phases_[p].material->initial_tangent(increment));
    mean += fractions_[p] * elastic_tangents_[p];
  }
  try
  {
    symbol_ = green_.make_symbol(mean, true, grid_.n_ranks() == 1);
  }
  catch (const RunError &) // the symmetric part of an unsymmetric tangent may not be positive
  {
    const double size = mean.cwiseAbs().maxCoeff();
    mean = mandel::isotropic(size, size / 2);
    symbol_ = green_.make_symbol(mean, true, grid_.n_ranks() == 1);
  }
  coercivity_ = 1;
  for (const auto &tangent : elastic_tangents_)
    if (!is_void(tangent))
      coercivity_ = std::min(coercivity_, smallest_ratio(tangent, mean));
  if (settings_.elastic_check)
    build_elastic();
}

std::shared_ptr<RveModel::SharedOperator> FourierRve::build_operator(const std::vector<Matrix6> &tangents)
{
  auto op = std::make_shared<UniformShared>();
  op->stiffness = std::make_unique<UniformOperator>(grid_, green_, tangents);
  LaneWork &work = work_.lanes(load_lanes);
  SolverSettings tight = solver_settings();
  tight.tolerance = std::min(tight.tolerance, 1e-8);
  const auto result = op->stiffness->homogenize(work, op->tangent, tight);
  if (!result.converged)
    op->fault =
        result.indefinite
            ? "the stiffness of the RVE is not positive definite, or too badly conditioned (nearly incompressible "
              "phases?)"
            : "the linear solver of the RVE did not converge in " + std::to_string(settings_.max_iterations) +
                  " iterations";
  op->localization = work.x;
  return op;
}

std::vector<double> FourierRve::localize(const SharedOperator &op, const Vector6 &gradient) const
{
  const auto &fields = static_cast<const UniformShared &>(op).localization;
  std::vector<double> w(n_unknowns());
  for (std::size_t i = 0; i < w.size(); ++i)
  {
    double sum = 0;
    for (std::size_t j = 0; j < 6; ++j)
      sum += fields[load_lanes * i + j] * gradient[int(j)];
    w[i] = sum;
  }
  return w;
}

void FourierRve::solve_histories(std::vector<BatchItem *> &items, const SharedOperator &shared) const
{
  const auto &op = static_cast<const UniformShared &>(shared);
  const PhaseArrays zero = points_.make_arrays(6);
  const std::size_t n = n_unknowns();
  // Sixteen lanes as long as their fields stay near the cache.
  const std::size_t most = n * 16 * sizeof(double) <= (std::size_t(1) << 25) ? 16 : 8;
  for (std::size_t first = 0; first < items.size();)
  {
    const std::size_t count = std::min(items.size() - first, most), lanes = count > 8 ? 16 : 8;
    LaneWork &work = work_.lanes(unsigned(lanes));
    std::fill(work.r.begin(), work.r.end(), 0.);
    std::array<double, 16> rounding{};
    for (std::size_t l = 0; l < count; ++l)
    {
      BatchItem &item = *items[first + l];
      const Increment &increment = item.request->increment;
      if (const char *fault = evaluate_phases(increment, zero, history_of(*item.committed), &stress_, nullptr, nullptr))
      {
        fail(item, fault);
        continue;
      }
      rounding[l] = 1e-14 * forces(stress_, force_);
      auto scratch = std::make_unique<LinearScratch>();
      scratch->increment = increment;
      Vector6 work_done = Vector6::Zero();
      for (std::size_t i = 0; i < n; ++i)
      {
        work.r[lanes * i + l] = -force_[i];
        for (std::size_t j = 0; j < 6; ++j)
          work_done[int(j)] += op.localization[load_lanes * i + j] * force_[i];
      }
      grid_.sum(work_done.data(), 6);
      scratch->stress = average_stress(stress_) + work_done / grid_.volume();
      *item.scratch = std::move(scratch);
    }
    const auto result = op.stiffness->solve(work, solver_settings(), rounding.data());
    for (std::size_t l = 0; l < count; ++l)
    {
      BatchItem &item = *items[first + l];
      if (!result.converged && item.response->status != Status::failed)
      {
        fail(item, "the linear solver of the RVE did not converge");
        item.scratch->reset();
      }
      if (item.response->status == Status::failed)
        continue;
      auto &w = static_cast<LinearScratch &>(**item.scratch).fluctuation;
      w.resize(n);
      for (std::size_t i = 0; i < n; ++i)
        w[i] = work.x[lanes * i + l];
      item.response->iterations = result.iterations;
    }
    first += count;
  }
}

void FourierRve::build_elastic()
{
  std::vector<Matrix6> limits(phases_.size());
  for (unsigned int p = 0; p < phases_.size(); ++p)
    if (!phases_[p].material->elastic_limit(limits[p]))
      return;
  elastic_.op = build_operator(elastic_tangents_);
  if (!elastic_.op->fault.empty())
    return;
  elastic_.op->sample_tangent = to_sample(elastic_.op->tangent);
  std::vector<VoxelField> columns(6);
  auto &fields = static_cast<UniformShared &>(*elastic_.op).localization;
  grid_.update_halo(fields.data(), load_lanes);
  for (std::size_t j = 0; j < 6; ++j)
  {
    columns[j] = grid_.make_field(1);
    for (std::size_t i = 0; i < columns[j].size(); ++i)
      columns[j][i] = fields[load_lanes * i + j];
  }
  const std::size_t pitch = chunk * grid_.n_q();
  std::vector<double> strain(6 * 6 * pitch); // [load case][component][point]
  for (unsigned int p = 0; p < phases_.size(); ++p)
  {
    Matrix6 sum = Matrix6::Zero();
    const auto voxels = grid_.voxels(p);
    for (std::size_t first = 0; first < voxels.n; first += chunk)
    {
      const std::size_t n = std::min(chunk, voxels.n - first);
      for (int j = 0; j < 6; ++j)
        kernels::kernels().strains(grid_.elements(), {voxels.index + first, n}, Vector6(Vector6::Unit(j)).data(),
                                   columns[std::size_t(j)].data(), pitch, strain.data() + std::size_t(6 * j) * pitch);
      for (std::size_t q = 0; q < n * grid_.n_q(); ++q)
      {
        Matrix6 a;
        for (int j = 0; j < 6; ++j)
          for (int i = 0; i < 6; ++i)
            a(i, j) = strain[std::size_t(6 * j + i) * pitch + q];
        sum += a;
        if (!limits[p].isZero(0))
          elastic_.check.add(a.transpose() * limits[p] * a);
      }
    }
    grid_.sum(sum.data(), 36);
    const double total = double(points_.n_all(p));
    elastic_.localization.push_back(total > 0 ? Matrix6(sum / total) : Matrix6(Matrix6::Zero()));
  }
  elastic_.check.build();
  elastic_.usable = true;
}

bool FourierRve::answer_elastic(BatchItem &item) const
{
  if (!elastic_.usable)
    return false;
  const Vector6 gradient = to_rve(item.request->gradient);
  double refused = item.committed->history.empty() && elastic_.check.is_elastic(gradient) ? 0. : 1.;
  grid_.sum(&refused, 1);
  if (refused > 0)
    return false;
  fill_response(item, elastic_.op->tangent * gradient);
  if (item.request->wanted.tangent)
    item.response->tangent = elastic_.op->sample_tangent;
  item.trial->history.clear();
  item.trial->fluctuation.clear();
  item.trial->scalars.clear();
  return true;
}

std::vector<double> FourierRve::elastic_scalars(const Vector6 &gradient) const
{
  std::vector<double> values = {0, 0};
  for (unsigned int p = 0; p < phases_.size(); ++p)
  {
    const Vector6 strain = elastic_.localization[p] * gradient, stress = elastic_tangents_[p] * strain;
    for (const auto &v : {to_sample(strain), to_sample(stress)})
      for (int i = 0; i < 6; ++i)
        values.push_back(v[i] / mandel::factor(i));
  }
  return values;
}

void FourierRve::complete(BatchItem &item) const
{
  if (all_linear_)
    RveModel::complete(item);
  else if (item.trial->scalars.empty())
  {
    item.trial->scalars = elastic_scalars(to_rve(item.request->gradient));
    item.scratch->reset();
  }
}
} // namespace fe2
