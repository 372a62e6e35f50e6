// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The shortcut for linear phases: shared operators, one solve for the history of each point and increment.
 */
#include <rve/models/rve_model.h>

#include <lib/scale/tangent_id.h>

#include <algorithm>

namespace fe2
{
Increment RveModel::relevant(const Increment &increment) const
{
  Increment key = increment;
  // A nonlinear RVE is evaluated point by point, a linear one by its operator and the point's own stresses.
  if (all_linear_ ? !tangent_uses_temperature_ : !uses_temperature_)
    key.fields.clear();
  if (all_linear_ && !has_history_)
    key.dt = 0;
  return key;
}

void RveModel::prepare(const Increment &increment)
{
  if (!all_linear_ || find_operator(increment))
    return;
  const Increment key = relevant(increment);
  std::shared_ptr<SharedOperator> op;
  try
  {
    std::vector<Matrix6> tangents;
    for (const auto &phase : phases_)
      tangents.push_back(phase.material->initial_tangent(key));
    op = build_operator(tangents);
  }
  catch (const RunError &e)
  {
    op = std::make_shared<SharedOperator>();
    op->fault = e.what();
  }
  op->increment = key;
  op->id = tangent_id(fingerprint_, key);
  op->sample_tangent = to_sample(op->tangent);
  cache_.push_front(op);
  if (cache_.size() > cached_operators_)
    cache_.pop_back();
}

std::shared_ptr<const RveModel::SharedOperator> RveModel::find_operator(const Increment &increment) const
{
  const Increment key = relevant(increment);
  const auto it = std::find_if(cache_.begin(), cache_.end(), [&](const auto &op) { return op->increment == key; });
  if (it == cache_.end())
    return nullptr;
  cache_.splice(cache_.begin(), cache_, it);
  return cache_.front();
}

void RveModel::evaluate_linear(std::vector<BatchItem> &batch, const SharedOperator &op) const
{
  std::vector<BatchItem *> missing;
  for (auto &item : batch)
  {
    const auto *scratch = dynamic_cast<const LinearScratch *>(item.scratch->get());
    if (needs_own_solve() && (scratch == nullptr || !(scratch->increment == item.request->increment)))
      missing.push_back(&item);
  }
  solve_histories(missing, op);
  for (auto &item : batch)
  {
    if (item.response->status == Status::failed)
      continue;
    Vector6 stress = op.tangent * to_rve(item.request->gradient);
    if (needs_own_solve())
      stress += static_cast<const LinearScratch *>(item.scratch->get())->stress;
    fill_response(item, stress);
    if (item.request->wanted.tangent)
    {
      item.response->tangent = op.sample_tangent;
      item.response->tangent_id = op.id;
    }
  }
}

void RveModel::complete(BatchItem &item) const
{
  if (!all_linear_)
    return;
  const auto op = find_operator(item.request->increment);
  const Vector6 gradient = to_rve(item.request->gradient);
  std::vector<double> w = localize(*op, gradient);
  const auto *scratch = dynamic_cast<const LinearScratch *>(item.scratch->get());
  const Increment &increment = item.request->increment;
  if (needs_own_solve() && (scratch == nullptr || !(scratch->increment == increment)))
  {
    std::vector<BatchItem *> dropped = {&item};
    solve_histories(dropped, *op);
  }
  if (needs_own_solve())
  {
    const auto &own = static_cast<const LinearScratch *>(item.scratch->get())->fluctuation;
    for (std::size_t i = 0; i < w.size(); ++i)
      w[i] += own[i];
  }
  strains(gradient, w.data(), strain_);
  evaluate_phases(increment, strain_, history_of(*item.committed), &stress_, nullptr, &item.trial->history);
  item.trial->fluctuation = std::move(w);
  item.trial->scalars = scalars(gradient, strain_, stress_, 1, gradient.dot(op->tangent * gradient));
}
} // namespace fe2
