// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Which phase each region (physical name, voxel id) of a file has: 'region: phase' pairs between commas (PairList); a
 * region may end with '*', which stands for anything. Without pairs a region's name is that of its phase.
 */
#ifndef fe2_rve_region_map_h
#define fe2_rve_region_map_h

#include <lib/base/pair_list.h>
#include <lib/base/parameters.h>

namespace fe2
{
class RegionMap
{
public:
  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults, const std::vector<std::string> &phases);
  bool empty() const { return pairs_.empty(); }
  /// Throws InputError for a pair that holds for no region that was asked for.
  void check_all_used() const { pairs_.check_all_used("file", "region"); }
  /// Position of the phase. Throws InputError naming the region.
  unsigned int phase_of(const std::string &region) const;

private:
  std::string text_, where_;
  std::vector<std::string> phases_;
  PairList pairs_;
};
} // namespace fe2

#endif
