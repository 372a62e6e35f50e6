// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Prescribed displacement components on a boundary, or at the node nearest to a point.
 */
#include <macro/load.h>

#include <deal.II/numerics/vector_tools.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace fe2
{
using namespace dealii;

namespace
{
template <int dim>
class Displacement : public Load<dim>
{
public:
  void declare(Parameters &p) override
  {
    p.add("Boundary", boundary_name_, "Name or id of the boundary; empty if 'Point' is given.");
    p.add("Point", point_, "Coordinates; the nearest vertex of the mesh is held instead of a boundary [length].",
          Range::any);
    p.add("Components", components_, "Which components are prescribed: x, y, z.");
    p.add("Value", value_, "Expression in x, y, z, t for each component, separated by ';' [length].");
  }

  void validate(Parameters &p, Faults &faults, const std::map<std::string, double> &constants) override
  {
    if (boundary_name_.empty() == point_.empty())
      faults.add(p.where("Boundary"), boundary_name_, "give either 'Boundary' or 'Point'");
    if (!point_.empty() && point_.size() != dim)
      faults.add(p.where("Point"), "", "needs " + std::to_string(dim) + " coordinates");
    for (const auto &c : components_)
      if (c.size() == 1 && c[0] >= 'x' && c[0] < 'x' + dim)
      {
        if (std::count(components_.begin(), components_.end(), c) > 1)
          faults.add(p.where("Components"), c, "stands twice");
        mask_.push_back(unsigned(c[0] - 'x'));
      }
      else
        faults.add(p.where("Components"), c, std::string("must be among x, y") + (dim == 3 ? ", z" : ""));
    if (components_.empty())
      faults.add(p.where("Components"), "", "is missing: name the components that are prescribed");
    const auto expressions = split(value_, ';');
    if (expressions.size() != components_.size())
      faults.add(p.where("Value"), value_,
                 std::to_string(expressions.size()) + " expressions for " + std::to_string(components_.size()) +
                     " components");
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

  void attach(const MacroMesh<dim> &mesh) override
  {
    if (!boundary_name_.empty())
      boundary_ = mesh.boundary(boundary_name_);
  }

  double constrain(const LoadContext<dim> &context, const double time,
                   AffineConstraints<double> &constraints) const override
  {
    std::map<types::global_dof_index, double> values;
    if (!point_.empty())
      find_point_values(context, time, values);
    else
    {
      std::vector<bool> mask(dim, false);
      for (const unsigned int m : mask_)
        mask[m] = true;
      const Adapter adapter(*this, time);
      VectorTools::interpolate_boundary_values(context.mapping, context.dof_handler, boundary_, adapter, values,
                                               ComponentMask(mask));
    }
    double conflict = 0;
    for (const auto &[dof, value] : values)
      if (!constraints.can_store_line(dof))
        continue;
      else if (!constraints.is_constrained(dof))
      {
        constraints.add_line(dof);
        constraints.set_inhomogeneity(dof, value);
      }
      else if (constraints.get_constraint_entries(dof)->empty())
        conflict = std::max(conflict, std::abs(constraints.get_inhomogeneity(dof) - value));
    return conflict;
  }

private:
  /// Our components in their places among all.
  struct Adapter : Function<dim>
  {
    Adapter(const Displacement &d, const double at) : Function<dim>(dim), owner(d), t(at) {}
    double value(const Point<dim> &x, const unsigned int component) const override
    {
      for (unsigned int i = 0; i < owner.mask_.size(); ++i)
        if (owner.mask_[i] == component)
          return owner.function_.value(x, t, i);
      return 0;
    }
    const Displacement &owner;
    double t;
  };

  /// The nearest vertex; of several equally near ones that with the least coordinates.
  void find_point_values(const LoadContext<dim> &context, const double time,
                         std::map<types::global_dof_index, double> &values) const
  {
    Point<dim> target;
    for (unsigned int d = 0; d < dim; ++d)
      target[d] = vertex_found_ ? vertex_[d] : point_[d];
    const double grid = 1e-9 * context.mesh.size();
    using Key = std::array<long long, dim + 1>;
    const auto key_of = [&](const Point<dim> &x)
    {
      Key key;
      key[0] = std::llround(x.distance(target) / grid);
      for (unsigned int d = 0; d < dim; ++d)
        key[d + 1] = std::llround(x[d] / grid);
      return key;
    };
    Key best;
    best.fill(std::numeric_limits<long long>::max());
    for (const auto &cell : context.dof_handler.active_cell_iterators())
      if (cell->is_locally_owned())
        for (const unsigned int v : cell->vertex_indices())
          best = std::min(best, key_of(cell->vertex(v)));
    for (const auto &other : Utilities::MPI::all_gather(context.dof_handler.get_communicator(), best))
      best = std::min(best, other);
    // The same vertex on adapted meshes: those of the first mesh stay and do not hang.
    for (unsigned int d = 0; d < dim && !vertex_found_; ++d)
      vertex_[d] = double(best[d + 1]) * grid;
    vertex_found_ = true;
    for (const auto &cell : context.dof_handler.active_cell_iterators())
      if (!cell->is_artificial())
        for (const unsigned int v : cell->vertex_indices())
          if (key_of(cell->vertex(v)) == best)
            for (unsigned int i = 0; i < mask_.size(); ++i)
              values[cell->vertex_dof_index(v, mask_[i])] = function_.value(cell->vertex(v), time, i);
  }

  std::string boundary_name_, value_;
  std::vector<double> point_;
  mutable Point<dim> vertex_;
  mutable bool vertex_found_ = false;
  std::vector<std::string> components_;
  std::vector<unsigned int> mask_;
  types::boundary_id boundary_ = 0;
  SpaceTimeFunction<dim> function_;
};

const Registry<Load<2>>::Add add_2d("displacement", "Prescribed displacement",
                                    [] { return std::make_unique<Displacement<2>>(); });
const Registry<Load<3>>::Add add_3d("displacement", "Prescribed displacement",
                                    [] { return std::make_unique<Displacement<3>>(); });
} // namespace
} // namespace fe2
