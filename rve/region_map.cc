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
        "that begin so. Empty: regions are called like their phases.");
}

void RegionMap::validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases)
{
  phases_ = phases;
  for (const auto &piece : split(text_, ','))
  {
    const auto colon = piece.rfind(':');
    const std::string region = trim(piece.substr(0, colon));
    const std::string phase = colon == std::string::npos ? "" : trim(piece.substr(colon + 1));
    const auto it = std::find(phases.begin(), phases.end(), phase);
    if (region.empty() || phase.empty())
      faults.add(p.where("Regions"), piece, "must be 'region: phase'");
    else if (it == phases.end())
      faults.add(p.where("Regions"), phase, "is no phase of this micro model; " + suggest(phase, phases));
    else
      pairs_.emplace_back(region, unsigned(it - phases.begin()));
  }
}

void RegionMap::check_all_used() const
{
  for (const auto &pair : pairs_)
    if (pair.first.back() != '*' && asked_.count(pair.first) == 0)
      throw InputError(where_ + ": the file has no region '" + pair.first + "'; " +
                       suggest(pair.first, {asked_.begin(), asked_.end()}));
}

unsigned int RegionMap::phase_of(const std::string &region) const
{
  asked_.insert(region);
  for (const auto &[name, phase] : pairs_)
    if (name == region || (name.back() == '*' && region.rfind(name.substr(0, name.size() - 1), 0) == 0))
      return phase;
  if (const auto it = std::find(phases_.begin(), phases_.end(), region); pairs_.empty() && it != phases_.end())
    return unsigned(it - phases_.begin());
  std::string list;
  for (const auto &name : phases_)
    list += (list.empty() ? "" : ", ") + name;
  throw InputError("the region '" + region + "' has no phase (phases are " + list + "); add '" + region +
                   ": <phase>' to " + where_);
}
} // namespace fe2
