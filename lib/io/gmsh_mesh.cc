// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/errors.h>
#include <lib/io/gmsh_reader.h>

#include <algorithm>
#include <numeric>

namespace fe2
{
const std::map<unsigned int, GmshType> &gmsh_types()
{
  static const std::map<unsigned int, GmshType> types = {{1, {"lines", 1, 2}},
                                                         {2, {"triangles", 2, 3}},
                                                         {3, {"quadrilaterals", 2, 4}},
                                                         {4, {"tetrahedra", 3, 4}},
                                                         {5, {"hexahedra", 3, 8}},
                                                         {6, {"prisms", 3, 6}},
                                                         {7, {"pyramids", 3, 5}},
                                                         {8, {"lines of second order", 1, 3}},
                                                         {9, {"triangles of second order", 2, 6}},
                                                         {10, {"quadrilaterals of second order", 2, 9}},
                                                         {11, {"tetrahedra of second order", 3, 10}},
                                                         {12, {"hexahedra of second order", 3, 27}},
                                                         {13, {"prisms of second order", 3, 18}},
                                                         {14, {"pyramids of second order", 3, 14}},
                                                         {15, {"points", 0, 1}},
                                                         {16, {"8-node quadrilaterals", 2, 8}},
                                                         {17, {"20-node hexahedra", 3, 20}},
                                                         {18, {"15-node prisms", 3, 15}},
                                                         {19, {"13-node pyramids", 3, 13}}};
  return types;
}

namespace
{
using Elements = std::vector<GmshMesh::Element>;
using Keys = std::vector<std::vector<std::size_t>>;

Keys sorted_nodes(const Elements &elements)
{
  Keys keys;
  for (const auto &e : elements)
  {
    keys.push_back(e.nodes);
    std::sort(keys.back().begin(), keys.back().end());
  }
  return keys;
}

/// For each element the first one with the same nodes.
std::vector<std::size_t> first_copies(const Keys &keys)
{
  std::vector<std::size_t> order(keys.size()), first(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](const std::size_t a, const std::size_t b) { return keys[a] != keys[b] ? keys[a] < keys[b] : a < b; });
  for (std::size_t i = 0; i < order.size(); ++i)
    first[order[i]] = i > 0 && keys[order[i]] == keys[order[i - 1]] ? first[order[i - 1]] : order[i];
  return first;
}

/// Adds the groups of copies to the first. Returns the number of a copy that brings none, or the number of elements.
std::size_t join(Elements &elements, const std::vector<std::size_t> &first)
{
  std::size_t fault = elements.size();
  Elements kept;
  for (std::size_t i = 0; i < elements.size(); ++i)
  {
    if (first[i] == i)
      continue;
    auto &groups = elements[first[i]].groups;
    bool is_new = elements[i].groups.empty() != groups.empty();
    for (const int group : elements[i].groups)
      if (std::find(groups.begin(), groups.end(), group) == groups.end())
      {
        groups.push_back(group);
        is_new = true;
      }
    if (!is_new)
      fault = std::min(fault, i);
  }
  return fault;
}

void drop(Elements &elements, const std::vector<std::size_t> &first)
{
  Elements kept;
  for (std::size_t i = 0; i < elements.size(); ++i)
    if (first[i] == i)
      kept.push_back(std::move(elements[i]));
  elements = std::move(kept);
}
} // namespace

void GmshMesh::join_copies(const std::string &file, const bool may_repeat)
{
  const Keys keys = sorted_nodes(elements);
  for (std::size_t i = 0; i < elements.size(); ++i)
    if (const auto it = std::adjacent_find(keys[i].begin(), keys[i].end()); it != keys[i].end())
      throw InputError("'" + file + "': element " + std::to_string(elements[i].tag) + " has the node " +
                       std::to_string(node_tags[*it]) + " twice");
  const auto first = first_copies(keys);
  std::size_t copy = join(elements, first);
  for (std::size_t i = 0; i < elements.size() && !may_repeat; ++i)
    copy = first[i] != i ? std::min(copy, i) : copy;
  if (copy < elements.size())
    throw InputError("'" + file + "': element " + std::to_string(elements[copy].tag) + " is element " +
                     std::to_string(elements[first[copy]].tag) + " again, they have the same nodes; delete one");
  drop(elements, first);
  const auto first_face = first_copies(sorted_nodes(faces));
  join(faces, first_face);
  drop(faces, first_face);
}

std::string GmshMesh::region(const int group) const
{
  const auto it = names.find({dimension, group});
  return it == names.end() ? std::to_string(group) : it->second;
}

std::string GmshMesh::kinds() const
{
  std::map<unsigned int, std::size_t> counts;
  for (const auto &e : elements)
    ++counts[e.type];
  std::string text;
  for (const auto &[type, n] : counts)
    text += (text.empty() ? "" : " and ") + std::to_string(n) + " " + gmsh_types().at(type).name;
  return text;
}

} // namespace fe2
