// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * gmsh files, ASCII formats 2.2 and 4.1, with elements of order 1 and 2 and physical groups; whole or partitioned, with
 * or without parameters of nodes. Sections of other programs (Neper's $MeshVersion, $Domain, ...) are skipped.
 */
#ifndef fe2_lib_io_gmsh_reader_h
#define fe2_lib_io_gmsh_reader_h

#include <deal.II/base/point.h>

#include <map>
#include <string>
#include <vector>

namespace fe2
{
struct GmshMesh
{
  struct Element
  {
    unsigned int type; ///< gmsh's number
    std::size_t tag;
    std::vector<int> groups;        ///< physical ones, positive; gmsh gives an element several
    std::vector<std::size_t> nodes; ///< indices
  };
  unsigned int dimension = 0; ///< of the elements
  std::vector<dealii::Point<3>> nodes;
  std::vector<std::size_t> node_tags;
  std::vector<Element> elements;                             ///< of the highest dimension only
  std::vector<Element> faces;                                ///< of the dimension below
  std::map<std::pair<unsigned int, int>, std::string> names; ///< of groups by dimension and number

  /// Name of a group of elements, or its number.
  std::string region(const int group) const;
  /// Such as "2 triangles and 1 quadrilaterals".
  std::string kinds() const;
  /// Makes one of elements with the same nodes in several groups, as format 2.2 writes them. Throws InputError: an
  /// element has a node twice, or is there twice.
  void join_copies(const std::string &file, const bool may_repeat);
};

struct GmshType
{
  const char *name;
  unsigned int dimension, n_nodes;
};

/// By gmsh's number.
const std::map<unsigned int, GmshType> &gmsh_types();

/// Throws InputError: what is wrong and where.
GmshMesh read_gmsh(const std::string &file);
/// The file's text is known; the name is for messages.
GmshMesh read_gmsh_text(const std::string &text, const std::string &file);
} // namespace fe2

#endif
