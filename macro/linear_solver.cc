// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/linear_solver.h>

#include <deal.II/dofs/dof_tools.h>

#include <map>

namespace fe2
{
using namespace dealii;

template <int dim>
std::vector<std::unique_ptr<PETScWrappers::MPI::Vector>> rigid_body_modes(const Mapping<dim> &mapping,
                                                                          const DoFHandler<dim> &dof_handler,
                                                                          const AffineConstraints<double> &constraints)
{
  constexpr unsigned int n_modes = dim * (dim + 1) / 2;
  const IndexSet &owned = dof_handler.locally_owned_dofs();
  std::vector<std::unique_ptr<PETScWrappers::MPI::Vector>> modes;
  for (unsigned int m = 0; m < n_modes; ++m)
    modes.push_back(std::make_unique<PETScWrappers::MPI::Vector>(owned, dof_handler.get_communicator()));

  std::map<types::global_dof_index, Point<dim>> points;
  DoFTools::map_dofs_to_support_points(mapping, dof_handler, points);
  const auto &fe = dof_handler.get_fe();
  std::vector<types::global_dof_index> dofs(fe.n_dofs_per_cell());
  for (const auto &cell : dof_handler.active_cell_iterators())
  {
    if (!cell->is_locally_owned())
      continue;
    cell->get_dof_indices(dofs);
    for (unsigned int i = 0; i < dofs.size(); ++i)
    {
      if (!owned.is_element(dofs[i]) || constraints.is_constrained(dofs[i]))
        continue;
      const unsigned int k = fe.system_to_component_index(i).first;
      const Point<dim> &x = points.at(dofs[i]);
      (*modes[k])[dofs[i]] = 1;
      for (unsigned int m = dim; m < n_modes; ++m)
      {
        const unsigned int a = dim == 2 ? 0 : (m - 2) % 3, b = dim == 2 ? 1 : (m - 1) % 3;
        (*modes[m])[dofs[i]] = k == a ? -x[b] : k == b ? x[a] : 0.;
      }
    }
  }
  for (unsigned int m = 0; m < n_modes; ++m)
  {
    modes[m]->compress(VectorOperation::insert);
    for (unsigned int k = 0; k < m; ++k)
      modes[m]->add(-(*modes[m] * *modes[k]), *modes[k]);
    if (const double norm = modes[m]->l2_norm(); norm > 0)
      *modes[m] /= norm;
  }
  return modes;
}

template std::vector<std::unique_ptr<PETScWrappers::MPI::Vector>>
rigid_body_modes(const Mapping<2> &, const DoFHandler<2> &, const AffineConstraints<double> &);
template std::vector<std::unique_ptr<PETScWrappers::MPI::Vector>>
rigid_body_modes(const Mapping<3> &, const DoFHandler<3> &, const AffineConstraints<double> &);
} // namespace fe2
