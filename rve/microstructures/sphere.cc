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
    p.add("Radius", radius_, "Of the sphere in a unit cube; from 0.5 it would touch its periodic images.",
          Range::inside(0, 0.5));
    p.add("Resolution", n_, "Voxels along an edge.", 1, 10000);
  }
  void validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases) override
  {
    if (phases.size() != 2)
      faults.add(p.where("Type"), "sphere", "needs two phases: matrix and sphere");
  }
  unsigned int dimension() const override { return 3; }
  RveMesh<3> create_3d() const override { return voxel_mesh<3>(voxels(n_)); }
  VoxelImage voxels(const unsigned int n) const override
  {
    const VoxelImage image = sample(3, {1, 1, 1}, n == 0 ? n_ : n,
                                    [this](const dealii::Point<3> &x)
                                    { return x.distance(dealii::Point<3>(0.5, 0.5, 0.5)) < radius_ ? 1u : 0u; });
    note_ = fraction_note(image, 1, 4. / 3 * std::acos(-1.) * std::pow(radius_, 3));
    return image;
  }
  std::string describe() const override { return note_; }

private:
  double radius_ = 0.362783167859781; ///< fraction 0.2
  unsigned int n_ = 8;
  mutable std::string note_; ///< on the last voxels
};

const Registry<Microstructure>::Add add("sphere", "Centred sphere in a cube of voxels (3D)",
                                        [] { return std::make_unique<Sphere>(); });
} // namespace
} // namespace fe2
