// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/gmsh_file.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>

#include <rve/finite_element/node_order.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>

namespace fe2
{
namespace
{
using dealii::Point;

std::pair<CellKind, unsigned int> kind_of(const GmshMesh &gmsh, const std::string &file)
{
  const unsigned int type = gmsh.elements.front().type;
  for (const auto &e : gmsh.elements)
    if (e.type != type)
      throw InputError("'" + file + "' mixes elements: " + gmsh.kinds() + "; fe2 takes one kind in an RVE's mesh");
  for (const CellKind kind : {CellKind::hypercube, CellKind::simplex})
    for (const unsigned int degree : {1u, 2u})
      if (gmsh_type(int(gmsh.dimension), kind, degree) == type)
        return {kind, degree};
  throw InputError("'" + file + "' has " + gmsh_types().at(type).name +
                   "; fe2 takes triangles, quadrilaterals, tetrahedra and hexahedra of first or complete second order "
                   "(gmsh: Mesh.SecondOrderIncomplete = 0)");
}

/// Surfaces may be oriented either way in 2D: turns the elements that are clockwise.
void turn_clockwise(RveMesh<2> &mesh)
{
  const unsigned int n = mesh.nodes_per_cell();
  const auto is_clockwise = [&](const std::size_t c)
  {
    // The diagonals of a quadrilateral (vertices in lexicographic order), two edges of a triangle.
    const auto *cell = mesh.cell(c);
    const bool quadrilateral = mesh.kind == CellKind::hypercube;
    const auto a = mesh.nodes[cell[quadrilateral ? 3 : 1]] - mesh.nodes[cell[0]],
               b = mesh.nodes[cell[2]] - mesh.nodes[cell[quadrilateral ? 1 : 0]];
    return a[0] * b[1] - a[1] * b[0] < 0;
  };
  // Exchanging the two unit coordinates turns a cell.
  const auto fe = make_rve_element<2>(mesh.kind, mesh.degree);
  std::vector<unsigned int> turned(n);
  const auto &support = fe->get_unit_support_points();
  for (unsigned int i = 0; i < n; ++i)
    for (unsigned int j = 0; j < n; ++j)
      if (support[j].distance(Point<2>(support[i][1], support[i][0])) < 1e-8)
        turned[i] = j;
  std::vector<unsigned int> cell(n);
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
  {
    if (!is_clockwise(c))
      continue;
    for (unsigned int i = 0; i < n; ++i)
      cell[i] = mesh.cell(c)[turned[i]];
    std::copy(cell.begin(), cell.end(), mesh.cell_nodes.begin() + long(c * n));
  }
}

/// Every element is counterclockwise now: one that runs along an edge the same way as its neighbour lies over it.
void check_neighbours(const RveMesh<2> &mesh, const std::string &file)
{
  std::map<std::pair<unsigned int, unsigned int>, std::size_t> edges;
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
  {
    std::vector<unsigned int> ring(mesh.cell(c), mesh.cell(c) + (mesh.kind == CellKind::hypercube ? 4 : 3));
    if (ring.size() == 4)
      std::swap(ring[2], ring[3]);
    for (std::size_t i = 0; i < ring.size(); ++i)
      if (const auto [it, is_new] = edges.insert({{ring[i], ring[(i + 1) % ring.size()]}, c}); !is_new)
        throw InputError("'" + file + "': the elements " + std::to_string(mesh.cell_tag(it->second)) + " and " +
                         std::to_string(mesh.cell_tag(c)) + " lie on the same side of their common edge at (" +
                         format(mesh.nodes[ring[i]][0], 8) + ", " + format(mesh.nodes[ring[i]][1], 8) +
                         "): one is folded over the other; improve the mesh");
  }
}

constexpr unsigned int unused = std::numeric_limits<unsigned int>::max();

/// Nodes that are not `unused`, their numbers, and the edges of their box.
template <int dim>
void take_nodes(const GmshMesh &gmsh, const std::string &file, std::vector<unsigned int> &number, RveMesh<dim> &mesh)
{
  Point<dim> low, high;
  for (unsigned int d = 0; d < dim; ++d)
  {
    low[d] = std::numeric_limits<double>::max();
    high[d] = std::numeric_limits<double>::lowest();
  }
  std::size_t first = gmsh.nodes.size();
  for (std::size_t n = 0; n < gmsh.nodes.size(); ++n)
  {
    if (number[n] == unused)
      continue;
    first = std::min(first, n);
    Point<dim> p;
    for (unsigned int d = 0; d < dim; ++d)
    {
      p[d] = gmsh.nodes[n][d];
      low[d] = std::min(low[d], p[d]);
      high[d] = std::max(high[d], p[d]);
    }
    if (dim == 2 && std::abs(gmsh.nodes[n][2] - gmsh.nodes[first][2]) > 1e-6 * (high - low).norm())
      throw InputError("'" + file + "': a two-dimensional RVE must lie in a plane of constant z; node " +
                       std::to_string(gmsh.node_tags[n]) + " does not");
    number[n] = unsigned(mesh.nodes.size());
    mesh.nodes.push_back(p);
    mesh.node_tags.push_back(gmsh.node_tags[n]);
  }
  for (unsigned int d = 0; d < dim; ++d)
    mesh.lattice[d][d] = high[d] - low[d];
}

/// The phase that the groups of an element mean; groups without one (such as 'all') count only if there is no other.
unsigned int phase_of_groups(const GmshMesh &gmsh, const GmshMesh::Element &e, const std::string &file,
                             const std::function<unsigned int(const std::string &)> &phase_of)
{
  std::string first_fault, named;
  unsigned int phase = 0;
  for (const int group : e.groups)
  {
    const std::string region = gmsh.region(group);
    unsigned int p = 0;
    try
    {
      p = phase_of(region);
    }
    catch (const InputError &fault)
    {
      first_fault = first_fault.empty() ? fault.what() : first_fault;
      continue;
    }
    if (!named.empty() && p != phase)
      throw InputError("'" + file + "': element " + std::to_string(e.tag) + " is in the groups '" + named + "' and '" +
                       region + "', which mean different phases; name only one of them in 'Regions'");
    named = region;
    phase = p;
  }
  if (!named.empty())
    return phase;
  std::string list;
  for (const int group : e.groups)
    list += (list.empty() ? "'" : ", '") + gmsh.region(group) + "'";
  throw InputError(first_fault + (e.groups.size() > 1 ? "; element " + std::to_string(e.tag) + " is in the groups " +
                                                            list + ", of which the one that means a phase must be named"
                                                      : ""));
}
} // namespace

template <int dim>
RveMesh<dim> make_rve_mesh(const GmshMesh &gmsh, const std::string &file,
                           const std::function<unsigned int(const std::string &region)> &phase_of)
{
  if (gmsh.dimension != dim)
    throw InputError("'" + file + "' is no " + std::to_string(dim) + "D mesh");
  RveMesh<dim> mesh;
  std::tie(mesh.kind, mesh.degree) = kind_of(gmsh, file);
  const auto order = gmsh_order<dim>(mesh.kind, mesh.degree);
  // Files have nodes of no element: middles of circles, points of the geometry, other surfaces.
  std::vector<unsigned int> number(gmsh.nodes.size(), unused);
  for (const auto &e : gmsh.elements)
    for (const std::size_t n : e.nodes)
      number[n] = 0;
  take_nodes(gmsh, file, number, mesh);
  std::map<std::vector<int>, unsigned int> phases;
  std::vector<unsigned int> nodes(order.size());
  for (const auto &e : gmsh.elements)
  {
    if (e.groups.empty())
      throw InputError("'" + file + "': element " + std::to_string(e.tag) +
                       " belongs to no physical group; give every surface or volume one (gmsh: 'Physical Surface' or "
                       "'Physical Volume'), its name says the phase");
    auto it = phases.find(e.groups);
    if (it == phases.end())
      it = phases.emplace(e.groups, phase_of_groups(gmsh, e, file, phase_of)).first;
    for (std::size_t i = 0; i < order.size(); ++i)
      nodes[order[i]] = number[e.nodes[i]];
    mesh.add_cell(nodes, it->second);
    mesh.cell_tags.push_back(e.tag);
  }
  if constexpr (dim == 2)
  {
    turn_clockwise(mesh);
    check_neighbours(mesh, file);
  }
  return mesh;
}

template <int dim>
void write_gmsh(const std::string &file, const RveMesh<dim> &mesh, const std::vector<std::string> &phases)
{
  std::ofstream out(file);
  out.precision(17);
  out << "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n" << phases.size() << "\n";
  for (std::size_t p = 0; p < phases.size(); ++p)
    out << dim << " " << p + 1 << " \"" << phases[p] << "\"\n";
  out << "$EndPhysicalNames\n$Nodes\n" << mesh.nodes.size() << "\n";
  for (std::size_t n = 0; n < mesh.nodes.size(); ++n)
    out << n + 1 << " " << mesh.nodes[n][0] << " " << mesh.nodes[n][1] << " "
        << (dim == 3 ? mesh.nodes[n][dim - 1] : 0.) << "\n";
  out << "$EndNodes\n$Elements\n" << mesh.n_cells() << "\n";
  const auto order = gmsh_order<dim>(mesh.kind, mesh.degree);
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
  {
    out << c + 1 << " " << gmsh_type(dim, mesh.kind, mesh.degree) << " 2 " << mesh.phases[c] + 1 << " "
        << mesh.phases[c] + 1;
    for (const unsigned int i : order)
      out << " " << mesh.cell(c)[i] + 1;
    out << "\n";
  }
  out << "$EndElements\n";
  if (!out.flush())
    throw RunError("'" + file + "' cannot be written");
}

template RveMesh<2> make_rve_mesh<2>(const GmshMesh &, const std::string &,
                                     const std::function<unsigned int(const std::string &)> &);
template RveMesh<3> make_rve_mesh<3>(const GmshMesh &, const std::string &,
                                     const std::function<unsigned int(const std::string &)> &);
template void write_gmsh(const std::string &, const RveMesh<2> &, const std::vector<std::string> &);
template void write_gmsh(const std::string &, const RveMesh<3> &, const std::vector<std::string> &);
} // namespace fe2
