// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Conforming periodic meshes of particles by gmsh (triangles, tetrahedra).
 */
#ifndef fe2_rve_particle_mesh_h
#define fe2_rve_particle_mesh_h

#include <rve/finite_element/rve_mesh.h>
#include <rve/packing.h>

namespace fe2
{
/// Phase 0: matrix, 1: particles. `element_size` [length]; `order` 1 or 2 (curved interfaces). Throws InputError if
/// gmsh cannot mesh it.
template <int dim>
RveMesh<dim> particle_mesh(const Packing &packing, const double element_size, const unsigned int order);
} // namespace fe2

#endif
