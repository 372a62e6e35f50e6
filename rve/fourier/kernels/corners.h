// SPDX-License-Identifier: LGPL-2.1-or-later
/// What the kernels of voxels share.
#ifndef fe2_rve_fourier_kernels_corners_h
#define fe2_rve_fourier_kernels_corners_h

#include <rve/fourier/kernels/kernels.h>
#include <rve/fourier/kernels/vectors.h>

namespace
{
using namespace fe2::kernels;

constexpr double sqrt2 = 1.41421356237309504880, half_root = 0.70710678118654752440,
                 gauss = 0.57735026918962576451; // 1/sqrt3

/// Corners of voxels in rising order; a division for each would cost as much as the rest.
class Corners
{
public:
  std::size_t node[8];

  explicit Corners(const Grid &grid) : grid_(grid), plane_(std::size_t(grid.n[0]) * grid.n[1]) { set_row(); }

  FE2_INLINE void move(const std::uint32_t index)
  {
    const std::size_t nx = grid_.n[0];
    while (index >= row_begin_ + nx)
    {
      row_begin_ += nx;
      if (++j_ == grid_.n[1])
      {
        j_ = 0;
        ++k_;
      }
      moved_ = true;
    }
    if (moved_)
      set_row();
    const std::size_t i = index - row_begin_, next = i + 1 == nx ? 0 : i + 1;
    FE2_UNROLL
    for (int r = 0; r < 4; ++r)
    {
      node[2 * r] = rows_[r] + i;
      node[2 * r + 1] = rows_[r] + next;
    }
  }

private:
  void set_row()
  {
    const std::size_t nx = grid_.n[0], y[2] = {j_ * nx, (j_ + 1 == grid_.n[1] ? 0 : j_ + 1) * nx},
                      z[2] = {k_ * plane_, (k_ + 1 == grid_.n[2] ? grid_.last_plane : k_ + 1) * plane_};
    FE2_UNROLL
    for (int r = 0; r < 4; ++r)
      rows_[r] = y[r & 1] + z[r >> 1];
    moved_ = false;
  }

  const Grid &grid_;
  std::size_t plane_, row_begin_ = 0, j_ = 0, k_ = 0, rows_[4];
  bool moved_ = false;
};

/// Column d of a symmetric tensor's rows: stress t[k] on the axis d, from Mandel components.
constexpr int mandel_index[3][3] = {{0, 3, 4}, {3, 1, 5}, {4, 5, 2}};

} // namespace

#endif
