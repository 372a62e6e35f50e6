// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The shortcut of FeRve for linear phases: shared operators, one solve for the history of each point and increment.
 */
#include <rve/models/fe_rve.h>

#include <algorithm>

namespace fe2
{
template <int dim>
std::shared_ptr<RveModel::SharedOperator> FeRve<dim>::build_operator(const std::vector<Matrix6> &tangents)
{
  auto op = std::make_shared<FactorizedOperator>();
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
  if (op->fault.empty() && cancels(op->tangent))
    op->tangent =
        energy_tangent(op->localization, [&](const unsigned int p, const std::size_t) { return tangents[p]; });
  if (symmetric_)
    op->tangent = (0.5 * (op->tangent + op->tangent.transpose())).eval();
  return op;
}

template <int dim>
std::vector<double> FeRve<dim>::localize(const SharedOperator &op, const Vector6 &gradient) const
{
  std::vector<double> w(space_.n_free());
  Eigen::Map<Eigen::VectorXd>(w.data(), Eigen::Index(w.size())) =
      static_cast<const FactorizedOperator &>(op).localization * gradient;
  return w;
}

template <int dim>
void FeRve<dim>::solve_histories(std::vector<BatchItem *> &items, const SharedOperator &shared) const
{
  const auto &op = static_cast<const FactorizedOperator &>(shared);
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
        fail(*items[i], fault);
        continue;
      }
      space_.forces(stress_, columns.col(Eigen::Index(i - first)).data());
      scratch->stress = average_stress(stress_);
      *items[i]->scratch = std::move(scratch);
    }
    columns *= -1;
    const bool solved = n == 0 || op.solver->solve(columns);
    for (std::size_t i = first; i < last; ++i)
    {
      if (!solved)
      {
        fail(*items[i], singular(*op.solver));
        items[i]->scratch->reset();
      }
      if (items[i]->response->status == Status::failed)
        continue;
      auto &scratch = static_cast<LinearScratch &>(**items[i]->scratch);
      const auto w = columns.col(Eigen::Index(i - first));
      scratch.fluctuation.assign(w.data(), w.data() + n);
      scratch.stress += op.left_loads.transpose() * w / space_.volume();
      items[i]->response->iterations = 1;
    }
  }
}

template std::shared_ptr<RveModel::SharedOperator> FeRve<2>::build_operator(const std::vector<Matrix6> &);
template std::vector<double> FeRve<2>::localize(const SharedOperator &, const Vector6 &) const;
template void FeRve<2>::solve_histories(std::vector<BatchItem *> &, const SharedOperator &) const;
template std::shared_ptr<RveModel::SharedOperator> FeRve<3>::build_operator(const std::vector<Matrix6> &);
template std::vector<double> FeRve<3>::localize(const SharedOperator &, const Vector6 &) const;
template void FeRve<3>::solve_histories(std::vector<BatchItem *> &, const SharedOperator &) const;
} // namespace fe2
