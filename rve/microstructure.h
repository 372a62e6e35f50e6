// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Which phase is where, as a mesh of a periodic cell or as voxels. To add one: a file in rve/microstructures that
 * registers it.
 */
#ifndef fe2_rve_microstructure_h
#define fe2_rve_microstructure_h

#include <lib/base/parameters.h>
#include <lib/base/registry.h>

#include <rve/finite_element/rve_mesh.h>
#include <rve/voxel_image.h>

#include <functional>
#include <memory>

namespace fe2
{
class Microstructure
{
public:
  using Factory = std::function<std::unique_ptr<Microstructure>()>;
  virtual ~Microstructure() = default;

  virtual void declare(Parameters &parameters) = 0;
  /// A phase is called by its position among the names.
  virtual void validate(Parameters &parameters, Faults &faults, const std::vector<std::string> &phases) = 0;
  /// 2 (a prism) or 3.
  virtual unsigned int dimension() const = 0;
  virtual RveMesh<2> create_2d() const { throw RunError("this microstructure is three-dimensional"); }
  virtual RveMesh<3> create_3d() const { throw RunError("this microstructure is two-dimensional"); }

  /// Random microstructures differ by instance: realization `instance` of the same statistics.
  virtual bool is_random() const { return false; }
  virtual void set_instance(const unsigned int instance) { (void)instance; }
  /// Voxels (pixels in 2D) with about `n` along the longest edge; 0: as fits. By default those of the mesh.
  virtual VoxelImage voxels(const unsigned int n) const;
  /// For the log, after creation, such as nearest distances.
  virtual std::string describe() const { return ""; }

  template <int dim>
  RveMesh<dim> create() const
  {
    if constexpr (dim == 2)
      return create_2d();
    else
      return create_3d();
  }
};
} // namespace fe2

#endif
