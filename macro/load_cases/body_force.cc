// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/load.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_values.h>

namespace fe2
{
using namespace dealii;

namespace
{
/// Force per volume in the whole body.
template <int dim>
class BodyForce : public Load<dim>
{
public:
  void declare(Parameters &p) override
  {
    p.add("Value", value_, "Expressions in x, y, z, t for all components, separated by ';' [force / length^3].");
  }
  void validate(Parameters &p, Faults &faults, const std::map<std::string, double> &constants) override
  {
    const auto expressions = split(value_, ';');
    if (expressions.size() != dim)
      faults.add(p.where("Value"), value_, "needs " + std::to_string(dim) + " expressions separated by ';'");
    else
      try
      {
        function_.initialize(p.where("Value"), expressions, constants);
      }
      catch (const InputError &e)
      {
        faults.add(e.what(), "", "check the expression");
      }
  }

  void add_forces(const LoadContext<dim> &context, const double time, NodalForces &forces) const override
  {
    const auto &fe = context.dof_handler.get_fe();
    FEValues<dim> values(context.mapping, fe, QGauss<dim>(fe.degree + 1),
                         update_values | update_quadrature_points | update_JxW_values);
    Vector<double> local(fe.n_dofs_per_cell());
    std::vector<types::global_dof_index> dofs(local.size());
    for (const auto &cell : context.dof_handler.active_cell_iterators())
    {
      if (!cell->is_locally_owned())
        continue;
      values.reinit(cell);
      local = 0;
      for (const unsigned int q : values.quadrature_point_indices())
        for (unsigned int i = 0; i < local.size(); ++i)
          local[i] += values.shape_value(i, q) * values.JxW(q) *
                      function_.value(values.quadrature_point(q), time, fe.system_to_component_index(i).first);
      cell->get_dof_indices(dofs);
      context.hanging_nodes.distribute_local_to_global(local, dofs, forces);
    }
  }

private:
  std::string value_;
  SpaceTimeFunction<dim> function_;
};

const Registry<Load<2>>::Add add_2d("body_force", "Force per volume", [] { return std::make_unique<BodyForce<2>>(); });
const Registry<Load<3>>::Add add_3d("body_force", "Force per volume", [] { return std::make_unique<BodyForce<3>>(); });
} // namespace
} // namespace fe2
