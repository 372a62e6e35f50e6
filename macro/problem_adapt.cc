// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Adaptive refinement of Problem between increments.
 */
#include <macro/output.h>
#include <macro/problem.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/distributed/solution_transfer.h>

#include <cmath>
#include <limits>

namespace fe2
{
using namespace dealii;

/// Adapts the mesh by the last converged solution; false if nothing changes. `virgin`: the increment is undone and all
/// points begin anew. Otherwise cells stay with their processes, so that points find their sources there.
template <int dim>
bool Problem<dim>::adapt(const bool virgin)
{
  const auto &s = settings_.refinement;
  auto &triangulation = mesh_.triangulation();
  const auto n_before = triangulation.n_global_active_cells();
  const auto indicators =
      refinement_indicators(s.estimator, *mapping_, dof_handler_, *assembler_, ghosted_, responses_);
  if (virgin)
  {
    pool_.rollback();
    solution_ = 0;
    ghosted_ = solution_;
  }
  if (!flag_cells(mesh_, indicators, s, settings_.mesh.refinements, most_cells()))
    return false;

  // Points of the old mesh by cell, and the cells of each parent.
  std::map<CellId, std::vector<std::size_t>> old_cells;
  std::map<CellId, std::vector<CellId>> old_children;
  for (const auto &cell : assembler_->cells())
  {
    auto &points = old_cells[cell.iterator->id()];
    for (std::size_t q = 0; q < cell.b.size(); ++q)
      points.push_back(cell.first_point + q);
    if (cell.iterator->level() > 0)
      old_children[cell.iterator->parent()->id()].push_back(cell.iterator->id());
  }
  const auto old_ids = assembler_->ids();
  const auto old_positions = assembler_->positions();
  parallel::distributed::SolutionTransfer<dim, Vector> transfer(dof_handler_);
  transfer.prepare_for_coarsening_and_refinement(ghosted_);
  triangulation.execute_coarsening_and_refinement();

  dof_handler_.distribute_dofs(fe_);
  assembler_ = std::make_unique<Assembler<dim>>(*mapping_, dof_handler_,
                                                QGauss<dim>(settings_.discretization.quadrature_points), b_bar_);
  Vector moved(dof_handler_.locally_owned_dofs(), comm_);
  transfer.interpolate(moved);
  set_up_system();
  hanging_nodes_.distribute(moved);
  solution_ = moved;
  ghosted_ = solution_;
  if (virgin)
  {
    pool_.erase(old_ids);
    create_points();
    responses_.assign(assembler_->n_points(), MicroResponse());
  }
  else
    transfer_points(old_cells, old_children, old_ids, old_positions);
  output_->locate();
  std::string text = "mesh adapted: " + std::to_string(n_before) + " -> " +
                     std::to_string(triangulation.n_global_active_cells()) + " cells, " + std::to_string(n_points_) +
                     " points, " + std::to_string(dof_handler_.n_dofs()) + " unknowns, about " +
                     format(estimate_bytes() / 1e6, 3) + " MB for micro models and states";
  if (!virgin)
    text += ", out-of-balance force " + format(out_of_balance(), 2) + " of the internal ones";
  log_.line(text);
  return true;
}

template <int dim>
void Problem<dim>::transfer_points(const std::map<CellId, std::vector<std::size_t>> &old_cells,
                                   const std::map<CellId, std::vector<CellId>> &old_children,
                                   const std::vector<PointId> &old_ids, const std::vector<Point<3>> &old_positions)
{
  const auto nearest = [&](const std::vector<std::size_t> &candidates, const Point<3> &x)
  {
    // Ties (within rounding) go to the first.
    std::size_t best = candidates.front();
    for (const std::size_t i : candidates)
      if (old_positions[i].distance(x) < old_positions[best].distance(x) * (1 - 1e-9))
        best = i;
    return best;
  };
  auto definitions = make_definitions();
  std::vector<MicroResponse> responses(assembler_->n_points());
  std::vector<PointDefinition> fresh;
  std::vector<PointId> sources, vanished;
  std::set<PointId> kept;
  for (const auto &cell : assembler_->cells())
  {
    std::vector<std::size_t> candidates;
    const bool same = old_cells.count(cell.iterator->id()) > 0;
    if (same)
      candidates = old_cells.at(cell.iterator->id());
    else if (const auto it = old_children.find(cell.iterator->id()); it != old_children.end())
      for (const auto &child : it->second) // coarsened
        candidates.insert(candidates.end(), old_cells.at(child).begin(), old_cells.at(child).end());
    else // refined, perhaps more than once
    {
      auto parent = cell.iterator->parent();
      while (old_cells.count(parent->id()) == 0)
        parent = parent->parent();
      candidates = old_cells.at(parent->id());
    }
    for (std::size_t q = 0; q < cell.b.size(); ++q)
    {
      const std::size_t i = cell.first_point + q;
      const std::size_t from = same ? candidates[q] : nearest(candidates, assembler_->positions()[i]);
      responses[i] = responses_[from];
      responses[i].id = definitions[i].id;
      // The state fits the realization that it comes from.
      definitions[i].instance = instances_.at(old_ids[from]);
      if (same)
        kept.insert(definitions[i].id);
      else
      {
        fresh.push_back(definitions[i]);
        sources.push_back(old_ids[from]);
      }
    }
  }
  pool_.clone(fresh, sources);
  for (const auto &id : old_ids)
    if (kept.count(id) == 0)
      vanished.push_back(id);
  pool_.erase(vanished);
  instances_.clear();
  for (const auto &d : definitions)
    instances_[d.id] = d.instance;
  responses_ = std::move(responses);
  n_points_ = Utilities::MPI::sum(definitions.size(), comm_);
}

/// Residual of the transferred stresses over the norm of the cells' forces; nothing is equilibrated.
template <int dim>
double Problem<dim>::out_of_balance()
{
  external_ = 0;
  loads_.add_forces({mesh_, *mapping_, dof_handler_, hanging_nodes_}, time_, external_);
  residual_ = external_;
  zero_constraints_.set_zero(residual_);
  residual_.compress(VectorOperation::insert);
  internal_ = 0;
  const double squares =
      assembler_->residual(responses_, zero_constraints_, hanging_nodes_, false, residual_, internal_);
  return residual_.l2_norm() / std::max(std::sqrt(Utilities::MPI::sum(squares, comm_)) + external_.l2_norm(), 1e-300);
}

template bool Problem<2>::adapt(const bool);
template double Problem<2>::out_of_balance();
template bool Problem<3>::adapt(const bool);
template double Problem<3>::out_of_balance();
} // namespace fe2
