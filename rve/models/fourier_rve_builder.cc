// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/microstructure.h>
#include <rve/models/fourier_rve.h>
#include <rve/models/microstructure_entry.h>

#include <lib/base/log.h>

namespace fe2
{
namespace
{
class FourierRveBuilder : public MicroModelBuilder
{
public:
  void declare(Parameters &p) override
  {
    p.add_selection(
        "Integration", integration_,
        "full: 2 x 2 x 2 points. b_bar: the same with the mean dilatation of each voxel, against volumetric "
        "locking. auto: b_bar if a phase flows at constant volume (plasticity) or is nearly incompressible.",
        "auto|full|b_bar");
    p.add("Resolution", resolution_,
          "Voxels along the longest edge, where the microstructure is not an image; 0: as fits it (its own resolution; "
          "laminates: the least number that has the interfaces between voxels; other meshes: 64).",
          0, 10000);
    p.add("Prism axis", settings_.prism_axis,
          "Two-dimensional RVEs are prisms along this axis of the sample; their plane is spanned by the "
          "cyclically next two axes.",
          1, 3);
    p.add("Tolerance", settings_.tolerance, "Of linear solves: residual relative to the right-hand side.",
          Range::tolerance);
    p.add("Tangent tolerance", settings_.tangent_tolerance,
          "The same for the localization fields of nonlinear states; the tangent's error is its square.",
          Range::tolerance);
    p.add_selection(
        "Preconditioner", settings_.preconditioner,
        "Of nonlinear states: green_jacobi follows the tangent from place to place (fast where it varies "
        "smoothly or strongly), green does not (fast for fine grids with sharp phases); auto: what has been "
        "faster for the point. Linear phases have green.",
        "auto|green|green_jacobi");
    p.add("Linear iterations", settings_.max_iterations, "Most iterations of a linear solve.", 1);
    p.add("Elastic check", settings_.elastic_check,
          "Answer points that never yielded, and cannot under the strain at hand, by the elastic localization alone.");
    p.add("Cached operators", settings_.cached_operators,
          "Linear phases: localization fields kept for different (dt, temperature).", 1);
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
    return microstructure_->dimension() == 2 && settings_.prism_axis == 3 && integration_ != "b_bar";
  }
  const Microstructure *microstructure() const override { return microstructure_.get(); }
  unsigned int n_instances() const override { return microstructure_.n_instances(); }

  std::shared_ptr<MicroModel> create(const std::vector<Phase> &phases, const unsigned int instance,
                                     const MPI_Comm group) const override
  {
    microstructure_->set_instance(instance);
    FourierRveSettings settings = settings_;
    const VoxelImage image = microstructure_->voxels(resolution_);
    settings.note = microstructure_->describe();
    const std::string locks = locking_phase(phases);
    settings.b_bar = integration_ == "b_bar" || (integration_ == "auto" && !locks.empty());
    if (integration_ == "auto" && settings.b_bar)
      settings.note += (settings.note.empty() ? "" : ", ") + std::string("B-bar because of '") + locks + "'";
    const auto fractions = image.fractions(unsigned(phases.size()));
    bool all_void = true;
    for (std::size_t i = 0; i < phases.size(); ++i)
      all_void = all_void && (fractions[i] == 0 || (phases[i].material->is_linear() &&
                                                    is_void(phases[i].material->initial_tangent(Increment()))));
    if (all_void)
      throw InputError("all phases are void: there is nothing to carry a stress");
    return std::make_shared<FourierRve>(image, phases, settings, group);
  }

private:
  FourierRveSettings settings_;
  std::string integration_ = "auto";
  unsigned int resolution_ = 0;
  MicrostructureEntry microstructure_;
};

const Registry<MicroModelBuilder>::Add add("fourier_rve", "Voxel RVE, matrix-free with Fourier preconditioning",
                                           [] { return std::make_unique<FourierRveBuilder>(); });
} // namespace
} // namespace fe2
