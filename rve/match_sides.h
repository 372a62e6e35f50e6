// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Meshes whose opposite sides match to the precision of CAD or of an export only: made to match exactly, so that all
 * boundary conditions see the same cell.
 *
 * Nodes of the boundary within a tolerance of a side of the parallelepiped that the lattice spans are put onto it; then
 * nodes within the tolerance of an image x + lattice vector of another one, the nearest, are put onto that image.
 */
#ifndef fe2_rve_match_sides_h
#define fe2_rve_match_sides_h

#include <rve/finite_element/rve_mesh.h>

namespace fe2
{
/// `tolerance` over the size of the cell, volume^(1/dim); `fit_lattice`: the lattice is only the box around the nodes.
/// Throws InputError naming `entry`: a tolerance that is too large for the elements, faces that miss a side by more.
template <int dim>
void match_sides(RveMesh<dim> &mesh, const double tolerance, const std::string &entry, const bool fit_lattice);
} // namespace fe2

#endif
