// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Are all rigid-body motions held? The mesh falls into parts: cells that are joined through faces. Each part p may move
 * by M(x) q_p (translations, and rotations about its centre over its size). Prescribed unknowns ask M_i q_p = 0, and
 * unknowns that parts share (a hinge: a vertex, or an edge in 3D) ask M_i q_p = M_i q_r. With these rows R, a motion is
 * free if R^T R is singular: a pivot of its factorization vanishes.
 */
#ifndef fe2_macro_rigid_motions_h
#define fe2_macro_rigid_motions_h

#include <macro/load.h>

namespace fe2
{
/// Number of the part of each coarse cell, by its index; the same on all processes, without messages.
template <int dim>
std::vector<unsigned int> find_mesh_parts(const dealii::Triangulation<dim> &triangulation);

/// Collective. Throws InputError that names a cell of a part that is not held.
template <int dim>
void check_rigid_body_motions(const LoadContext<dim> &context, const dealii::AffineConstraints<double> &prescribed);
} // namespace fe2

#endif
