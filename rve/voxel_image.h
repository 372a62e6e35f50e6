// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A periodic box of voxels (dimension 3) or pixels (2), each with a phase; x runs fastest. Sizes in the user's units.
 */
#ifndef fe2_rve_voxel_image_h
#define fe2_rve_voxel_image_h

#include <lib/base/errors.h>

#include <rve/finite_element/rve_mesh.h>

#include <array>
#include <string>
#include <vector>

namespace fe2
{
struct VoxelImage
{
  unsigned int dimension = 3;
  std::array<unsigned int, 3> n = {1, 1, 1};
  std::array<double, 3> size = {1, 1, 1}; ///< edges of the box
  std::vector<unsigned int> phase;        ///< [(k * n[1] + j) * n[0] + i]

  std::size_t index(const std::size_t i, const std::size_t j, const std::size_t k) const
  {
    return (k * n[1] + j) * n[0] + i;
  }
  /// Centre of a voxel.
  dealii::Point<3> centre(const std::size_t i, const std::size_t j, const std::size_t k) const
  {
    return {(double(i) + 0.5) * size[0] / n[0], (double(j) + 0.5) * size[1] / n[1],
            dimension == 3 ? (double(k) + 0.5) * size[2] / n[2] : 0.};
  }
  /// Volume fraction of each phase.
  std::vector<double> fractions(const unsigned int n_phases) const;
};

/// One quadrilateral or hexahedron a voxel.
template <int dim>
RveMesh<dim> voxel_mesh(const VoxelImage &image);

/// For the log: the fraction that a phase has as voxels against the wanted one. Throws InputError if it has no voxel.
std::string fraction_note(const VoxelImage &image, const unsigned int phase, const double wanted);

/// Phases of a mesh at voxel centres; the mesh must fill the box that its lattice spans along the axes. Throws
/// InputError.
template <int dim>
VoxelImage rasterize(const RveMesh<dim> &mesh, const unsigned int n);

/// Voxels whose centres are asked of a function phase(x); `n` along the longest edge, equal voxels along the others.
template <class PhaseAt>
VoxelImage sample(const unsigned int dimension, const std::array<double, 3> &size, const unsigned int n,
                  const PhaseAt &phase)
{
  VoxelImage image;
  image.dimension = dimension;
  image.size = size;
  double longest = 0;
  for (unsigned int d = 0; d < dimension; ++d)
    longest = std::max(longest, size[d]);
  for (unsigned int d = 0; d < dimension; ++d)
    image.n[d] = std::max(1u, static_cast<unsigned int>(size[d] / longest * n + 0.5));
  constexpr double most = 1e9;
  if (const double total = double(image.n[0]) * image.n[1] * image.n[2]; total > most)
    throw InputError("the microstructure would have " + std::to_string(image.n[0]) + " x " +
                     std::to_string(image.n[1]) + " x " + std::to_string(image.n[2]) +
                     " voxels, more than 1e9; reduce 'Resolution' or 'Size'");
  for (std::size_t k = 0; k < image.n[2]; ++k)
    for (std::size_t j = 0; j < image.n[1]; ++j)
      for (std::size_t i = 0; i < image.n[0]; ++i)
        image.phase.push_back(phase(image.centre(i, j, k)));
  return image;
}
} // namespace fe2

#endif
