// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/material_library.h>

namespace fe2
{
void MaterialLibrary::declare(Parameters &p)
{
  const ParameterScope scope(p, "Materials");
  for (const auto &name : p.named_subsections())
  {
    const ParameterScope inner(p, name);
    const std::string type = p.peek("Type", "");
    p.add_selection("Type", types_[name] = "linear_elastic", "Kind of phase material.",
                    Registry<PhaseMaterial>::selection());
    if (!p.given("Type") || !Registry<PhaseMaterial>::contains(type))
      throw InputError(p.tree().file() + ": " + p.where("Type") + " = '" + type +
                       "': " + suggest(type, Registry<PhaseMaterial>::names()));
    auto material = std::shared_ptr<PhaseMaterial>(Registry<PhaseMaterial>::factory(type)());
    material->declare(p);
    offsets_[name].declare(p);
    materials_.emplace_back(name, material);
  }
}

void MaterialLibrary::validate(Parameters &p, Faults &faults)
{
  const ParameterScope scope(p, "Materials");
  for (auto &[name, material] : materials_)
  {
    const ParameterScope inner(p, name);
    material->validate(p, faults);
    StrainOffset &offset = offsets_[name];
    offset.validate(p, faults);
    if (!offset.is_zero())
      material = with_offset(material, offset);
  }
}

std::vector<std::string> MaterialLibrary::names() const
{
  std::vector<std::string> list;
  for (const auto &m : materials_)
    list.push_back(m.first);
  return list;
}

std::shared_ptr<const PhaseMaterial> MaterialLibrary::find(const std::string &name) const
{
  for (const auto &m : materials_)
    if (m.first == name)
      return m.second;
  return nullptr;
}
} // namespace fe2
