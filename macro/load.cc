// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/expression.h>
#include <macro/load.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
using namespace dealii;

template <int dim>
void SpaceTimeFunction<dim>::initialize(const std::string &where, const std::vector<std::string> &expressions,
                                        const std::map<std::string, double> &constants)
{
  n_ = unsigned(expressions.size());
  parser_ = std::make_unique<FunctionParser<dim>>(n_);
  for (const auto &e : expressions)
  {
    refuse_random(where, e);
    try
    {
      FunctionParser<dim> single(1);
      single.initialize(dim == 2 ? "x,y,t" : "x,y,z,t", e, constants, true);
      single.value(Point<dim>());
    }
    catch (const ExceptionBase &)
    {
      throw InputError(where + " = '" + e + "': is no expression in x, y" + (dim == 3 ? ", z" : "") +
                       " and t (such as 0.1*t, if(t<1, t, 1), sin(2*pi*t))");
    }
  }
  parser_->initialize(dim == 2 ? "x,y,t" : "x,y,z,t", expressions, constants, true);
}

template <int dim>
double SpaceTimeFunction<dim>::value(const Point<dim> &x, const double time, const unsigned int component) const
{
  parser_->set_time(time);
  return parser_->value(x, component);
}

template <int dim>
void Loads<dim>::declare(Parameters &p)
{
  const ParameterScope scope(p, "Loads");
  for (const auto &name : p.named_subsections())
  {
    const ParameterScope inner(p, name);
    auto entry = std::make_unique<Entry>();
    entry->name = name;
    const std::string type = p.peek("Type", "");
    entry->type = Registry<Load<dim>>::names().front();
    p.add_selection("Type", entry->type, "Kind of load.", Registry<Load<dim>>::selection());
    if (!p.given("Type") || !Registry<Load<dim>>::contains(type))
      throw InputError(p.tree().file() + ": " + p.where("Type") + " = '" + type +
                       "': " + suggest(type, Registry<Load<dim>>::names()));
    entry->load = Registry<Load<dim>>::factory(type)();
    entry->load->declare(p);
    entries_.push_back(std::move(entry));
  }
}

template <int dim>
void Loads<dim>::validate(Parameters &p, Faults &faults, const std::map<std::string, double> &constants)
{
  const ParameterScope scope(p, "Loads");
  for (auto &entry : entries_)
  {
    const ParameterScope inner(p, entry->name);
    entry->load->validate(p, faults, constants);
  }
}

template <int dim>
void Loads<dim>::attach(const MacroMesh<dim> &mesh)
{
  Faults faults;
  for (auto &entry : entries_)
    try
    {
      entry->load->attach(mesh);
    }
    catch (const InputError &e)
    {
      faults.add("Loads/" + entry->name, "", e.what());
    }
  faults.throw_if_any("mesh and loads");
}

template <int dim>
void Loads<dim>::constrain(const LoadContext<dim> &context, const double time,
                           AffineConstraints<double> &constraints) const
{
  const MPI_Comm comm = context.dof_handler.get_communicator();
  std::vector<double> conflicts;
  for (const auto &entry : entries_)
    conflicts.push_back(entry->load->constrain(context, time, constraints));
  for (const auto &line : constraints.get_lines())
    largest_ = std::max(largest_, std::abs(line.inhomogeneity));
  conflicts.push_back(largest_);
  Utilities::MPI::max(conflicts, comm, conflicts);
  largest_ = conflicts.back();
  // sin(2 pi t) is 2e-16 at t = 1, where all may be zero.
  const double rounding = std::max(1e-9 * largest_, 1e-14 * context.mesh.size());
  for (std::size_t i = 0; i < entries_.size(); ++i)
  {
    const auto &entry = entries_[i];
    const double conflict = conflicts[i];
    if (conflict > rounding)
      throw InputError("Loads/" + entry->name + ": at time " + format(time) +
                       " a displacement is prescribed that differs by " + format(conflict) +
                       " from what another load prescribes there; leave one of them out where they meet");
  }
}

template <int dim>
void Loads<dim>::add_forces(const LoadContext<dim> &context, const double time,
                            PETScWrappers::MPI::Vector &forces) const
{
  NodalForces sum = make_nodal_forces(context.dof_handler);
  for (const auto &entry : entries_)
    entry->load->add_forces(context, time, sum);
  add_to(forces, sum);
}

template class SpaceTimeFunction<2>;
template class SpaceTimeFunction<3>;
template class Loads<2>;
template class Loads<3>;
} // namespace fe2
