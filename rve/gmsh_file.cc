// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/gmsh_file.h>

#include <lib/base/errors.h>
#include <lib/base/parameter_tree.h>

#include <rve/finite_element/node_order.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <unordered_map>

namespace fe2
{
namespace
{
using dealii::Point;

struct ElementType
{
  const char *name;
  unsigned int dimension, n_nodes;
};

const std::map<unsigned int, ElementType> &element_types()
{
  static const std::map<unsigned int, ElementType> types = {{1, {"lines", 1, 2}},
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

/// Reads numbers of one section; complains with file and section.
class Section
{
public:
  Section(const std::string &file, const std::string &name, const std::string &text)
      : file_(file), name_(name), in_(text)
  {
  }
  template <class T>
  T next()
  {
    T value;
    if (!(in_ >> value))
      throw InputError("'" + file_ + "': the section $" + name_ + " ends early or has something that is no number");
    return value;
  }
  std::string line()
  {
    std::string text;
    std::getline(in_, text);
    return text;
  }

private:
  const std::string &file_;
  std::string name_;
  std::istringstream in_;
};

class Reader
{
public:
  explicit Reader(const std::string &file) : file_(file) {}

  GmshMesh read()
  {
    split_sections();
    read_format();
    if (has("PhysicalNames"))
      read_names();
    if (new_format_ && has("Entities"))
      read_entities();
    new_format_ ? read_nodes_4() : read_nodes_2();
    new_format_ ? read_elements_4() : read_elements_2();
    keep_highest();
    return mesh_;
  }

private:
  bool has(const std::string &name) const { return sections_.count(name) > 0; }
  Section open(const std::string &name) const
  {
    const auto it = sections_.find(name);
    if (it == sections_.end())
      throw InputError("'" + file_ + "' has no section $" + name + "; is it a gmsh mesh, and complete?");
    return Section(file_, name, it->second);
  }

  void split_sections()
  {
    std::ifstream in(file_);
    if (!in)
      throw InputError("the mesh file '" + file_ + "' cannot be opened");
    std::string name, text;
    for (std::string line; std::getline(in, line);)
    {
      while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
        line.pop_back();
      if (line.empty() || line[0] != '$')
        text += name.empty() ? "" : line + "\n";
      else if (line == "$End" + name)
      {
        sections_[name] = text;
        name.clear();
        text.clear();
      }
      else if (name.empty())
        name = line.substr(1);
    }
    if (!name.empty())
      throw InputError("'" + file_ + "' ends within the section $" + name + "; it is cut off");
  }

  void read_format()
  {
    auto section = open("MeshFormat");
    const double version = section.next<double>();
    const int binary = section.next<int>();
    if (binary != 0)
      throw InputError("'" + file_ + "' is binary; save it as ASCII (gmsh: Mesh.Binary = 0)");
    new_format_ = version >= 4;
    if (!(version >= 2 && version < 3) && !(version >= 4.1 && version < 5))
      throw InputError("'" + file_ + "' has gmsh's format " + std::to_string(version) + "; save it as 2.2 or 4.1");
  }

  void read_names()
  {
    auto section = open("PhysicalNames");
    const auto n = section.next<std::size_t>();
    for (std::size_t i = 0; i < n; ++i)
    {
      const auto dim = section.next<unsigned int>();
      const auto tag = section.next<int>();
      std::string name = trim(section.line());
      if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
        name = name.substr(1, name.size() - 2);
      names_[{dim, tag}] = name;
    }
  }

  void read_entities()
  {
    auto section = open("Entities");
    std::size_t counts[4];
    for (auto &c : counts)
      c = section.next<std::size_t>();
    for (unsigned int d = 0; d < 4; ++d)
      for (std::size_t i = 0; i < counts[d]; ++i)
      {
        const int tag = section.next<int>();
        for (unsigned int k = 0; k < (d == 0 ? 3u : 6u); ++k)
          section.next<double>();
        const auto n_groups = section.next<std::size_t>();
        for (std::size_t k = 0; k < n_groups; ++k)
        {
          const int group = section.next<int>();
          if (k == 0)
            groups_[{d, tag}] = group;
        }
        if (d > 0)
        {
          const auto n_boundary = section.next<std::size_t>();
          for (std::size_t k = 0; k < n_boundary; ++k)
            section.next<int>();
        }
      }
  }

  void add_node(const std::size_t tag, Section &section)
  {
    Point<3> p;
    for (unsigned int d = 0; d < 3; ++d)
    {
      p[d] = section.next<double>();
      if (!std::isfinite(p[d]))
        throw InputError("'" + file_ + "': node " + std::to_string(tag) + " has a coordinate that is no number");
    }
    if (!index_.emplace(tag, mesh_.nodes.size()).second)
      throw InputError("'" + file_ + "': node " + std::to_string(tag) + " stands twice");
    mesh_.nodes.push_back(p);
    mesh_.node_tags.push_back(tag);
  }

  void read_nodes_2()
  {
    auto section = open("Nodes");
    const auto n = section.next<std::size_t>();
    for (std::size_t i = 0; i < n; ++i)
      add_node(section.next<std::size_t>(), section);
  }

  void read_nodes_4()
  {
    auto section = open("Nodes");
    const auto n_blocks = section.next<std::size_t>();
    for (unsigned int k = 0; k < 3; ++k)
      section.next<std::size_t>();
    for (std::size_t b = 0; b < n_blocks; ++b)
    {
      const int dim = section.next<int>();
      section.next<int>();
      const int parametric = section.next<int>();
      std::vector<std::size_t> tags(section.next<std::size_t>());
      for (auto &t : tags)
        t = section.next<std::size_t>();
      for (const auto t : tags)
      {
        add_node(t, section);
        for (int k = 0; k < dim && parametric != 0; ++k)
          section.next<double>();
      }
    }
  }

  std::string region(const unsigned int dim, const int group) const
  {
    if (group == 0)
      return "";
    const auto it = names_.find({dim, group});
    return it == names_.end() ? std::to_string(group) : it->second;
  }

  const ElementType &type_of(const unsigned int type, const std::size_t tag) const
  {
    const auto it = element_types().find(type);
    if (it == element_types().end())
      throw InputError("'" + file_ + "': element " + std::to_string(tag) + " is of gmsh's type " +
                       std::to_string(type) + ", which fe2 does not know; use elements of order 1 or 2");
    return it->second;
  }

  void add_element(const unsigned int type, const std::size_t tag, const int group, Section &section)
  {
    const ElementType &t = type_of(type, tag);
    GmshMesh::Element e{type, tag, region(t.dimension, group), {}};
    for (unsigned int k = 0; k < t.n_nodes; ++k)
    {
      const auto node = section.next<std::size_t>();
      const auto it = index_.find(node);
      if (it == index_.end())
        throw InputError("'" + file_ + "': element " + std::to_string(tag) + " has the node " + std::to_string(node) +
                         ", which is not in the file");
      e.nodes.push_back(it->second);
    }
    mesh_.elements.push_back(std::move(e));
  }

  void read_elements_2()
  {
    auto section = open("Elements");
    const auto n = section.next<std::size_t>();
    for (std::size_t i = 0; i < n; ++i)
    {
      const auto tag = section.next<std::size_t>();
      const auto type = section.next<unsigned int>();
      const auto n_tags = section.next<unsigned int>();
      int group = 0;
      for (unsigned int k = 0; k < n_tags; ++k)
      {
        const int value = section.next<int>();
        group = k == 0 ? value : group;
      }
      add_element(type, tag, group, section);
    }
  }

  void read_elements_4()
  {
    auto section = open("Elements");
    const auto n_blocks = section.next<std::size_t>();
    for (unsigned int k = 0; k < 3; ++k)
      section.next<std::size_t>();
    for (std::size_t b = 0; b < n_blocks; ++b)
    {
      const auto dim = section.next<unsigned int>();
      const int entity = section.next<int>();
      const auto type = section.next<unsigned int>();
      const auto n = section.next<std::size_t>();
      const auto it = groups_.find({dim, entity});
      for (std::size_t i = 0; i < n; ++i)
      {
        const auto tag = section.next<std::size_t>();
        add_element(type, tag, it == groups_.end() ? 0 : it->second, section);
      }
    }
  }

  void keep_highest()
  {
    for (const auto &e : mesh_.elements)
      mesh_.dimension = std::max(mesh_.dimension, element_types().at(e.type).dimension);
    if (mesh_.dimension < 2)
      throw InputError("'" + file_ + "' has no triangles, quadrilaterals, tetrahedra or hexahedra");
    std::vector<GmshMesh::Element> kept;
    for (auto &e : mesh_.elements)
      if (element_types().at(e.type).dimension == mesh_.dimension)
        kept.push_back(std::move(e));
    mesh_.elements = std::move(kept);
  }

  std::string file_;
  bool new_format_ = false;
  std::map<std::string, std::string> sections_;
  std::map<std::pair<unsigned int, int>, std::string> names_;
  std::map<std::pair<unsigned int, int>, int> groups_;
  std::unordered_map<std::size_t, std::size_t> index_;
  GmshMesh mesh_;
};

std::pair<CellKind, unsigned int> kind_of(const GmshMesh &gmsh, const std::string &file)
{
  std::map<unsigned int, std::size_t> counts;
  for (const auto &e : gmsh.elements)
    ++counts[e.type];
  if (counts.size() > 1)
  {
    std::string text;
    for (const auto &[type, n] : counts)
      text += (text.empty() ? "" : " and ") + std::to_string(n) + " " + element_types().at(type).name;
    throw InputError("'" + file + "' mixes elements: " + text + "; fe2 takes one kind in a mesh");
  }
  const unsigned int type = counts.begin()->first;
  for (const CellKind kind : {CellKind::hypercube, CellKind::simplex})
    for (const unsigned int degree : {1u, 2u})
      if (gmsh_type(int(gmsh.dimension), kind, degree) == type)
        return {kind, degree};
  throw InputError("'" + file + "' has " + element_types().at(type).name +
                   "; fe2 takes triangles, quadrilaterals, tetrahedra and hexahedra of first or complete second order "
                   "(gmsh: Mesh.SecondOrderIncomplete = 0)");
}

/// Surfaces may be oriented either way in 2D: turns all elements if all are clockwise.
void turn_if_clockwise(RveMesh<2> &mesh)
{
  const unsigned int n = mesh.nodes_per_cell();
  const auto fe = make_rve_element<2>(mesh.kind, mesh.degree);
  const auto signed_area = [&](const std::size_t c)
  {
    const auto *cell = mesh.cell(c);
    const auto a = mesh.nodes[cell[1]] - mesh.nodes[cell[0]], b = mesh.nodes[cell[2]] - mesh.nodes[cell[0]];
    return a[0] * b[1] - a[1] * b[0];
  };
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
    if (signed_area(c) > 0)
      return;
  // Exchanging the two unit coordinates turns a cell.
  std::vector<unsigned int> turned(n);
  const auto &support = fe->get_unit_support_points();
  for (unsigned int i = 0; i < n; ++i)
    for (unsigned int j = 0; j < n; ++j)
      if (support[j].distance(Point<2>(support[i][1], support[i][0])) < 1e-8)
        turned[i] = j;
  std::vector<unsigned int> cell(n);
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
  {
    for (unsigned int i = 0; i < n; ++i)
      cell[i] = mesh.cell(c)[turned[i]];
    std::copy(cell.begin(), cell.end(), mesh.cell_nodes.begin() + long(c * n));
  }
}
} // namespace

GmshMesh read_gmsh(const std::string &file)
try
{
  return Reader(file).read();
}
catch (const std::logic_error &e) // such as an impossible count
{
  throw InputError("the gmsh file '" + file + "' is damaged (" + e.what() + ")");
}
catch (const std::bad_alloc &)
{
  throw InputError("the gmsh file '" + file + "' is damaged or larger than the memory");
}

template <int dim>
RveMesh<dim> make_rve_mesh(const GmshMesh &gmsh, const std::string &file,
                           const std::function<unsigned int(const std::string &region)> &phase_of)
{
  if (gmsh.dimension != dim)
    throw InputError("'" + file + "' is no " + std::to_string(dim) + "D mesh");
  RveMesh<dim> mesh;
  std::tie(mesh.kind, mesh.degree) = kind_of(gmsh, file);
  mesh.node_tags = gmsh.node_tags;
  Point<dim> low, high;
  for (unsigned int d = 0; d < dim; ++d)
  {
    low[d] = std::numeric_limits<double>::max();
    high[d] = std::numeric_limits<double>::lowest();
  }
  for (std::size_t n = 0; n < gmsh.nodes.size(); ++n)
  {
    Point<dim> p;
    for (unsigned int d = 0; d < dim; ++d)
    {
      p[d] = gmsh.nodes[n][d];
      low[d] = std::min(low[d], p[d]);
      high[d] = std::max(high[d], p[d]);
    }
    if (dim == 2 && std::abs(gmsh.nodes[n][2] - gmsh.nodes[0][2]) > 1e-9 * (high - low).norm())
      throw InputError("'" + file + "': a two-dimensional RVE must lie in a plane of constant z; node " +
                       std::to_string(gmsh.node_tags[n]) + " does not");
    mesh.nodes.push_back(p);
  }
  for (unsigned int d = 0; d < dim; ++d)
    mesh.lattice[d][d] = high[d] - low[d];
  const auto order = gmsh_order<dim>(mesh.kind, mesh.degree);
  std::map<std::string, unsigned int> phases;
  std::vector<unsigned int> nodes(order.size());
  for (const auto &e : gmsh.elements)
  {
    if (e.region.empty())
      throw InputError("'" + file + "': element " + std::to_string(e.tag) +
                       " belongs to no physical group; give every surface or volume one (gmsh: 'Physical Surface' or "
                       "'Physical Volume'), its name says the phase");
    auto it = phases.find(e.region);
    if (it == phases.end())
      it = phases.emplace(e.region, phase_of(e.region)).first;
    for (std::size_t i = 0; i < order.size(); ++i)
      nodes[order[i]] = unsigned(e.nodes[i]);
    mesh.add_cell(nodes, it->second);
    mesh.cell_tags.push_back(e.tag);
  }
  if constexpr (dim == 2)
    turn_if_clockwise(mesh);
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
