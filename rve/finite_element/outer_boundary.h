// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Which faces of a mesh bound the RVE itself, and which bound its holes.
 *
 * - A cell spanned by its lattice (box, parallelepiped): faces on its sides.
 * - Other cells whose copies fill the space (hexagon, truncated octahedron): faces that a lattice vector brings onto
 *   the boundary again, looking the other way. A face that meets no copy of the cell is free: a hole's.
 * - A cell whose copies do not (a ball): the closed parts of the boundary that enclose material; holes are those whose
 *   enclosed volume 1/dim oint x.n dA is negative. The RVE's volume is the enclosed one, whatever the lattice.
 */
#ifndef fe2_rve_finite_element_outer_boundary_h
#define fe2_rve_finite_element_outer_boundary_h

#include <rve/finite_element/rve_mesh.h>

namespace fe2
{
/// A face on the boundary: its cell and the number of the face in deal.II's reference cell.
struct BoundaryFace
{
  std::size_t cell;
  unsigned int face;
};

/// A boundary face with flat geometry from its vertices.
template <int dim>
struct SurfaceFace
{
  BoundaryFace name;
  std::vector<unsigned int> vertices;
  dealii::Point<dim> centre;
  dealii::Tensor<1, dim> area; ///< outward normal times area
};

/// All faces with one cell, outer ones and those of holes, in the order of the cells.
template <int dim>
std::vector<SurfaceFace<dim>> surface_faces(const RveMesh<dim> &mesh);
/// Their vertices and middle nodes, in order.
template <int dim>
std::vector<unsigned int> surface_nodes(const RveMesh<dim> &mesh);

struct OuterBoundary
{
  std::vector<BoundaryFace> faces; ///< in the order of the cells
  bool fills_space = true;         ///< false: a ball, whose volume is not that of the lattice
};

template <int dim>
OuterBoundary outer_boundary(const RveMesh<dim> &mesh);
} // namespace fe2

#endif
