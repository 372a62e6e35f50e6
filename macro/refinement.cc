// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/refinement.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/distributed/grid_refinement.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/numerics/error_estimator.h>

#include <cmath>

namespace fe2
{
using namespace dealii;

void RefinementSettings::declare(Parameters &p)
{
  p.add_selection("Estimator", estimator,
                  "kelly: jumps of the displacement gradient; stress_recovery: stresses against their nodal averages.",
                  "none|kelly|stress_recovery");
  p.add("Every", every, "Adapt the mesh after every n-th increment; 0: only at the start.", 0);
  p.add("Start cycles", start_cycles,
        "The first increment is solved and undone, and the mesh adapted, this many times.", 0);
  p.add("Refine fraction", refine_fraction, "Of the cells, those with the largest indicators.", Range::fraction);
  p.add("Coarsen fraction", coarsen_fraction, "Of the cells, those with the least indicators.", Range::fraction);
  p.add("Largest level", largest_level, "Cells are refined at most so many times (with 'Mesh/Refinements').", 0, 18);
  p.add("Most points", most_points, "No refinement beyond about so many points, each an RVE; 0: no limit.", 0);
  p.add("Most memory", memory, "No refinement beyond this estimate for micro models and states [MB]; 0: no limit.",
        Range::non_negative);
}

void RefinementSettings::validate(Parameters &p, Faults &faults)
{
  if (refine_fraction + coarsen_fraction > 1)
    faults.add(p.where("Refine fraction"), format(refine_fraction), "with the coarsen fraction must not exceed 1");
  if (!active() && start_cycles > 0)
    faults.add(p.where("Estimator"), "none", "choose one: there are start cycles");
}

namespace
{
template <int dim>
void stress_recovery(const Mapping<dim> &mapping, const DoFHandler<dim> &dof_handler, const Assembler<dim> &assembler,
                     const std::vector<MicroResponse> &responses, Vector<float> &indicators)
{
  using Vec = typename Assembler<dim>::Vector;
  const FE_Q<dim> fe(1);
  DoFHandler<dim> nodes(dof_handler.get_triangulation());
  nodes.distribute_dofs(fe);
  const IndexSet owned = nodes.locally_owned_dofs();
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(nodes, relevant);
  const MPI_Comm comm = dof_handler.get_communicator();
  const auto first = assembler.cells().begin();
  const Quadrature<dim> &quadrature = assembler.quadrature();
  FEValues<dim> values(mapping, fe, quadrature, update_values | update_JxW_values);
  std::vector<Vec> sums(7); // weight and stresses
  for (auto &s : sums)
    s.reinit(owned, comm);
  std::vector<types::global_dof_index> dofs(fe.n_dofs_per_cell());
  const auto cell_of = [&nodes](const auto &other)
  {
    return typename DoFHandler<dim>::active_cell_iterator(&nodes.get_triangulation(), other->level(), other->index(),
                                                          &nodes);
  };
  for (auto c = first; c != assembler.cells().end(); ++c)
  {
    const auto cell = cell_of(c->iterator);
    values.reinit(cell);
    cell->get_dof_indices(dofs);
    for (unsigned int k = 0; k < 7; ++k)
    {
      Vector<double> local(unsigned(dofs.size()));
      for (unsigned int q = 0; q < quadrature.size(); ++q)
        for (unsigned int i = 0; i < dofs.size(); ++i)
          local[i] += values.shape_value(i, q) * values.JxW(q) *
                      (k == 0 ? 1. : responses[c->first_point + q].stress[int(k) - 1]);
      sums[k].add(dofs, local);
    }
  }
  std::vector<Vec> ghosted(7);
  for (unsigned int k = 0; k < 7; ++k)
  {
    sums[k].compress(VectorOperation::add);
    ghosted[k].reinit(owned, relevant, comm);
    ghosted[k] = sums[k];
  }
  for (auto c = first; c != assembler.cells().end(); ++c)
  {
    const auto cell = cell_of(c->iterator);
    values.reinit(cell);
    cell->get_dof_indices(dofs);
    double sum = 0;
    for (unsigned int q = 0; q < quadrature.size(); ++q)
      for (unsigned int k = 1; k < 7; ++k)
      {
        double mean = 0;
        for (unsigned int i = 0; i < dofs.size(); ++i)
          mean += values.shape_value(i, q) * ghosted[k](dofs[i]) / ghosted[0](dofs[i]);
        sum += values.JxW(q) * std::pow(mean - responses[c->first_point + q].stress[int(k) - 1], 2);
      }
    indicators[c->iterator->active_cell_index()] = float(std::sqrt(sum));
  }
}

/// Ten bits: sums in another order give the same.
float rounded(const float x)
{
  int exponent = 0;
  const float mantissa = std::frexp(x, &exponent);
  return std::ldexp(std::round(mantissa * 1024.f) / 1024.f, exponent);
}
} // namespace

template <int dim>
Vector<float> refinement_indicators(const std::string &estimator, const Mapping<dim> &mapping,
                                    const DoFHandler<dim> &dof_handler, const Assembler<dim> &assembler,
                                    const typename Assembler<dim>::Vector &displacement,
                                    const std::vector<MicroResponse> &responses)
{
  Vector<float> indicators(dof_handler.get_triangulation().n_active_cells());
  if (estimator == "kelly")
    KellyErrorEstimator<dim>::estimate(mapping, dof_handler, QGauss<dim - 1>(dof_handler.get_fe().degree + 1), {},
                                       displacement, indicators, ComponentMask(), nullptr,
                                       numbers::invalid_unsigned_int,
                                       dof_handler.get_triangulation().locally_owned_subdomain());
  else
    stress_recovery(mapping, dof_handler, assembler, responses, indicators);
  // Fractions of the largest: units do not decide, and rounded, so that noise does not.
  const double largest = Utilities::MPI::max(double(indicators.linfty_norm()), dof_handler.get_communicator());
  for (auto &x : indicators)
    x = largest > 0 && x >= 1e-6 * largest ? rounded(float(double(x) / largest)) : 0.f;
  return indicators;
}

template <int dim>
bool flag_cells(MacroMesh<dim> &mesh, const Vector<float> &indicators, const RefinementSettings &s,
                const unsigned int least_level, const std::size_t most_cells)
{
  auto &triangulation = mesh.triangulation();
  const std::size_t n = triangulation.n_global_active_cells();
  // A refined cell makes 2^dim - 1 more, with neighbours for the 2:1 rule: at the limit only coarsening is left.
  const double room = most_cells <= n ? 0. : double(most_cells - n) / ((1 << dim) - 1) / double(n);
  parallel::distributed::GridRefinement::refine_and_coarsen_fixed_number(
      triangulation, indicators, std::min(s.refine_fraction, 0.7 * room), s.coarsen_fraction);
  const double largest = Utilities::MPI::max(double(indicators.linfty_norm()), triangulation.get_communicator());
  for (const auto &cell : triangulation.active_cell_iterators())
    if (cell->is_locally_owned())
    {
      if (cell->level() >= int(s.largest_level) || largest == 0)
        cell->clear_refine_flag();
      if (cell->level() <= int(least_level))
        cell->clear_coarsen_flag();
    }
  triangulation.prepare_coarsening_and_refinement();
  bool changes = false;
  for (const auto &cell : triangulation.active_cell_iterators())
    changes = changes || (cell->is_locally_owned() && (cell->refine_flag_set() || cell->coarsen_flag_set()));
  return Utilities::MPI::max(changes ? 1u : 0u, triangulation.get_communicator()) == 1;
}

template Vector<float> refinement_indicators(const std::string &, const Mapping<2> &, const DoFHandler<2> &,
                                             const Assembler<2> &, const Assembler<2>::Vector &,
                                             const std::vector<MicroResponse> &);
template Vector<float> refinement_indicators(const std::string &, const Mapping<3> &, const DoFHandler<3> &,
                                             const Assembler<3> &, const Assembler<3>::Vector &,
                                             const std::vector<MicroResponse> &);
template bool flag_cells(MacroMesh<2> &, const Vector<float> &, const RefinementSettings &, const unsigned int,
                         const std::size_t);
template bool flag_cells(MacroMesh<3> &, const Vector<float> &, const RefinementSettings &, const unsigned int,
                         const std::size_t);
} // namespace fe2
