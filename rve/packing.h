// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Random periodic arrangements of discs, spheres and ellipsoids that do not overlap: random places, then overlaps are
 * pushed apart until none is left. Unlike plain random insertion it does not jam near 0.55 (discs) or 0.38 (spheres).
 * Overlap and distance of ellipsoids: ellipsoid_distance.h.
 */
#ifndef fe2_rve_packing_h
#define fe2_rve_packing_h

#include <lib/base/tensors.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace fe2
{
/// Numbers that are the same on every platform.
class RandomNumbers
{
public:
  explicit RandomNumbers(const std::uint64_t seed) : engine_(seed) {}
  double uniform() { return double(engine_() >> 11) / 9007199254740992.; } ///< [0, 1)
  double normal();
  Rotation rotation(); ///< uniform over all

private:
  std::mt19937_64 engine_;
};

struct Particle
{
  Eigen::Vector3d centre = Eigen::Vector3d::Zero();
  Eigen::Vector3d half_axes = Eigen::Vector3d::Zero(); ///< third 0 for discs
  Rotation axes = Rotation::Identity();                ///< columns

  double radius() const { return half_axes.maxCoeff(); } ///< of the sphere around it
  bool is_round(const unsigned int dim) const;
};

struct Packing
{
  unsigned int dimension = 3;
  Eigen::Vector3d size = Eigen::Vector3d::Ones(); ///< edges of the periodic box
  std::vector<Particle> particles;

  double volume() const { return dimension == 3 ? size.prod() : size[0] * size[1]; }
  /// Nearest image of a vector.
  Eigen::Vector3d nearest(Eigen::Vector3d r) const;
  /// Index of the particle that holds a point, or -1.
  int holder(const Eigen::Vector3d &x) const;
  /// Least gap between particles, and to their own images.
  double least_gap() const;
};

double particle_volume(const Particle &p, const unsigned int dimension);

/// Moves the particles until all gaps are at least `gap`. Throws InputError: a particle meets its own image, or the
/// request cannot be packed.
void pack(Packing &packing, const double gap, RandomNumbers &random);
} // namespace fe2

#endif
