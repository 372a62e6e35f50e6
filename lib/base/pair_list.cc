// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/pair_list.h>
#include <lib/base/parameter_tree.h>

#include <algorithm>

namespace fe2
{
void PairList::read(const std::string &text, const std::string &where, const std::string &form, Faults &faults)
{
  where_ = where;
  pairs_.clear();
  for (const auto &piece : split(text, ','))
  {
    const auto colon = piece.rfind(':');
    const Pair pair{trim(piece.substr(0, colon)), colon == std::string::npos ? "" : trim(piece.substr(colon + 1))};
    const auto same = [&pair](const Pair &other) { return other.name == pair.name; };
    if (pair.name.empty() || pair.value.empty())
      faults.add(where, piece, "must be '" + form + "'");
    else if (std::any_of(pairs_.begin(), pairs_.end(), same))
      faults.add(where, pair.name, "stands twice");
    else
      pairs_.push_back(pair);
  }
}

std::size_t PairList::find(const std::string &name) const
{
  asked_.insert(name);
  std::size_t best = none, longest = 0;
  for (std::size_t i = 0; i < pairs_.size(); ++i)
  {
    const std::string &n = pairs_[i].name;
    const bool exact = n == name;
    if (exact || (!pairs_[i].exact() && n.size() > longest && name.compare(0, n.size() - 1, n, 0, n.size() - 1) == 0))
    {
      best = i;
      longest = n.size();
    }
    if (exact)
      break;
  }
  if (best != none)
    used_.insert(best);
  return best;
}

void PairList::check_all_used(const std::string &owner, const std::string &kind) const
{
  for (std::size_t i = 0; i < pairs_.size(); ++i)
  {
    if (used_.count(i) > 0)
      continue;
    const auto &pair = pairs_[i];
    const std::vector<std::string> known(asked_.begin(), asked_.end());
    if (pair.exact())
      throw InputError(where_ + ": the " + owner + " has no " + kind + " '" + pair.name + "'; " +
                       suggest(pair.name, known));
    throw InputError(where_ + ": '" + pair.name + ": " + pair.value + "' is never used: the " + owner + " has no " +
                     kind + " that begins so and has no pair of its own; remove it (there are " +
                     std::to_string(known.size()) + " " + kind + "s; " + suggest(pair.name, known) + ")");
  }
}
} // namespace fe2
