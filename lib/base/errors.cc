// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/errors.h>

#include <algorithm>
#include <numeric>

namespace fe2
{
void Faults::add(const std::string &where, const std::string &value, const std::string &cure)
{
  texts_.push_back(where + (value.empty() ? "" : " = '" + value + "'") + ": " + cure);
}

void Faults::throw_if_any(const std::string &source) const
{
  if (texts_.empty())
    return;
  std::string text = source + ": " + std::to_string(texts_.size()) + (texts_.size() == 1 ? " fault" : " faults");
  for (const auto &t : texts_)
    text += "\n  - " + t;
  throw InputError(text);
}

namespace
{
std::size_t edit_distance(const std::string &a, const std::string &b)
{
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i)
  {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j)
    {
      const std::size_t above = row[j];
      const bool equal = std::tolower(a[i - 1]) == std::tolower(b[j - 1]);
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (equal ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}
} // namespace

std::string suggest(const std::string &name, const std::vector<std::string> &candidates)
{
  if (candidates.empty())
    return "nothing is allowed here";
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto &c : candidates)
    ranked.emplace_back(edit_distance(name, c), c);
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
  const bool close = ranked.front().first <= std::max<std::size_t>(2, name.size() / 3);
  std::size_t n = candidates.size() <= 8 && !close ? candidates.size() : std::min<std::size_t>(3, ranked.size());
  while (close && n > 1 && ranked[n - 1].first > ranked[0].first + 1)
    --n;
  std::string text = close ? "did you mean " : "known are ";
  for (std::size_t i = 0; i < n; ++i)
    text += (i == 0 ? "'" : i + 1 == n ? " or '" : ", '") + ranked[i].second + "'";
  return text + (close ? "?" : n < candidates.size() ? " and others" : "");
}
} // namespace fe2
