// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/gmsh_reader.h>

#include <lib/base/errors.h>
#include <lib/base/parameter_tree.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <unordered_map>

namespace fe2
{
namespace
{
using dealii::Point;

/// Reads numbers of one section; complains with file and section.
class Section
{
public:
  Section(const std::string &file, const std::string &name, const std::string &text)
      : file_(file), name_(name), size_(text.size()), in_(text)
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
  /// A number or count that is not negative.
  std::size_t whole()
  {
    const auto value = next<long long>();
    if (value < 0)
      throw InputError("'" + file_ + "': the section $" + name_ + " has " + std::to_string(value) +
                       " where a number from 0 on must stand");
    return std::size_t(value);
  }
  /// How many entries follow: never more than there are characters.
  std::size_t count()
  {
    const std::size_t n = whole();
    if (n > size_)
      throw InputError("'" + file_ + "': the section $" + name_ + " announces " + std::to_string(n) +
                       " entries, more than it holds");
    return n;
  }
  std::string line()
  {
    std::string text;
    std::getline(in_, text);
    return text;
  }
  void finish()
  {
    if (!(in_ >> std::ws).eof())
      throw InputError("'" + file_ + "': the section $" + name_ +
                       " has more than the entries that it announces; is a count wrong?");
  }

private:
  const std::string &file_;
  std::string name_;
  std::size_t size_;
  std::istringstream in_;
};

class Reader
{
public:
  explicit Reader(const std::string &file) : file_(file) {}

  GmshMesh read(std::istream &in)
  {
    split_sections(in);
    read_format();
    if (has("PhysicalNames"))
      read_names();
    if (new_format_ && has("Entities"))
      read_entities();
    if (new_format_ && has("PartitionedEntities"))
      read_partitioned_entities();
    new_format_ ? read_nodes_4() : has("ParametricNodes") ? read_nodes_2("ParametricNodes") : read_nodes_2("Nodes");
    new_format_ ? read_elements_4() : read_elements_2();
    sort_out();
    mesh_.join_copies(file_, !new_format_);
    return mesh_;
  }

private:
  /// Programs write optional sections without anything in them.
  bool has(const std::string &name) const
  {
    const auto it = sections_.find(name);
    return it != sections_.end() && !trim(it->second).empty();
  }
  Section open(const std::string &name) const
  {
    const auto it = sections_.find(name);
    if (it == sections_.end())
      throw InputError("'" + file_ + "' has no section $" + name + "; is it a gmsh mesh, and complete?");
    return Section(file_, name, it->second);
  }

  void split_sections(std::istream &in)
  {
    std::string name, text;
    for (std::string line; std::getline(in, line);)
    {
      while (!line.empty() && (line.back() == '\r' || line.back() == ' '))
        line.pop_back();
      if (line.empty() || line[0] != '$')
        text += name.empty() ? "" : line + "\n";
      else if (line == "$End" + name)
      {
        if (!sections_.emplace(name, text).second && (name == "Nodes" || name == "Elements"))
          throw InputError("'" + file_ + "' has the section $" + name + " twice");
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
    if (!has("MeshFormat"))
      throw InputError("'" + file_ + "' is no gmsh mesh ($MeshFormat is missing)");
    auto section = open("MeshFormat");
    const double version = section.next<double>();
    const int binary = section.next<int>();
    if (binary != 0)
      throw InputError("'" + file_ + "' is binary; save it as ASCII (gmsh: Mesh.Binary = 0)");
    new_format_ = version >= 4;
    if (!(version >= 2 && version < 3) && !(version >= 4.1 && version < 5))
    {
      std::ostringstream text;
      text << version;
      throw InputError("'" + file_ + "' has gmsh's format " + text.str() + "; save it as 2.2 or 4.1");
    }
  }

  void read_names()
  {
    auto section = open("PhysicalNames");
    const auto n = section.count();
    for (std::size_t i = 0; i < n; ++i)
    {
      const auto dim = section.next<unsigned int>();
      const auto tag = std::abs(section.next<int>());
      std::string name = trim(section.line());
      if (name.size() >= 2 && name.front() == '"' && name.back() == '"')
        name = name.substr(1, name.size() - 2);
      mesh_.names[{dim, tag}] = name;
    }
    section.finish();
  }

  /// Bounds of an entity, its groups and what bounds it. A negative group is the same one, turned.
  std::vector<int> rest_of_entity(const unsigned int dim, Section &section)
  {
    for (unsigned int k = 0; k < (dim == 0 ? 3u : 6u); ++k)
      section.next<double>();
    std::vector<int> groups(section.count());
    for (auto &group : groups)
      group = std::abs(section.next<int>());
    for (std::size_t k = dim == 0 ? 0 : section.count(); k > 0; --k)
      section.next<int>();
    return groups;
  }

  void read_entities()
  {
    auto section = open("Entities");
    std::size_t counts[4];
    for (auto &c : counts)
      c = section.count();
    for (unsigned int d = 0; d < 4; ++d)
      for (std::size_t i = 0; i < counts[d]; ++i)
      {
        const int tag = section.next<int>();
        groups_[{d, tag}] = rest_of_entity(d, section);
      }
    section.finish();
  }

  /// Parts of entities, each with its parent, whose groups it has unless it brings its own.
  void read_partitioned_entities()
  {
    auto section = open("PartitionedEntities");
    section.count(); // partitions
    for (std::size_t k = section.count(); k > 0; --k)
      for (int i = 0; i < 2; ++i) // ghost entity, its partition
        section.next<int>();
    std::size_t counts[4];
    for (auto &c : counts)
      c = section.count();
    for (unsigned int d = 0; d < 4; ++d)
      for (std::size_t i = 0; i < counts[d]; ++i)
      {
        const int tag = section.next<int>();
        const auto parent_dimension = section.next<unsigned int>();
        const int parent = section.next<int>();
        for (std::size_t k = section.count(); k > 0; --k)
          section.next<int>();
        auto groups = rest_of_entity(d, section);
        const auto it = groups_.find({d, parent});
        if (parent_dimension != d)
          groups.clear(); // where partitions meet: no part of the user's geometry
        else if (groups.empty() && it != groups_.end())
          groups = it->second;
        groups_[{d, tag}] = groups;
      }
    section.finish();
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

  void read_nodes_2(const std::string &name)
  {
    auto section = open(name);
    const auto n = section.count();
    for (std::size_t i = 0; i < n; ++i)
    {
      add_node(section.whole(), section);
      section.line(); // parameters
    }
    section.finish();
  }

  void read_nodes_4()
  {
    auto section = open("Nodes");
    const auto n_blocks = section.count();
    for (unsigned int k = 0; k < 3; ++k)
      section.whole();
    for (std::size_t b = 0; b < n_blocks; ++b)
    {
      const int dim = section.next<int>();
      section.next<int>();
      const int parametric = section.next<int>();
      std::vector<std::size_t> tags(section.count());
      for (auto &t : tags)
        t = section.whole();
      for (const auto t : tags)
      {
        add_node(t, section);
        for (int k = 0; k < dim && parametric != 0; ++k)
          section.next<double>();
      }
    }
    section.finish();
  }

  const GmshType &type_of(const unsigned int type, const std::size_t tag) const
  {
    const auto it = gmsh_types().find(type);
    if (it == gmsh_types().end())
      throw InputError("'" + file_ + "': element " + std::to_string(tag) + " is of gmsh's type " +
                       std::to_string(type) + ", which fe2 does not know; use elements of order 1 or 2");
    return it->second;
  }

  void add_element(const unsigned int type, const std::size_t tag, const std::vector<int> &groups, Section &section)
  {
    const GmshType &t = type_of(type, tag);
    GmshMesh::Element e{type, tag, groups, {}};
    for (unsigned int k = 0; k < t.n_nodes; ++k)
    {
      const auto node = section.whole();
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
    const auto n = section.count();
    for (std::size_t i = 0; i < n; ++i)
    {
      const auto tag = section.whole();
      const auto type = section.next<unsigned int>();
      const auto n_tags = section.count();
      std::vector<int> groups;
      for (std::size_t k = 0; k < n_tags; ++k)
      {
        const int value = section.next<int>();
        if (k == 0 && value != 0)
          groups.push_back(std::abs(value));
      }
      add_element(type, tag, groups, section);
    }
    section.finish();
  }

  void read_elements_4()
  {
    auto section = open("Elements");
    const auto n_blocks = section.count();
    for (unsigned int k = 0; k < 3; ++k)
      section.whole();
    for (std::size_t b = 0; b < n_blocks; ++b)
    {
      const auto dim = section.next<unsigned int>();
      const int entity = section.next<int>();
      const auto type = section.next<unsigned int>();
      const auto n = section.count();
      const auto &groups = groups_[{dim, entity}];
      for (std::size_t i = 0; i < n; ++i)
        add_element(type, section.whole(), groups, section);
    }
    section.finish();
  }

  void sort_out()
  {
    const auto dimension_of = [](const GmshMesh::Element &e) { return gmsh_types().at(e.type).dimension; };
    for (const auto &e : mesh_.elements)
      mesh_.dimension = std::max(mesh_.dimension, dimension_of(e));
    if (mesh_.dimension < 2)
      throw InputError("'" + file_ + "' has no triangles, quadrilaterals, tetrahedra or hexahedra");
    std::vector<GmshMesh::Element> kept;
    for (auto &e : mesh_.elements)
      if (dimension_of(e) == mesh_.dimension)
        kept.push_back(std::move(e));
      else if (dimension_of(e) + 1 == mesh_.dimension)
        mesh_.faces.push_back(std::move(e));
    mesh_.elements = std::move(kept);
  }

  std::string file_;
  bool new_format_ = false;
  std::map<std::string, std::string> sections_;
  std::map<std::pair<unsigned int, int>, std::vector<int>> groups_;
  std::unordered_map<std::size_t, std::size_t> index_;
  GmshMesh mesh_;
};

GmshMesh read_stream(std::istream &in, const std::string &file)
try
{
  return Reader(file).read(in);
}
catch (const std::bad_alloc &)
{
  throw InputError("the gmsh file '" + file + "' is larger than the memory");
}
} // namespace

GmshMesh read_gmsh_text(const std::string &text, const std::string &file)
{
  std::istringstream in(text);
  return read_stream(in, file);
}

GmshMesh read_gmsh(const std::string &file)
{
  std::ifstream in(file);
  if (!in)
    throw InputError("the mesh file '" + file + "' cannot be opened");
  return read_stream(in, file);
}
} // namespace fe2
