// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Pairs of regions of the component's mesh (name or material id; '*': all others) and values.
 */
#ifndef fe2_macro_region_pairs_h
#define fe2_macro_region_pairs_h

#include <lib/base/pair_list.h>

#include <macro/mesh.h>

#include <map>
#include <set>

namespace fe2
{
class RegionPairs
{
public:
  RegionPairs() = default;
  /// Throws InputError: no pairs, names that the mesh does not have, regions that stand twice (also as name and id).
  template <int dim>
  RegionPairs(const std::string &text, const std::string &where, const std::string &form, const MacroMesh<dim> &mesh);

  const std::vector<PairList::Pair> &pairs() const { return list_.pairs(); }
  /// Position of the pair that holds for a material id, or PairList::none.
  std::size_t find(const unsigned int material) const;
  /// Throws InputError for a pair that holds for none of the material ids that cells have.
  void check_all_used(const std::set<unsigned int> &present) const;

private:
  std::string where_;
  PairList list_;
  std::map<unsigned int, std::size_t> by_id_;
  std::size_t others_ = PairList::none;
};
} // namespace fe2

#endif
