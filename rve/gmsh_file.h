// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * gmsh files, ASCII formats 2.2 and 4.1, with triangles, tetrahedra, quadrilaterals or hexahedra of order 1 and 2 and
 * physical names; sections of other programs (Neper's $MeshVersion, $Domain, ...) are skipped.
 */
#ifndef fe2_rve_gmsh_file_h
#define fe2_rve_gmsh_file_h

#include <rve/finite_element/rve_mesh.h>

#include <functional>

namespace fe2
{
struct GmshMesh
{
  struct Element
  {
    unsigned int type; ///< gmsh's number
    std::size_t tag;
    std::string region;             ///< physical name, or the group's number without a name; empty: none
    std::vector<std::size_t> nodes; ///< indices
  };
  unsigned int dimension = 0; ///< of the elements
  std::vector<dealii::Point<3>> nodes;
  std::vector<std::size_t> node_tags;
  std::vector<Element> elements; ///< of the highest dimension only
};

/// Throws InputError: what is wrong and where.
GmshMesh read_gmsh(const std::string &file);

/// Makes an RVE's mesh of it; lattice vectors are the edges of the bounding box. `phase_of`: region to phase. Throws
/// InputError: mixed elements, elements of other kinds, without physical group or of a region that `phase_of` refuses.
template <int dim>
RveMesh<dim> make_rve_mesh(const GmshMesh &gmsh, const std::string &file,
                           const std::function<unsigned int(const std::string &region)> &phase_of);

/// Format 2.2 with one physical group for each phase. Throws RunError.
template <int dim>
void write_gmsh(const std::string &file, const RveMesh<dim> &mesh, const std::vector<std::string> &phases);
} // namespace fe2

#endif
