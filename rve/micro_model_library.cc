// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/micro_model_library.h>

#include <algorithm>

namespace fe2
{
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
    entry->builder = Registry<MicroModelBuilder>::factory(type)();
    entry->builder->declare(p);
    entries_.push_back(std::move(entry));
  }
}

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
      entry->phases.push_back({name, material});
    }
    if (!entry->phases.empty())
      entry->builder->validate(p, faults, entry->phases);
  }
}

std::vector<std::string> MicroModelLibrary::names() const
{
  std::vector<std::string> list;
  for (const auto &e : entries_)
    list.push_back(e->name);
  return list;
}

std::vector<std::shared_ptr<MicroModel>> MicroModelLibrary::create() const
{
  std::vector<std::shared_ptr<MicroModel>> models;
  for (const auto &e : entries_)
    models.push_back(create(e->name));
  return models;
}

std::shared_ptr<MicroModel> MicroModelLibrary::create(const std::string &name) const
{
  for (const auto &e : entries_)
    if (e->name == name)
    {
      try
      {
        return e->builder->create(e->phases);
      }
      catch (const InputError &error)
      {
        throw InputError("Micro models/" + name + ": " + error.what());
      }
    }
  throw InputError("'" + name + "' is no micro model; " + suggest(name, names()));
}
} // namespace fe2
