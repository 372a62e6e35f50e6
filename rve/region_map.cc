// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/region_map.h>

#include <algorithm>

namespace fe2
{
void RegionMap::declare(Parameters &p)
{
  where_ = p.where("Regions");
  p.add("Regions", text_,
        "Which phase each region of the file has: 'region: phase' pairs between commas; 'grain*: steel' stands for all "
        "that begin so and '*: steel' for all others; exact names win, then longer beginnings, in any order. A pair "
        "that holds for no region is an error. Empty: regions are called like their phases.");
}

void RegionMap::validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases)
{
  phases_ = phases;
  pairs_.read(text_, p.where("Regions"), "region: phase", faults);
  for (const auto &pair : pairs_.pairs())
    if (std::find(phases.begin(), phases.end(), pair.value) == phases.end())
      faults.add(p.where("Regions"), pair.value, "is no phase of this micro model; " + suggest(pair.value, phases));
}

unsigned int RegionMap::phase_of(const std::string &region) const
{
  const auto index = pairs_.find(region);
  const std::string &phase = index == PairList::none ? region : pairs_.pairs()[index].value;
  const auto it = std::find(phases_.begin(), phases_.end(), phase);
  if (it != phases_.end() && (pairs_.empty() || index != PairList::none))
    return unsigned(it - phases_.begin());
  std::string list;
  for (const auto &name : phases_)
    list += (list.empty() ? "" : ", ") + name;
  throw InputError("the region '" + region + "' has no phase (phases are " + list + "); add '" + region +
                   ": <phase>' to " + where_);
}
} // namespace fe2
