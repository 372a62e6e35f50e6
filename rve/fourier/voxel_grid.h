// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A periodic grid of voxels and its trilinear elements; a two-dimensional image is a prism one voxel thick whose fields
 * do not vary along the third axis. Several processes have slabs of planes, as FFTW's transforms distribute them; those
 * of a prism are with the first process.
 *
 * Fields of nodes: x[(3 node + component) * lanes + lane] for the planes of this process, and one more plane for the
 * first of the next process if there are several ("halo").
 */
#ifndef fe2_rve_fourier_voxel_grid_h
#define fe2_rve_fourier_voxel_grid_h

#include <lib/base/tensors.h>

#include <rve/fourier/kernels/kernels.h>
#include <rve/voxel_image.h>

#include <mpi.h>

#include <new>

namespace fe2
{
/// Memory on cache lines.
template <class T>
struct CacheAligned
{
  using value_type = T;
  CacheAligned() = default;
  template <class U>
  CacheAligned(const CacheAligned<U> &)
  {
  }
  T *allocate(const std::size_t n) { return static_cast<T *>(::operator new(n * sizeof(T), std::align_val_t(64))); }
  void deallocate(T *x, const std::size_t) { ::operator delete(x, std::align_val_t(64)); }
  template <class U>
  bool operator==(const CacheAligned<U> &) const
  {
    return true;
  }
  template <class U>
  bool operator!=(const CacheAligned<U> &) const
  {
    return false;
  }
};

using VoxelField = std::vector<double, CacheAligned<double>>;

class VoxelGrid
{
public:
  /// Throws InputError: an edge with a prime factor above 509.
  VoxelGrid(const VoxelImage &image, const unsigned int n_phases, const bool b_bar, const MPI_Comm comm);

  const kernels::Grid &elements() const { return elements_; }
  MPI_Comm comm() const { return comm_; }
  int n_ranks() const { return n_ranks_; }
  bool prism() const { return elements_.prism; }
  const std::array<unsigned int, 3> &n() const { return n_; } ///< of the whole grid
  unsigned int first_plane() const { return first_plane_; }
  unsigned int n_planes() const { return elements_.n[2]; }
  std::size_t n_nodes() const { return std::size_t(n_[0]) * n_[1] * n_planes(); } ///< of this process
  std::size_t n_all_nodes() const { return std::size_t(n_[0]) * n_[1] * n_[2]; }
  std::size_t n_field_nodes() const { return n_nodes() + (n_ranks_ > 1 ? std::size_t(n_[0]) * n_[1] : 0); }
  unsigned int n_q() const { return prism() ? 4 : 8; }
  double volume() const { return volume_; }

  /// Voxels of a phase on this process, in rising order.
  kernels::Voxels voxels(const unsigned int phase) const { return {voxels_[phase].data(), voxels_[phase].size()}; }
  unsigned int n_phases() const { return unsigned(voxels_.size()); }

  VoxelField make_field(const unsigned int lanes) const { return VoxelField(3 * n_field_nodes() * lanes, 0.); }
  /// Fills the halo with the first plane of the next process. Collective.
  void update_halo(double *field, const unsigned int lanes) const;
  /// Adds the halo to the first plane of the next process and clears it. Collective.
  void add_halo(double *field, const unsigned int lanes) const;
  void sum(double *values, const std::size_t n) const;

  /// int B^T D B of a voxel, unknowns 3 corner + component.
  Eigen::Matrix<double, 24, 24> element_matrix(const Matrix6 &tangent) const;

private:
  void tabulate(const std::array<double, 3> &size, const bool b_bar);

  kernels::Grid elements_;
  MPI_Comm comm_;
  int rank_ = 0, n_ranks_ = 1, before_ = 0, after_ = 0; ///< neighbours with planes
  std::array<unsigned int, 3> n_;
  unsigned int first_plane_ = 0;
  double volume_;
  std::vector<std::vector<std::uint32_t>> voxels_;
  mutable std::vector<double> plane_;
};
} // namespace fe2

#endif
