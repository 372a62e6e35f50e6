// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/region_pairs.h>

#include <algorithm>

namespace fe2
{
template <int dim>
RegionPairs::RegionPairs(const std::string &text, const std::string &where, const std::string &form,
                         const MacroMesh<dim> &mesh)
    : where_(where)
{
  Faults faults;
  list_.read(text, where, form, faults);
  faults.throw_if_any("regions");
  for (std::size_t i = 0; i < pairs().size(); ++i)
  {
    const std::string &name = pairs()[i].name;
    if (name == "*")
      others_ = i;
    else if (!pairs()[i].exact())
      throw InputError(where + ": '" + name + "': of the mesh, only '*' alone stands for other regions; name them");
    else if (!by_id_.emplace(mesh.material(name), i).second)
      throw InputError(where + ": the region '" + name + "' stands twice (by its name and its material id)");
  }
}

std::size_t RegionPairs::find(const unsigned int material) const
{
  const auto it = by_id_.find(material);
  return it == by_id_.end() ? others_ : it->second;
}

void RegionPairs::check_all_used(const std::set<unsigned int> &present) const
{
  for (const auto &entry : by_id_)
    if (present.count(entry.first) == 0)
      throw InputError(where_ + ": the mesh has no cell of material id " + std::to_string(entry.first));
  const auto named = [this](const unsigned int id) { return by_id_.count(id) > 0; };
  if (others_ != PairList::none && std::all_of(present.begin(), present.end(), named))
    throw InputError(where_ + ": '*: " + pairs()[others_].value +
                     "' is never used: all regions of the mesh have pairs of their own; remove it");
}

template RegionPairs::RegionPairs(const std::string &, const std::string &, const std::string &, const MacroMesh<2> &);
template RegionPairs::RegionPairs(const std::string &, const std::string &, const std::string &, const MacroMesh<3> &);
} // namespace fe2
