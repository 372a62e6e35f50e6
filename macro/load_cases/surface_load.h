// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What traction and pressure share: forces int N . t dA over a boundary.
 */
#ifndef fe2_macro_load_cases_surface_load_h
#define fe2_macro_load_cases_surface_load_h

#include <macro/load.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_values.h>

namespace fe2
{
template <int dim>
class SurfaceLoad : public Load<dim>
{
public:
  void attach(const MacroMesh<dim> &mesh) override { boundary_ = mesh.boundary(boundary_name_); }

  void add_forces(const LoadContext<dim> &context, const double time, NodalForces &forces) const override
  {
    const auto &fe = context.dof_handler.get_fe();
    dealii::FEFaceValues<dim> values(context.mapping, fe, dealii::QGauss<dim - 1>(fe.degree + 1),
                                     dealii::update_values | dealii::update_quadrature_points |
                                         dealii::update_normal_vectors | dealii::update_JxW_values);
    dealii::Vector<double> local(fe.n_dofs_per_cell());
    std::vector<dealii::types::global_dof_index> dofs(local.size());
    for (const auto &cell : context.dof_handler.active_cell_iterators())
      for (const unsigned int f : cell->face_indices())
        if (cell->is_locally_owned() && cell->face(f)->at_boundary() && cell->face(f)->boundary_id() == boundary_)
        {
          values.reinit(cell, f);
          local = 0;
          for (const unsigned int q : values.quadrature_point_indices())
          {
            const auto t = traction(values.quadrature_point(q), values.normal_vector(q), time);
            for (unsigned int i = 0; i < local.size(); ++i)
              local[i] += values.shape_value(i, q) * t[fe.system_to_component_index(i).first] * values.JxW(q);
          }
          cell->get_dof_indices(dofs);
          context.hanging_nodes.distribute_local_to_global(local, dofs, forces);
        }
  }

protected:
  virtual dealii::Tensor<1, dim> traction(const dealii::Point<dim> &x, const dealii::Tensor<1, dim> &normal,
                                          const double time) const = 0;

  void declare_boundary(Parameters &p) { p.add("Boundary", boundary_name_, "Name or id of the boundary."); }
  void validate_boundary(Parameters &p, Faults &faults) const
  {
    if (boundary_name_.empty())
      faults.add(p.where("Boundary"), "", "is missing: name a boundary");
  }
  /// Parses `n` expressions between ';'.
  void parse(Parameters &p, Faults &faults, const std::string &entry, const std::string &text, const unsigned int n,
             const std::map<std::string, double> &constants)
  {
    const auto expressions = split(text, ';');
    if (expressions.size() != n)
      faults.add(p.where(entry), text, "needs " + std::to_string(n) + " expressions separated by ';'");
    else
      try
      {
        function_.initialize(p.where(entry), expressions, constants);
      }
      catch (const InputError &e)
      {
        faults.add(e.what(), "", "check the expression");
      }
  }

  std::string boundary_name_;
  dealii::types::boundary_id boundary_ = 0;
  SpaceTimeFunction<dim> function_;
};
} // namespace fe2

#endif
