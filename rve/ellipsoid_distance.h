// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Distance between two ellipsoids {x: (x - c)^T A^-1 (x - c) <= 1}, r from the first centre to the second.
 *
 * Apart, it is the greatest width of a slab between them, over unit normals n,
 *
 *     f(n) = n.r - sqrt(n.A n) - sqrt(n.B n),
 *
 * where f >= 0 implies that Newton's method on the sphere climbs (its Hessian is negative there). It starts from the
 * normal n ~ ((1-s) A + s B)^-1 r of the contact function F of Perram and Wertheim (J. Comput. Phys. 58 (1985) 409),
 * max_s s (1-s) r.((1-s) A + s B)^-1 r, for which f = (sqrt(F) - 1) (sqrt(n.A n) + sqrt(n.B n)).
 */
#ifndef fe2_rve_ellipsoid_distance_h
#define fe2_rve_ellipsoid_distance_h

#include <Eigen/Core>

namespace fe2
{
/// Overlapping ellipsoids: minus the shift along r that parts them.
double ellipsoid_distance(const Eigen::Vector3d &r, const Eigen::Matrix3d &a, const Eigen::Matrix3d &b);
} // namespace fe2

#endif
