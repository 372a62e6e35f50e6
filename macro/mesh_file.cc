// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/mesh_file.h>

#include <lib/io/near_points.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
using namespace dealii;

namespace
{
constexpr double near_edge = 1e-3; ///< of the shortest edge: nodes closer than this are in one place
constexpr unsigned int quadrilateral = 3, hexahedron = 5, unused = std::numeric_limits<unsigned int>::max();

template <int dim>
void check_kind(const GmshMesh &gmsh, const std::string &file)
{
  if (gmsh.dimension != dim)
    throw InputError("'" + file + "' has " + gmsh.kinds() + ", a " + std::to_string(gmsh.dimension) +
                     "D mesh; set 'Dimension' to " + std::to_string(gmsh.dimension) +
                     (dim == 3 ? " or save its volumes, too" : ""));
  const unsigned int taken = dim == 2 ? quadrilateral : hexahedron;
  if (std::all_of(gmsh.elements.begin(), gmsh.elements.end(), [&](const auto &e) { return e.type == taken; }))
    return;
  const bool is_first_order =
      std::all_of(gmsh.elements.begin(), gmsh.elements.end(), [](const auto &e) { return e.type >= 2 && e.type <= 7; });
  const std::string advice = !is_first_order ? "save it with Mesh.ElementOrder = 1, "
                             : dim == 2      ? "Recombine Surface, "
                                             : "";
  throw InputError("'" + file + "' has " + gmsh.kinds() + "; fe2 takes " + (dim == 2 ? "quadrilaterals" : "hexahedra") +
                   " of first order for components (gmsh: " + advice +
                   (dim == 2 ? "or Mesh.SubdivisionAlgorithm = 1, which makes quadrilaterals of all)"
                             : "Transfinite Volume with Recombine, or Mesh.SubdivisionAlgorithm = 2, which makes "
                               "hexahedra of all)"));
}

/// The group that counts; 0: none.
int one_group(const GmshMesh::Element &e, const std::string &what, const std::string &file,
              const std::vector<std::string> &named, const std::function<std::string(int)> &name_of)
{
  std::vector<int> groups;
  for (const int group : e.groups)
    if (std::find(named.begin(), named.end(), name_of(group)) != named.end() ||
        std::find(named.begin(), named.end(), std::to_string(group)) != named.end())
      groups.push_back(group);
  if (groups.empty())
    groups = e.groups;
  if (groups.size() > 1)
    throw InputError("'" + file + "': " + what + " " + std::to_string(e.tag) + " is in the groups '" +
                     name_of(groups[0]) + "' and '" + name_of(groups[1]) + "'; fe2 takes one" +
                     (named.empty() ? "; leave the other out of the file" : ", name one of them in 'Regions'"));
  return groups.empty() ? 0 : groups.front();
}

template <int dim>
void take_nodes(const GmshMesh &gmsh, std::vector<unsigned int> &number, ComponentMesh<dim> &mesh)
{
  double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest(), extent = 0;
  for (std::size_t n = 0; n < gmsh.nodes.size(); ++n)
  {
    if (number[n] == unused)
      continue;
    Point<dim> p;
    for (unsigned int d = 0; d < dim; ++d)
      p[d] = gmsh.nodes[n][d];
    number[n] = unsigned(mesh.nodes.size());
    mesh.nodes.push_back(p);
    mesh.node_tags.push_back(gmsh.node_tags[n]);
    low = std::min(low, gmsh.nodes[n][2]);
    high = std::max(high, gmsh.nodes[n][2]);
    extent = std::max(extent, p.distance(mesh.nodes.front()));
  }
  if (dim == 2 && high - low > 1e-6 * extent)
    throw InputError("'" + mesh.file +
                     "': a two-dimensional component must lie in a plane of constant z; z runs from " + format(low) +
                     " to " + format(high));
}

template <int dim>
double shortest_edge(const ComponentMesh<dim> &mesh)
{
  double length = std::numeric_limits<double>::max();
  for (const auto &cell : mesh.cells)
    for (unsigned int l = 0; l < GeometryInfo<dim>::lines_per_cell; ++l)
      length = std::min(length, mesh.nodes[cell.vertices[GeometryInfo<dim>::line_to_cell_vertices(l, 0)]].distance(
                                    mesh.nodes[cell.vertices[GeometryInfo<dim>::line_to_cell_vertices(l, 1)]]));
  return length;
}

template <int dim>
std::vector<unsigned int> sorted(std::vector<unsigned int> vertices)
{
  std::sort(vertices.begin(), vertices.end());
  return vertices;
}

/// Nodes of faces that have one cell.
template <int dim>
std::vector<bool> surface_nodes(const ComponentMesh<dim> &mesh)
{
  std::map<std::vector<unsigned int>, unsigned int> count;
  for (const auto &cell : mesh.cells)
    for (unsigned int f = 0; f < GeometryInfo<dim>::faces_per_cell; ++f)
    {
      std::vector<unsigned int> vertices;
      for (unsigned int v = 0; v < GeometryInfo<dim>::vertices_per_face; ++v)
        vertices.push_back(cell.vertices[GeometryInfo<dim>::face_to_cell_vertices(f, v)]);
      ++count[sorted<dim>(vertices)];
    }
  std::vector<bool> result(mesh.nodes.size(), false);
  for (const auto &[vertices, n] : count)
    for (const unsigned int v : vertices)
      result[v] = result[v] || n == 1;
  return result;
}

/// Gives the nodes the numbers of those that they fall on and drops the others.
template <int dim>
void merge(ComponentMesh<dim> &mesh, const std::vector<unsigned int> &same)
{
  std::vector<unsigned int> number(same.size(), 0);
  ComponentMesh<dim> old = mesh;
  mesh.nodes.clear();
  mesh.node_tags.clear();
  for (std::size_t n = 0; n < same.size(); ++n)
    if (same[n] == n)
    {
      number[n] = unsigned(mesh.nodes.size());
      mesh.nodes.push_back(old.nodes[n]);
      mesh.node_tags.push_back(old.node_tags[n]);
    }
  for (auto &cell : mesh.cells)
    for (auto &v : cell.vertices)
      v = number[same[v]];
  mesh.faces.clear();
  for (const auto &[vertices, id] : old.faces)
  {
    auto key = vertices;
    for (auto &v : key)
      v = number[same[v]];
    mesh.faces[sorted<dim>(key)] = id;
  }
}
} // namespace

template <int dim>
ComponentMesh<dim> component_mesh(const GmshMesh &gmsh, const std::string &file, const std::vector<std::string> &named)
{
  check_kind<dim>(gmsh, file);
  ComponentMesh<dim> mesh;
  mesh.file = file;
  std::vector<unsigned int> number(gmsh.nodes.size(), unused);
  for (const auto &e : gmsh.elements)
    for (const std::size_t n : e.nodes)
      number[n] = 0;
  take_nodes(gmsh, number, mesh);
  for (const auto &e : gmsh.elements)
  {
    CellData<dim> cell;
    for (unsigned int v = 0; v < cell.vertices.size(); ++v)
      cell.vertices[GeometryInfo<dim>::ucd_to_deal[v]] = number[e.nodes[v]];
    cell.material_id =
        types::material_id(one_group(e, "element", file, named, [&](const int group) { return gmsh.region(group); }));
    mesh.cells.push_back(cell);
    mesh.cell_tags.push_back(e.tag);
  }
  const auto name_of_face = [&](const int group)
  {
    const auto it = gmsh.names.find({dim - 1, group});
    return it == gmsh.names.end() ? std::to_string(group) : it->second;
  };
  for (const auto &e : gmsh.faces)
  {
    std::vector<unsigned int> vertices;
    for (const std::size_t n : e.nodes)
      vertices.push_back(number[n]);
    if (const int group = one_group(e, "the face element", file, {}, name_of_face);
        group != 0 && std::find(vertices.begin(), vertices.end(), unused) == vertices.end())
      mesh.faces[sorted<dim>(vertices)] = types::boundary_id(group);
  }
  return mesh;
}

template <int dim>
std::size_t treat_double_nodes(ComponentMesh<dim> &mesh, const std::string &what)
{
  if (what == "keep")
    return 0;
  const auto on_surface = surface_nodes(mesh);
  NearPoints<dim> known(near_edge * shortest_edge(mesh));
  std::vector<unsigned int> same(mesh.nodes.size());
  std::size_t n_double = 0, first = 0;
  for (unsigned int n = 0; n < same.size(); ++n)
  {
    same[n] = n;
    if (!on_surface[n])
      continue;
    if (const auto other = known.find(mesh.nodes[n]); other == NearPoints<dim>::none)
      known.add(mesh.nodes[n], n);
    else
    {
      same[n] = unsigned(other);
      first = n_double++ == 0 ? n : first;
    }
  }
  if (n_double > 0 && what == "refuse")
  {
    std::string place;
    for (unsigned int d = 0; d < dim; ++d)
      place += (d > 0 ? ", " : "") + format(mesh.nodes[first][d], 8);
    throw InputError("'" + mesh.file + "': " + std::to_string(n_double) +
                     " nodes lie in the place of another one (the first: " + std::to_string(mesh.node_tags[first]) +
                     " on " + std::to_string(mesh.node_tags[same[first]]) + " at (" + place +
                     ")), so that parts that touch there are not joined; set 'Merge nodes' to merge, to join them, or "
                     "to keep, if they are a crack or parts that come apart");
  }
  if (n_double > 0)
    merge(mesh, same);
  return n_double;
}

template ComponentMesh<2> component_mesh(const GmshMesh &, const std::string &, const std::vector<std::string> &);
template ComponentMesh<3> component_mesh(const GmshMesh &, const std::string &, const std::vector<std::string> &);
template std::size_t treat_double_nodes(ComponentMesh<2> &, const std::string &);
template std::size_t treat_double_nodes(ComponentMesh<3> &, const std::string &);
} // namespace fe2
