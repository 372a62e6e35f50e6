// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/rve_model.h>

#include <lib/scale/tangent_id.h>

#include <algorithm>

namespace fe2
{
namespace
{
/// Axes of the RVE in the sample: for a prism along `axis`, its plane is spanned by the two cyclically next axes.
Matrix6 axes_matrix(const unsigned int axis)
{
  Rotation r = Rotation::Zero();
  for (unsigned int k = 0; k < 3; ++k)
    r((axis + k) % 3, k) = 1;
  return mandel::rotation(r);
}
} // namespace

RveModel::RveModel(const std::vector<Phase> &phases, const unsigned int prism_axis, const bool linear_shortcut,
                   const unsigned int cached_operators)
    : phases_(phases), fingerprint_(next_fingerprint()), axes_(axes_matrix(prism_axis)),
      cached_operators_(cached_operators)
{
  for (const auto &phase : phases)
  {
    const auto &material = *phase.material;
    uses_temperature_ = uses_temperature_ || material.uses_temperature();
    tangent_uses_temperature_ = tangent_uses_temperature_ || material.tangent_uses_temperature();
    has_initial_stress_ = has_initial_stress_ || material.has_initial_stress();
    n_history_.push_back(material.history_names().size());
    has_history_ = has_history_ || n_history_.back() > 0;
    all_linear_ = all_linear_ && material.is_linear();
    symmetric_ = symmetric_ && material.symmetric_tangent();
  }
  all_linear_ = all_linear_ && linear_shortcut;
}

void RveModel::set_points(const PhasePoints &points)
{
  points_ = points;
  std::size_t n_history = 0;
  for (unsigned int p = 0; p < phases_.size(); ++p)
    n_history += n_history_[p] * points_.n(p);
  virgin_history_.assign(n_history, 0.);
  dyadic_.assign(phases_.size(), false);
  strain_ = points_.make_arrays(6);
  stress_ = points_.make_arrays(6);
}

ComponentMatrix RveModel::initial_tangent(const Increment &increment)
{
  if (!all_linear_)
    return to_sample(virgin_tangent(increment));
  prepare(increment);
  const auto op = find_operator(increment);
  if (!op->fault.empty())
    throw RunError(op->fault);
  return op->sample_tangent;
}

void RveModel::evaluate(std::vector<BatchItem> &batch) const
{
  if (!all_linear_)
  {
    evaluate_nonlinear(batch);
    return;
  }
  const auto op = find_operator(batch.front().request->increment);
  if (op->fault.empty())
    evaluate_linear(batch, *op);
  else
    for (auto &item : batch)
      fail(item, op->fault);
}

void RveModel::fail(BatchItem &item, const std::string &message)
{
  item.response->status = Status::failed;
  item.response->message = message;
}

void RveModel::fill_response(BatchItem &item, const Vector6 &stress) const
{
  auto &response = *item.response;
  response.gradient = item.request->gradient;
  response.stress = axes_ * stress;
  response.tangent_kind = {symmetric_, true};
  item.trial->gradient.assign(response.gradient.data(), response.gradient.data() + 6);
  item.trial->stress.assign(response.stress.data(), response.stress.data() + 6);
}

const char *RveModel::evaluate_phases(const Increment &increment, const PhaseArrays &strain,
                                      const std::vector<double> &history, PhaseArrays *stress, PhaseArrays *tangent,
                                      std::vector<double> *new_history) const
{
  const char *fault = evaluate_phases_here(increment, strain, history, stress, tangent, new_history);
  double failed = fault != nullptr ? 1. : 0.;
  points_.sum(&failed, 1);
  return failed == 0 || fault != nullptr ? fault : "a material failed on another process of this RVE";
}

const char *RveModel::evaluate_phases_here(const Increment &increment, const PhaseArrays &strain,
                                           const std::vector<double> &history, PhaseArrays *stress,
                                           PhaseArrays *tangent, std::vector<double> *new_history) const
{
  if (new_history != nullptr)
    new_history->resize(history.size());
  std::size_t offset = 0;
  for (unsigned int p = 0; p < phases_.size(); ++p)
  {
    const std::size_t n = points_.n(p);
    MaterialPoints points;
    points.n = points.stride = n;
    points.gradient = strain[p].data();
    points.old_history = history.data() + offset;
    points.new_history = new_history == nullptr ? nullptr : new_history->data() + offset;
    points.stress = stress == nullptr ? nullptr : (*stress)[p].data();
    if (tangent != nullptr && !(*tangent)[p].empty())
      (dyadic_[p] ? points.dyadic : points.tangent) = (*tangent)[p].data();
    if (const char *fault = phases_[p].material->evaluate(increment, points))
      return fault;
    offset += n_history_[p] * n;
  }
  return nullptr;
}

const std::vector<double> &RveModel::history_of(const PointState &state) const
{
  return state.history.empty() ? virgin_history_ : state.history;
}

Vector6 RveModel::gradient_of(const PointState &state) const
{
  if (state.virgin())
    return Vector6::Zero();
  return axes_.transpose() * Eigen::Map<const Vector6>(state.gradient.data());
}

const char *RveModel::recover(const PointState &state, const std::vector<double> &w) const
{
  strains(gradient_of(state), w.data(), strain_);
  // With dt = 0 and the committed strain the material returns the committed stress.
  Increment standstill;
  for (const double f : state.fields)
    standstill.fields.push_back({f, f});
  return evaluate_phases(standstill, strain_, history_of(state), &stress_, nullptr, nullptr);
}

std::map<std::string, PhaseArrays> RveModel::shown_histories(const PointState &state) const
{
  const auto &history = history_of(state);
  std::map<std::string, PhaseArrays> fields;
  std::size_t offset = 0;
  for (unsigned int p = 0; p < phases_.size(); ++p)
    for (const auto &name : phases_[p].material->history_names())
    {
      if (name.rfind("equivalent", 0) == 0)
      {
        auto &arrays = fields[name];
        if (arrays.empty())
          arrays = points_.make_arrays(1); // zero in phases without
        std::copy_n(history.begin() + long(offset), points_.n(p), arrays[p].begin());
      }
      offset += points_.n(p);
    }
  return fields;
}

std::vector<std::string> RveModel::scalar_names() const
{
  std::vector<std::string> names = {"hill_mandel_gap", "iterations"};
  for (const auto &phase : phases_)
    for (const char *quantity : {"strain", "stress"})
      for (const auto &c : component_names(Kinematics::small_strain))
        names.push_back(std::string(quantity) + "_" + c + "_" + phase.name);
  return names;
}

Vector6 RveModel::average_stress(const PhaseArrays &stress) const
{
  Vector6 sum = Vector6::Zero();
  for (unsigned int p = 0; p < phases_.size(); ++p)
    sum += average(stress, p);
  return sum;
}

std::vector<double> RveModel::scalars(const Vector6 &gradient, const PhaseArrays &strain, const PhaseArrays &stress,
                                      const unsigned int iterations, const double energy) const
{
  Vector6 mean_stress = Vector6::Zero();
  std::vector<double> values = {0, double(iterations)};
  for (unsigned int p = 0; p < phases_.size(); ++p)
    for (const bool is_strain : {true, false})
    {
      const Vector6 a = average(is_strain ? strain : stress, p);
      if (!is_strain)
        mean_stress += a;
      const Vector6 sample = axes_ * a / (fraction(p) > 0 ? fraction(p) : 1.);
      for (int i = 0; i < 6; ++i)
        values.push_back(sample[i] / mandel::factor(i));
    }
  const auto [product, absolute] = work(stress, strain);
  const double scale = std::max(absolute, 1e-6 * std::abs(energy));
  values[0] = scale > 0 ? std::abs(product - mean_stress.dot(gradient)) / scale : 0.;
  return values;
}

std::size_t RveModel::state_bytes() const
{
  return sizeof(double) * (12 + virgin_history_.size() + n_unknowns() + scalar_names().size());
}

std::size_t RveModel::scratch_bytes() const
{
  return needs_own_solve() && all_linear_ ? sizeof(double) * (n_unknowns() + 6) : state_bytes();
}

std::vector<PhaseTangent> RveModel::phase_tangents(const Increment &increment) const
{
  std::vector<PhaseTangent> result;
  for (unsigned int p = 0; p < phases_.size(); ++p)
    result.push_back({phases_[p].name, fraction(p), to_sample(phases_[p].material->initial_tangent(increment))});
  return result;
}

PointState RveModel::whole_state(const PointDefinition &, const PointState &part) const
{
  PointState state = part;
  double size = double(part.history.size()); // a process may have no cells
  points_.sum(&size, 1);
  if (size > 0 && points_.n_ranks() > 1)
    state.history = points_.gather(part.history, n_history_);
  return state;
}

PointState RveModel::part_of_state(const PointDefinition &, const PointState &whole) const
{
  PointState state = whole;
  if (!whole.history.empty() && points_.n_ranks() > 1)
    state.history = points_.scatter(whole.history, n_history_);
  return state;
}
} // namespace fe2
