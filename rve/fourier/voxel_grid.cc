// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/voxel_grid.h>

#include <lib/base/log.h>

#include <fftw3-mpi.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
/// Planes of each process, as FFTW distributes them.
std::vector<std::size_t> distribute(const std::array<unsigned int, 3> &n, const MPI_Comm comm, const int n_ranks)
{
  fftw_mpi_init();
  const ptrdiff_t sizes[3] = {ptrdiff_t(n[2]), ptrdiff_t(n[1]), ptrdiff_t(n[0] / 2 + 1)};
  ptrdiff_t planes, first, rows, first_row;
  fftw_mpi_local_size_many_transposed(3, sizes, 3, FFTW_MPI_DEFAULT_BLOCK, FFTW_MPI_DEFAULT_BLOCK, comm, &planes,
                                      &first, &rows, &first_row);
  std::vector<std::size_t> all(static_cast<std::size_t>(n_ranks), 0);
  const unsigned long mine = static_cast<unsigned long>(planes);
  MPI_Allgather(&mine, 1, MPI_UNSIGNED_LONG, all.data(), 1, MPI_UNSIGNED_LONG, comm);
  return all;
}
} // namespace

VoxelGrid::VoxelGrid(const VoxelImage &image, const unsigned int n_phases, const bool b_bar, const MPI_Comm comm)
    : comm_(comm), n_(image.n), voxels_(n_phases)
{
  MPI_Comm_rank(comm, &rank_);
  MPI_Comm_size(comm, &n_ranks_);
  for (unsigned int d = 0; d < 3; ++d)
    elements_.n[d] = n_[d];
  elements_.last_plane = 0;
  elements_.prism = image.dimension == 2;
  if (n_ranks_ > 1)
  {
    const auto planes = distribute(n_, comm, n_ranks_);
    for (int r = 0; r < rank_; ++r)
      first_plane_ += unsigned(planes[std::size_t(r)]);
    elements_.n[2] = std::uint32_t(planes[std::size_t(rank_)]);
    elements_.last_plane = elements_.n[2];
    // Only the last processes may be without planes.
    int used = 0;
    for (const std::size_t p : planes)
      used += p > 0;
    before_ = (rank_ + used - 1) % used;
    after_ = (rank_ + 1) % used;
  }
  // A prism is as deep as a voxel is wide: what cancels along it must not be large beside the rest.
  std::array<double, 3> size = image.size;
  if (image.dimension == 2)
    size[2] = size[0] / n_[0];
  volume_ = size[0] * size[1] * size[2];
  tabulate(size, b_bar);
  const std::size_t first = std::size_t(first_plane_) * n_[0] * n_[1];
  for (std::size_t v = 0; v < n_nodes(); ++v)
    voxels_.at(image.phase[first + v]).push_back(std::uint32_t(v));
}

void VoxelGrid::tabulate(const std::array<double, 3> &size, const bool b_bar)
{
  auto &g = elements_;
  g.b_bar = b_bar;
  for (unsigned int d = 0; d < 3; ++d)
    g.h[d] = size[d] / n_[d];
  const double gauss = 1 / std::sqrt(3.);
  for (unsigned int d = 0; d < 3; ++d)
    for (unsigned int v = 0; v < 8; ++v)
    {
      const auto sign = [&](const unsigned int axis) { return v >> axis & 1 ? 1. : -1.; };
      g.mean[d][v] = sign(d) / (4 * g.h[d]);
      for (unsigned int q = 0; q < 8; ++q)
      {
        double value = sign(d) / (4 * g.h[d]);
        for (unsigned int e = 0; e < 3; ++e)
          if (e != d)
            value *= 1 + sign(e) * (q >> e & 1 ? gauss : -gauss) * (g.prism && e == 2 ? 0. : 1.);
        g.by_point[d][v][q] = g.by_node[d][q][v] = g.prism && q >= 4 ? 0. : value;
      }
    }
}

void VoxelGrid::update_halo(double *field, const unsigned int lanes) const
{
  if (n_ranks_ == 1 || n_planes() == 0)
    return;
  const std::size_t plane = std::size_t(3) * n_[0] * n_[1] * lanes;
  MPI_Sendrecv(field, int(plane), MPI_DOUBLE, before_, 0, field + n_planes() * plane, int(plane), MPI_DOUBLE, after_, 0,
               comm_, MPI_STATUS_IGNORE);
}

void VoxelGrid::add_halo(double *field, const unsigned int lanes) const
{
  if (n_ranks_ == 1 || n_planes() == 0)
    return;
  const std::size_t plane = std::size_t(3) * n_[0] * n_[1] * lanes;
  plane_.resize(plane);
  double *halo = field + n_planes() * plane;
  MPI_Sendrecv(halo, int(plane), MPI_DOUBLE, after_, 1, plane_.data(), int(plane), MPI_DOUBLE, before_, 1, comm_,
               MPI_STATUS_IGNORE);
  for (std::size_t i = 0; i < plane; ++i)
    field[i] += plane_[i];
  std::fill_n(halo, plane, 0.);
}

void VoxelGrid::sum(double *values, const std::size_t n) const
{
  if (n_ranks_ > 1)
    for (std::size_t i = 0; i < n; i += std::size_t(1) << 30) // counts of MPI are int
      MPI_Allreduce(MPI_IN_PLACE, values + i, int(std::min(n - i, std::size_t(1) << 30)), MPI_DOUBLE, MPI_SUM, comm_);
}

Eigen::Matrix<double, 24, 24> VoxelGrid::element_matrix(const Matrix6 &tangent) const
{
  const auto &g = elements_;
  Eigen::Matrix<double, 24, 24> k = Eigen::Matrix<double, 24, 24>::Zero();
  for (unsigned int q = 0; q < n_q(); ++q)
  {
    Eigen::Matrix<double, 6, 24> b = Eigen::Matrix<double, 6, 24>::Zero();
    for (unsigned int v = 0; v < 8; ++v)
      for (int i = 0; i < 6; ++i)
      {
        const unsigned int r = mandel::row[i], c = mandel::column[i];
        const double scale = i < 3 ? 1. : 1 / mandel::sqrt2;
        b(i, int(3 * v + r)) += scale * g.by_point[c][v][q];
        if (i >= 3)
          b(i, int(3 * v + c)) += scale * g.by_point[r][v][q];
      }
    if (g.b_bar)
      for (unsigned int v = 0; v < 8; ++v)
        for (unsigned int c = 0; c < 3; ++c)
        {
          const double change = (g.mean[c][v] - g.by_point[c][v][q]) / 3;
          for (int i = 0; i < 3; ++i)
            b(i, int(3 * v + c)) += change;
        }
    k += g.h[0] * g.h[1] * g.h[2] / n_q() * b.transpose() * tangent * b;
  }
  return k;
}
} // namespace fe2
