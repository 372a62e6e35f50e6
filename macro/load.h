// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Loads and prescribed displacements, expressions in space and time. To add one: a file in macro/load_cases.
 */
#ifndef fe2_macro_load_h
#define fe2_macro_load_h

#include <lib/base/registry.h>

#include <macro/mesh.h>
#include <macro/nodal_forces.h>

#include <deal.II/base/function_parser.h>
#include <deal.II/dofs/dof_handler.h>
#include <deal.II/fe/mapping.h>
#include <deal.II/lac/affine_constraints.h>
#include <deal.II/lac/petsc_vector.h>

#include <memory>

namespace fe2
{
template <int dim>
struct LoadContext
{
  const MacroMesh<dim> &mesh;
  const dealii::Mapping<dim> &mapping;
  const dealii::DoFHandler<dim> &dof_handler;
  const dealii::AffineConstraints<double> &hanging_nodes;
};

/// Expressions in x, y, z, t; several between ';'.
template <int dim>
class SpaceTimeFunction
{
public:
  /// Throws InputError naming `where` if an expression cannot be parsed.
  void initialize(const std::string &where, const std::vector<std::string> &expressions,
                  const std::map<std::string, double> &constants);
  double value(const dealii::Point<dim> &x, const double time, const unsigned int component) const;
  unsigned int n_components() const { return n_; }

private:
  std::unique_ptr<dealii::FunctionParser<dim>> parser_;
  unsigned int n_ = 0;
};

template <int dim>
class Load
{
public:
  using Factory = std::function<std::unique_ptr<Load<dim>>()>;
  virtual ~Load() = default;

  virtual void declare(Parameters &parameters) = 0;
  /// Checks what can be checked without the mesh. Throws nothing.
  virtual void validate(Parameters &parameters, Faults &faults, const std::map<std::string, double> &constants) = 0;
  /// Checks boundary names. Throws InputError.
  virtual void attach(const MacroMesh<dim> &mesh) { (void)mesh; }
  /// Adds lines with the prescribed displacements at a time; returns the largest difference to values that other loads
  /// prescribe for the same unknowns.
  virtual double constrain(const LoadContext<dim> &context, const double time,
                           dealii::AffineConstraints<double> &constraints) const
  {
    (void)context;
    (void)time;
    (void)constraints;
    return 0;
  }
  /// Adds external nodal forces at a time.
  virtual void add_forces(const LoadContext<dim> &context, const double time, NodalForces &forces) const
  {
    (void)context;
    (void)time;
    (void)forces;
  }
};

/// The section "Loads": loads under the user's names.
template <int dim>
class Loads
{
public:
  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults, const std::map<std::string, double> &constants);
  void attach(const MacroMesh<dim> &mesh);
  /// Collective. Throws InputError if two loads prescribe different values for one unknown.
  void constrain(const LoadContext<dim> &context, const double time,
                 dealii::AffineConstraints<double> &constraints) const;
  void add_forces(const LoadContext<dim> &context, const double time, dealii::PETScWrappers::MPI::Vector &forces) const;

private:
  struct Entry
  {
    std::string name, type;
    std::unique_ptr<Load<dim>> load;
  };
  std::vector<std::unique_ptr<Entry>> entries_;
  mutable double largest_ = 0; ///< displacement prescribed so far: what differences are measured by
};
} // namespace fe2

#endif
