// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * RVEs from gmsh's meshes: triangles, tetrahedra, quadrilaterals or hexahedra of order 1 and 2, phases by physical
 * names.
 */
#ifndef fe2_rve_gmsh_file_h
#define fe2_rve_gmsh_file_h

#include <lib/io/gmsh_reader.h>

#include <rve/finite_element/rve_mesh.h>

#include <functional>

namespace fe2
{
/// Makes an RVE's mesh of it; lattice vectors are the edges of the bounding box. `phase_of`: region to phase. Throws
/// InputError: mixed elements, elements of other kinds, without physical group or of groups that `phase_of` all
/// refuses, elements over each other.
template <int dim>
RveMesh<dim> make_rve_mesh(const GmshMesh &gmsh, const std::string &file,
                           const std::function<unsigned int(const std::string &region)> &phase_of);

/// Format 2.2 with one physical group for each phase. Throws RunError.
template <int dim>
void write_gmsh(const std::string &file, const RveMesh<dim> &mesh, const std::vector<std::string> &phases);
} // namespace fe2

#endif
