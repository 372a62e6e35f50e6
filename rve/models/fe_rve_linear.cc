// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The shortcut of FeRve for linear phases: shared operators, one solve for the history of each point and increment.
 */
#include <rve/models/fe_rve.h>

#include <lib/scale/tangent_id.h>

#include <algorithm>

namespace fe2
{
template <int dim>
Increment FeRve<dim>::relevant(const Increment &increment) const
{
  Increment key = increment;
  // A nonlinear RVE is evaluated point by point, a linear one by its operator and the point's own stresses.
  if (all_linear_ ? !tangent_uses_temperature_ : !uses_temperature_)
    key.fields.clear();
  if (all_linear_ && !has_history_)
    key.dt = 0;
  return key;
}

template <int dim>
void FeRve<dim>::prepare(const Increment &increment)
{
  if (!all_linear_ || find_operator(increment))
    return;
  cache_.push_front(build_operator(relevant(increment)));
  if (cache_.size() > settings_.cached_operators)
    cache_.pop_back();
}

template <int dim>
std::shared_ptr<const typename FeRve<dim>::Operator> FeRve<dim>::find_operator(const Increment &increment) const
{
  const Increment key = relevant(increment);
  const auto it = std::find_if(cache_.begin(), cache_.end(), [&](const auto &op) { return op->increment == key; });
  if (it == cache_.end())
    return nullptr;
  cache_.splice(cache_.begin(), cache_, it);
  return cache_.front();
}

template <int dim>
std::shared_ptr<const typename FeRve<dim>::Operator> FeRve<dim>::build_operator(const Increment &increment)
{
  auto op = std::make_shared<Operator>();
  op->increment = increment;
  op->id = tangent_id(fingerprint_, increment);
  std::vector<Matrix6> tangents;
  try
  {
    for (const auto &phase : phases_)
      tangents.push_back(phase.material->initial_tangent(increment));
  }
  catch (const RunError &e)
  {
    op->fault = e.what();
    return op;
  }
  matrix_.assemble(tangents);
  op->left_loads = matrix_.left_loads();
  op->localization = LoadColumns::Zero(op->left_loads.rows(), 6);
  if (space_.n_free() > 0)
  {
    op->solver = solver_->sibling();
    Eigen::MatrixXd columns = -matrix_.loads();
    if (!op->solver->factorize(matrix_.matrix(), symmetric_) || !op->solver->solve(columns))
      op->fault = singular(*op->solver);
    op->localization = columns;
  }
  op->tangent = matrix_.average_tangent() + op->left_loads.transpose() * op->localization / space_.volume();
  if (symmetric_)
    op->tangent = (0.5 * (op->tangent + op->tangent.transpose())).eval();
  op->sample_tangent = axes_ * op->tangent * axes_.transpose();
  return op;
}

template <int dim>
void FeRve<dim>::evaluate_linear(std::vector<BatchItem> &batch, const Operator &op) const
{
  std::vector<BatchItem *> missing;
  for (auto &item : batch)
  {
    const auto *scratch = static_cast<const LinearScratch *>(item.scratch->get());
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

template <int dim>
void FeRve<dim>::solve_histories(std::vector<BatchItem *> &items, const Operator &op) const
{
  constexpr std::size_t chunk = 16; // columns solved at once: the factor is read once for all of them
  const auto n = Eigen::Index(space_.n_free());
  const PhaseArrays zero = space_.make_arrays(6);
  Eigen::MatrixXd columns(n, Eigen::Index(chunk));
  for (std::size_t first = 0; first < items.size(); first += chunk)
  {
    const std::size_t last = std::min(items.size(), first + chunk);
    columns.setZero(n, Eigen::Index(last - first));
    for (std::size_t i = first; i < last; ++i)
    {
      auto scratch = std::make_unique<LinearScratch>();
      const Increment &increment = items[i]->request->increment;
      scratch->increment = increment;
      const char *fault =
          evaluate_phases(increment, zero, history_of(*items[i]->committed), &stress_, nullptr, nullptr);
      if (fault != nullptr)
      {
        items[i]->response->status = Status::failed;
        items[i]->response->message = fault;
        continue;
      }
      space_.forces(stress_, columns.col(Eigen::Index(i - first)).data());
      scratch->stress.setZero();
      for (unsigned int p = 0; p < space_.n_phases(); ++p)
        scratch->stress += space_.average(stress_, p);
      *items[i]->scratch = std::move(scratch);
    }
    columns *= -1;
    const bool solved = n == 0 || op.solver->solve(columns);
    for (std::size_t i = first; i < last; ++i)
    {
      if (!solved)
      {
        items[i]->response->status = Status::failed;
        items[i]->response->message = "the linear solver of the RVE did not converge";
        items[i]->scratch->reset();
      }
      if (items[i]->response->status == Status::failed)
        continue;
      auto &scratch = static_cast<LinearScratch &>(**items[i]->scratch);
      scratch.fluctuation = columns.col(Eigen::Index(i - first));
      scratch.stress += op.left_loads.transpose() * scratch.fluctuation / space_.volume();
      items[i]->response->iterations = 1;
    }
  }
}

template <int dim>
void FeRve<dim>::complete(BatchItem &item) const
{
  if (!all_linear_)
    return;
  const auto op = find_operator(item.request->increment);
  const Vector6 gradient = to_rve(item.request->gradient);
  Eigen::VectorXd w = op->localization * gradient;
  const auto *scratch = static_cast<const LinearScratch *>(item.scratch->get());
  const Increment &increment = item.request->increment;
  if (needs_own_solve() && (scratch == nullptr || !(scratch->increment == increment)))
  {
    std::vector<BatchItem *> dropped = {&item};
    solve_histories(dropped, *op);
  }
  if (needs_own_solve())
    w += static_cast<const LinearScratch *>(item.scratch->get())->fluctuation;
  space_.strains(gradient, w.data(), strain_);
  evaluate_phases(increment, strain_, history_of(*item.committed), &stress_, nullptr, &item.trial->history);
  item.trial->fluctuation.assign(w.data(), w.data() + w.size());
  item.trial->scalars = scalars(gradient, strain_, stress_, 1, gradient.dot(op->tangent * gradient));
}

template Increment FeRve<2>::relevant(const Increment &) const;
template void FeRve<2>::prepare(const Increment &);
template std::shared_ptr<const FeRve<2>::Operator> FeRve<2>::find_operator(const Increment &) const;
template void FeRve<2>::evaluate_linear(std::vector<BatchItem> &, const Operator &) const;
template void FeRve<2>::complete(BatchItem &) const;
template Increment FeRve<3>::relevant(const Increment &) const;
template void FeRve<3>::prepare(const Increment &);
template std::shared_ptr<const FeRve<3>::Operator> FeRve<3>::find_operator(const Increment &) const;
template void FeRve<3>::evaluate_linear(std::vector<BatchItem> &, const Operator &) const;
template void FeRve<3>::complete(BatchItem &) const;
} // namespace fe2
