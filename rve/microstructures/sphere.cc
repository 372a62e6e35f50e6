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
  void validate(Parameters &p, Faults &faults, const unsigned int n_phases) override
  {
    if (!(radius_ < 0.5))
      faults.add(p.where("Radius"), format(radius_), "must be below 0.5: the sphere would touch its periodic images");
    if (n_phases != 2)
      faults.add(p.where("Type"), "sphere", "needs two phases: matrix and sphere");
  }
  unsigned int dimension() const override { return 3; }
  RveMesh<3> create_3d() const override
  {
    RveMesh<3> mesh;
    for (unsigned int d = 0; d < 3; ++d)
      mesh.lattice[d][d] = 1;
    const double h = 1. / n_;
    for (unsigned int k = 0; k <= n_; ++k)
      for (unsigned int j = 0; j <= n_; ++j)
        for (unsigned int i = 0; i <= n_; ++i)
          mesh.vertices.emplace_back(i * h, j * h, k * h);
    for (unsigned int k = 0; k < n_; ++k)
      for (unsigned int j = 0; j < n_; ++j)
        for (unsigned int i = 0; i < n_; ++i)
        {
          dealii::CellData<3> cell;
          for (unsigned int v = 0; v < 8; ++v)
            cell.vertices[v] = ((k + (v >> 2)) * (n_ + 1) + j + (v >> 1 & 1)) * (n_ + 1) + i + (v & 1);
          const dealii::Point<3> centre((i + 0.5) * h - 0.5, (j + 0.5) * h - 0.5, (k + 0.5) * h - 0.5);
          cell.material_id = centre.norm() < radius_ ? 1 : 0;
          mesh.cells.push_back(cell);
        }
    return mesh;
  }

private:
  double radius_ = 0.362783167859781; ///< fraction 0.2
  unsigned int n_ = 8;
};

const Registry<Microstructure>::Add add("sphere", "Centred sphere in a cube of voxels (3D)",
                                        [] { return std::make_unique<Sphere>(); });
} // namespace
} // namespace fe2
