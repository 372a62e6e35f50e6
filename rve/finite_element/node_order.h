// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Orders of the nodes of a cell in files: result[i] is the place of the file's node i in RveMesh.
 */
#ifndef fe2_rve_finite_element_node_order_h
#define fe2_rve_finite_element_node_order_h

#include <rve/finite_element/rve_mesh.h>

#include <cstdint>

namespace fe2
{
/// gmsh: 4- and 9-node quadrilaterals, 8- and 27-node hexahedra, 3- and 6-node triangles, 4- and 10-node tetrahedra.
template <int dim>
std::vector<unsigned int> gmsh_order(const CellKind kind, const unsigned int degree);
/// VTK: quad, biquadratic quad, hexahedron, triquadratic hexahedron, (quadratic) triangle and tetrahedron.
template <int dim>
std::vector<unsigned int> vtk_order(const CellKind kind, const unsigned int degree);
/// gmsh's and VTK's numbers of the kind of cell.
unsigned int gmsh_type(const int dim, const CellKind kind, const unsigned int degree);
std::uint8_t vtk_type(const int dim, const CellKind kind, const unsigned int degree);
} // namespace fe2

#endif
