// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/microstructure.h>
#include <rve/models/fe_rve.h>
#include <rve/models/microstructure_entry.h>

#include <lib/base/log.h>

namespace fe2
{
namespace
{
class FeRveBuilder : public MicroModelBuilder
{
public:
  void declare(Parameters &p) override
  {
    p.add("Degree", settings_.degree, "Polynomial degree of the elements; meshes of second order stay so.", 1, 2);
    p.add_selection("B-bar", b_bar_,
                    "Mean dilatation of each cell against volumetric locking. auto: true for quadrilaterals and "
                    "hexahedra of first order if a phase flows at constant volume (plasticity) or is nearly "
                    "incompressible.",
                    "auto|true|false");
    p.add_selection("Boundary conditions", settings_.boundary_condition,
                    "Of the fluctuations; stiffness: uniform_traction <= weak_periodic <= periodic <= "
                    "linear_displacement.",
                    Registry<BoundaryCondition>::selection());
    settings_.boundary_condition = p.peek("Boundary conditions", settings_.boundary_condition);
    if (Registry<BoundaryCondition>::contains(settings_.boundary_condition))
    {
      condition_ = Registry<BoundaryCondition>::factory(settings_.boundary_condition)();
      condition_->declare(p);
    }
    p.add_selection("Linear solver", settings_.linear_solver,
                    "auto: cholmod for symmetric tangents, umfpack otherwise, mumps with several processes for one "
                    "RVE; above 150,000 unknowns of a 3D mesh cg_gamg, and the direct one where it fails (cg_gamg "
                    "also where the direct one finds too little memory).",
                    "auto|" + Registry<RveLinearSolver>::selection());
    p.add("Prism axis", settings_.prism_axis,
          "Two-dimensional RVEs are prisms along this axis of the sample; their plane is spanned by the "
          "cyclically next two axes. In the RVE's own axes, which orientations of materials refer to, the prism is "
          "axis 3.",
          1, 3);
    p.add("Cached operators", settings_.cached_operators,
          "Linear phases: factorizations kept for different (dt, temperature).", 1);
    {
      const ParameterScope scope(p, "Newton");
      settings_.newton.declare(p);
    }
    microstructure_.declare(p);
  }

  void validate(Parameters &p, Faults &faults, const std::vector<Phase> &phases) override
  {
    microstructure_.validate(p, faults, phases);
  }

  bool allows_local_plane_stress() const override
  {
    return microstructure_->dimension() == 2 && settings_.prism_axis == 3;
  }
  const Microstructure *microstructure() const override { return microstructure_.get(); }
  unsigned int n_instances() const override { return microstructure_.n_instances(); }

  std::shared_ptr<MicroModel> create(const std::vector<Phase> &phases, const unsigned int instance,
                                     const MPI_Comm group) const override
  {
    FeRveSettings settings = settings_;
    settings.condition = condition_;
    microstructure_->set_instance(instance);
    return microstructure_->dimension() == 2 ? make<2>(phases, settings, group) : make<3>(phases, settings, group);
  }

private:
  template <int dim>
  std::shared_ptr<MicroModel> make(const std::vector<Phase> &phases, FeRveSettings &settings,
                                   const MPI_Comm group) const
  {
    const auto mesh = microstructure_->create<dim>();
    settings.note = microstructure_->describe();
    const auto add = [&settings](const std::string &text)
    { settings.note += (settings.note.empty() ? "" : ", ") + text; };
    const std::string locks = locking_phase(phases);
    const bool first_order = std::max(mesh.degree, settings.degree) == 1, simplices = mesh.kind == CellKind::simplex;
    settings.b_bar = b_bar_ == "true";
    if (b_bar_ == "auto" && first_order && !simplices && !locks.empty())
    {
      settings.b_bar = true;
      add("B-bar because of '" + locks + "'");
    }
    if (first_order && simplices && !locks.empty())
      add("simplices of first order lock in '" + locks + "': set Degree = 2");
    return std::make_shared<FeRve<dim>>(mesh, phases, settings, group);
  }

  std::string b_bar_ = "auto";
  FeRveSettings settings_;
  std::shared_ptr<BoundaryCondition> condition_;
  MicrostructureEntry microstructure_;
};

const Registry<MicroModelBuilder>::Add add("fe_rve", "Finite-element RVE",
                                           [] { return std::make_unique<FeRveBuilder>(); });
} // namespace
} // namespace fe2
