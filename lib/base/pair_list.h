// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Lists such as 'name: value, grain*: other, *: rest': which value a name has. A pair of exactly this name wins, then
 * the longest beginning before a '*', whatever their order. Pairs that no name was looked up for are listed.
 */
#ifndef fe2_lib_base_pair_list_h
#define fe2_lib_base_pair_list_h

#include <lib/base/errors.h>

#include <set>
#include <string>
#include <vector>

namespace fe2
{
class PairList
{
public:
  struct Pair
  {
    std::string name, value;
    bool exact() const { return name.back() != '*'; }
  };
  static constexpr std::size_t none = std::size_t(-1);

  /// Pieces between commas; the value stands behind the last ':'. Faults: a piece that is no pair ("must be `form`"), a
  /// name that stands twice. `where` names the entry.
  void read(const std::string &text, const std::string &where, const std::string &form, Faults &faults);
  const std::vector<Pair> &pairs() const { return pairs_; }
  bool empty() const { return pairs_.empty(); }
  /// Position of the pair that holds for a name, or `none`.
  std::size_t find(const std::string &name) const;
  /// Throws InputError, naming `where`, for a pair that `find` never returned; `owner`: whose names they are.
  void check_all_used(const std::string &owner, const std::string &kind) const;

private:
  std::string where_;
  std::vector<Pair> pairs_;
  mutable std::set<std::string> asked_;
  mutable std::set<std::size_t> used_;
};
} // namespace fe2

#endif
