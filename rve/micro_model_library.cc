// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/micro_model_library.h>

#include <lib/scale/adapters/instances.h>
#include <lib/scale/adapters/micro_model_adapter.h>
#include <lib/scale/adapters/plane_stress.h>
#include <lib/scale/adapters/rotated.h>

#include <rve/plane_stress_material.h>

#include <algorithm>

namespace fe2
{
namespace
{
/// A model whose phases are in plane stress: says so.
class LocalPlaneStress : public MicroModelAdapter
{
public:
  using MicroModelAdapter::MicroModelAdapter;
  bool is_plane_stress() const override { return true; }
  std::vector<PhaseTangent> phase_tangents(const Increment &) const override { return {}; } // singular
  std::string describe() const override { return inner_->describe() + ", local plane stress"; }
};
} // namespace

void MicroModelLibrary::declare(Parameters &p)
{
  const ParameterScope scope(p, "Micro models");
  for (const auto &name : p.named_subsections())
  {
    const ParameterScope inner(p, name);
    auto entry = std::make_unique<Entry>();
    entry->name = name;
    const std::string type = p.peek("Type", "");
    entry->type = Registry<MicroModelBuilder>::names().front();
    p.add_selection("Type", entry->type, "Kind of micro model.", Registry<MicroModelBuilder>::selection());
    if (!p.given("Type") || !Registry<MicroModelBuilder>::contains(type))
      throw InputError(p.tree().file() + ": " + p.where("Type") + " = '" + type +
                       "': " + suggest(type, Registry<MicroModelBuilder>::names()));
    p.add("Phases", entry->phase_names, "Names of materials; a phase is called by its position in this list.");
    p.add_selection(
        "Plane stress", entry->plane_stress,
        "macro: the average out-of-plane stress is zero; local: sigma_33 = 0 at every micro point (eps_33 is "
        "found there and stands as 0 in tables). Both for two-dimensional macroscale meshes.",
        "none|macro|local");
    entry->builder = Registry<MicroModelBuilder>::factory(type)();
    entry->builder->declare(p);
    entries_.push_back(std::move(entry));
  }
}

namespace
{
/// Antiplane shear must not couple with the plane: only sigma_33 is condensed.
void check_symmetry_plane(Parameters &p, Faults &faults, const std::vector<Phase> &phases)
{
  for (const auto &phase : phases)
    if (phase.material)
    {
      const Matrix6 c = phase.material->initial_tangent(Increment());
      double coupling = 0;
      for (const int i : {0, 1, 3})
        coupling = std::max({coupling, std::abs(c(i, 4)), std::abs(c(i, 5))});
      if (coupling > 1e-9 * c.norm())
        faults.add(p.where("Plane stress"), "local",
                   "needs phases whose plane 1-2 is a plane of symmetry; that of '" + phase.name +
                       "' is not (Orientation); use macro");
    }
}
} // namespace

void MicroModelLibrary::validate(Parameters &p, Faults &faults, const MaterialLibrary &materials)
{
  const ParameterScope scope(p, "Micro models");
  for (auto &entry : entries_)
  {
    const ParameterScope inner(p, entry->name);
    if (entry->phase_names.empty())
      faults.add(p.where("Phases"), "", "is missing: name at least one material");
    for (const auto &name : entry->phase_names)
    {
      const auto material = materials.find(name);
      if (!material)
        faults.add(p.where("Phases"), name, "is no material; " + suggest(name, materials.names()));
      if (std::count(entry->phase_names.begin(), entry->phase_names.end(), name) > 1 &&
          std::none_of(entry->phases.begin(), entry->phases.end(), [&](const Phase &x) { return x.name == name; }))
        faults.add(p.where("Phases"), name, "stands twice");
      entry->phases.push_back(
          {name, material && entry->plane_stress == "local" ? in_plane_stress(material) : material});
    }
    if (!entry->phases.empty())
      entry->builder->validate(p, faults, entry->phases);
    if (entry->plane_stress == "local")
      check_symmetry_plane(p, faults, entry->phases);
    if (entry->plane_stress == "local" && p.peek("B-bar", "auto") == "true")
      faults.add(p.where("B-bar"), "true", "does not go with local plane stress, which does not lock");
    if (entry->plane_stress == "local" && !entry->builder->allows_local_plane_stress())
      faults.add(p.where("Plane stress"), "local",
                 "needs a two-dimensional RVE with 'Prism axis' 3; 'macro' suits any RVE");
  }
}

std::string locking_phase(const std::vector<Phase> &phases)
{
  for (const auto &phase : phases)
    if (phase.material->may_lock())
      return phase.name;
  return "";
}

std::vector<std::string> MicroModelLibrary::names() const
{
  std::vector<std::string> list;
  for (const auto &e : entries_)
    list.push_back(e->name);
  return list;
}

std::vector<std::shared_ptr<MicroModel>> MicroModelLibrary::create(const MPI_Comm group, const bool frames) const
{
  std::vector<std::shared_ptr<MicroModel>> models;
  for (const auto &e : entries_)
    models.push_back(create(e->name, group, frames));
  return models;
}

const MicroModelLibrary::Entry &MicroModelLibrary::find(const std::string &name) const
{
  for (const auto &e : entries_)
    if (e->name == name)
      return *e;
  throw InputError("'" + name + "' is no micro model; " + suggest(name, names()));
}

std::shared_ptr<MicroModel> MicroModelLibrary::create(const std::string &name, const MPI_Comm group,
                                                      const bool frames) const
{
  const Entry &entry = find(name);
  try
  {
    std::vector<std::shared_ptr<MicroModel>> models;
    for (unsigned int i = 0; i < entry.builder->n_instances(); ++i)
      models.push_back(entry.builder->create(entry.phases, i, group));
    auto model = models.size() > 1 ? as_instances(models) : models.front();
    if (frames && entry.plane_stress == "local")
      throw InputError("Plane stress = 'local' and a Material frame exclude each other; use macro");
    if (frames)
      model = in_material_frame(model);
    if (entry.plane_stress == "local")
      return std::make_shared<LocalPlaneStress>(model);
    return entry.plane_stress == "macro" ? in_macroscopic_plane_stress(model) : model;
  }
  catch (const InputError &error)
  {
    throw InputError("Micro models/" + name + ": " + error.what());
  }
}

const Microstructure *MicroModelLibrary::microstructure(const std::string &name) const
{
  return find(name).builder->microstructure();
}

const std::vector<std::string> &MicroModelLibrary::phases(const std::string &name) const
{
  return find(name).phase_names;
}
} // namespace fe2
