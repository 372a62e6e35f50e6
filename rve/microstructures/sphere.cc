// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A sphere in the centre of a unit cube of n^3 voxels: the second phase where the voxel's centre lies within the
 * radius.
 */
#include <rve/microstructure.h>

#include <lib/base/log.h>

#include <cmath>

namespace fe2
{
namespace
{
class Sphere : public Microstructure
{
public:
  void declare(Parameters &p) override
  {
    p.add("Radius", radius_, "Of the sphere in a unit cube, below 0.5.", Range::positive);
    p.add("Resolution", n_, "Voxels along an edge.", 1);
  }
  void validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases) override
  {
    if (!(radius_ < 0.5))
      faults.add(p.where("Radius"), format(radius_), "must be below 0.5: the sphere would touch its periodic images");
    if (phases.size() != 2)
      faults.add(p.where("Type"), "sphere", "needs two phases: matrix and sphere");
  }
  unsigned int dimension() const override { return 3; }
  RveMesh<3> create_3d() const override { return voxel_mesh<3>(voxels(n_)); }
  VoxelImage voxels(const unsigned int n) const override
  {
    return sample(3, {1, 1, 1}, n == 0 ? n_ : n,
                  [this](const dealii::Point<3> &x)
                  { return x.distance(dealii::Point<3>(0.5, 0.5, 0.5)) < radius_ ? 1u : 0u; });
  }

private:
  double radius_ = 0.362783167859781; ///< fraction 0.2
  unsigned int n_ = 8;
};

const Registry<Microstructure>::Add add("sphere", "Centred sphere in a cube of voxels (3D)",
                                        [] { return std::make_unique<Sphere>(); });
} // namespace
} // namespace fe2
