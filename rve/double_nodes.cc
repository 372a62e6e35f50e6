// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/double_nodes.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>
#include <lib/io/near_points.h>

#include <rve/finite_element/outer_boundary.h>

#include <cmath>

namespace fe2
{
using namespace dealii;

namespace
{
template <int dim>
void merge(RveMesh<dim> &mesh, const std::vector<unsigned int> &same)
{
  std::vector<unsigned int> number(same.size(), 0);
  const auto nodes = mesh.nodes;
  const auto tags = mesh.node_tags;
  mesh.nodes.clear();
  mesh.node_tags.clear();
  for (std::size_t n = 0; n < same.size(); ++n)
    if (same[n] == n)
    {
      number[n] = unsigned(mesh.nodes.size());
      mesh.nodes.push_back(nodes[n]);
      if (n < tags.size())
        mesh.node_tags.push_back(tags[n]);
    }
  for (auto &n : mesh.cell_nodes)
    n = number[same[n]];
}
} // namespace

template <int dim>
std::size_t treat_double_nodes(RveMesh<dim> &mesh, const double tolerance, const std::string &what,
                               const std::string &entry)
{
  if (what == "keep")
    return 0;
  NearPoints<dim> known(tolerance * std::pow(mesh.cell_volume(), 1. / dim));
  std::vector<unsigned int> same(mesh.nodes.size());
  for (unsigned int n = 0; n < same.size(); ++n)
    same[n] = n;
  std::size_t n_double = 0;
  unsigned int first = 0;
  for (const unsigned int n : surface_nodes(mesh))
  {
    const auto other = known.find(mesh.nodes[n]);
    if (other == NearPoints<dim>::none)
    {
      known.add(mesh.nodes[n], n);
      continue;
    }
    same[n] = unsigned(other);
    first = n_double++ == 0 ? n : first;
  }
  if (n_double > 0 && what == "refuse")
  {
    std::string place;
    for (unsigned int d = 0; d < dim; ++d)
      place += (d > 0 ? ", " : "") + format(mesh.nodes[first][d], 8);
    throw InputError(std::to_string(n_double) +
                     " nodes of the RVE's mesh lie in the place of another one (the first: " +
                     std::to_string(mesh.node_tag(first)) + " on " + std::to_string(mesh.node_tag(same[first])) +
                     " at (" + place + ")), so that phases that touch there are not joined; set " + entry +
                     " to merge, to join them, or to keep, if they are a crack");
  }
  if (n_double > 0)
    merge(mesh, same);
  return n_double;
}

template std::size_t treat_double_nodes(RveMesh<2> &, const double, const std::string &, const std::string &);
template std::size_t treat_double_nodes(RveMesh<3> &, const double, const std::string &, const std::string &);
} // namespace fe2
