// SPDX-License-Identifier: LGPL-2.1-or-later
/// Element operators for one right-hand side: the eight points, then the eight nodes, are the elements of a vector.
#include <rve/fourier/kernels/corners.h>
#include <rve/fourier/kernels/tables.h>

namespace
{
using Points = Vector<8>;

/// Displacement gradients [component][axis] at the points of a voxel, and B-bar's change of the normal strains.
FE2_INLINE void gradients(const Grid &grid, const Corners &corners, const double *u, Points (&g)[3][3], Points &change)
{
  for (auto &row : g)
    for (auto &x : row)
      x = Points{};
  double mean = 0;
  FE2_UNROLL
  for (int v = 0; v < 8; ++v)
  {
    const double *x = u + 3 * corners.node[v];
    FE2_UNROLL
    for (int d = 0; d < 3; ++d)
    {
      const Points shape = load<Points>(grid.by_point[d][v]);
      FE2_UNROLL
      for (int k = 0; k < 3; ++k)
        g[k][d] += shape * x[k];
      mean += grid.mean[d][v] * x[d];
    }
  }
  change = grid.b_bar ? (mean - (g[0][0] + g[1][1] + g[2][2])) * (1. / 3) : Points{};
}

/// Mandel strains of a voxel's points.
FE2_INLINE void strain_of(const Grid &grid, const Corners &corners, const double *u, Points (&e)[6])
{
  Points g[3][3], change;
  gradients(grid, corners, u, g, change);
  FE2_UNROLL
  for (int i = 0; i < 3; ++i)
    e[i] = g[i][i] + change;
  e[3] = half_root * (g[0][1] + g[1][0]);
  e[4] = half_root * (g[0][2] + g[2][0]);
  e[5] = half_root * (g[1][2] + g[2][1]);
}

/// Adds the forces of a voxel's stresses; returns their sum of squares.
template <int n_q>
FE2_INLINE double add_forces(const Grid &grid, const Corners &corners, const double weight, Points (&s)[6], double *f)
{
  alignas(64) double t[6][8];
  if (grid.b_bar)
  {
    store(t[0], s[0] + s[1] + s[2]);
    double mean = 0;
    FE2_UNROLL
    for (int q = 0; q < n_q; ++q)
      mean += t[0][q];
    const Points change = (mean / n_q - (s[0] + s[1] + s[2])) * (1. / 3);
    FE2_UNROLL
    for (int i = 0; i < 3; ++i)
      s[i] += change;
  }
  FE2_UNROLL
  for (int i = 0; i < 6; ++i)
    store(t[i], s[i] * (i < 3 ? weight : weight * half_root));
  Points force[3] = {};
  FE2_UNROLL
  for (int q = 0; q < n_q; ++q)
    FE2_UNROLL
  for (int d = 0; d < 3; ++d)
  {
    const Points shape = load<Points>(grid.by_node[d][q]);
    FE2_UNROLL
    for (int k = 0; k < 3; ++k)
      force[k] += shape * t[mandel_index[k][d]][q];
  }
  const Points squares = force[0] * force[0] + force[1] * force[1] + force[2] * force[2];
  alignas(64) double values[3][8], sums[8];
  double sum = 0;
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
    store(values[k], force[k]);
  store(sums, squares);
  FE2_UNROLL
  for (int v = 0; v < 8; ++v)
  {
    FE2_UNROLL
    for (int k = 0; k < 3; ++k)
      f[3 * corners.node[v] + k] += values[k][v];
    sum += sums[v];
  }
  return sum;
}

/// The points of a voxel in an array; a prism has four.
template <int n_q>
FE2_INLINE Points load_points(const double *x)
{
  Points v = {};
  std::memcpy(&v, x, n_q * sizeof(double));
  return v;
}

template <int n_q>
void strains_of(const Grid &grid, const Voxels &voxels, const double *gradient, const double *u,
                const std::size_t stride, double *strain)
{
  Corners corners(grid);
  for (std::size_t voxel = 0; voxel < voxels.n; ++voxel)
  {
    corners.move(voxels.index[voxel]);
    Points e[6];
    strain_of(grid, corners, u, e);
    FE2_UNROLL
    for (int i = 0; i < 6; ++i)
    {
      e[i] += gradient[i];
      std::memcpy(strain + i * stride + voxel * n_q, &e[i], n_q * sizeof(double));
    }
  }
}

void strains(const Grid &grid, const Voxels &voxels, const double *gradient, const double *u, const std::size_t stride,
             double *strain)
{
  grid.prism ? strains_of<4>(grid, voxels, gradient, u, stride, strain)
             : strains_of<8>(grid, voxels, gradient, u, stride, strain);
}

template <int n_q>
double forces_of(const Grid &grid, const Voxels &voxels, const double *stress, const std::size_t step, double *f)
{
  const double weight = grid.h[0] * grid.h[1] * grid.h[2] / n_q;
  double squares = 0;
  Corners corners(grid);
  for (std::size_t voxel = 0; voxel < voxels.n; ++voxel)
  {
    corners.move(voxels.index[voxel]);
    Points s[6];
    FE2_UNROLL
    for (int i = 0; i < 6; ++i)
      s[i] = load_points<n_q>(stress + i * step + voxel * n_q);
    squares += add_forces<n_q>(grid, corners, weight, s, f);
  }
  return squares;
}

double forces(const Grid &grid, const Voxels &voxels, const double *stress, const std::size_t step, double *f)
{
  return grid.prism ? forces_of<4>(grid, voxels, stress, step, f) : forces_of<8>(grid, voxels, stress, step, f);
}

template <int n_q, TangentForm form>
void single(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f)
{
  const double weight = grid.h[0] * grid.h[1] * grid.h[2] / n_q;
  Corners corners(grid);
  for (std::size_t voxel = 0; voxel < voxels.n; ++voxel)
  {
    corners.move(voxels.index[voxel]);
    Points e[6], s[6];
    strain_of(grid, corners, u, e);
    const double *c = tangent.values + voxel * n_q;
    if constexpr (form == TangentForm::dyadic)
    {
      const double *normal = c + 3 * tangent.stride;
      Points n[6], along = {};
      FE2_UNROLL
      for (int i = 0; i < 6; ++i, normal += tangent.stride)
      {
        n[i] = load_points<n_q>(normal);
        along += n[i] * e[i];
      }
      along *= load_points<n_q>(c + 2 * tangent.stride);
      const Points pressure = load_points<n_q>(c) * (e[0] + e[1] + e[2]), twice = load_points<n_q>(c + tangent.stride);
      FE2_UNROLL
      for (int i = 0; i < 6; ++i)
      {
        s[i] = twice * e[i] + n[i] * along;
        if (i < 3)
          s[i] += pressure;
      }
    }
    else
    {
      FE2_UNROLL
      for (auto &x : s)
        x = Points{};
      FE2_UNROLL
      for (int i = 0; i < 6; ++i)
      {
        FE2_UNROLL
        for (int j = form == TangentForm::symmetric ? i : 0; j < 6; ++j)
        {
          const Points d = load_points<n_q>(c + std::size_t(6 * i + j) * tangent.stride);
          s[i] += d * e[j];
          if (form == TangentForm::symmetric && j > i)
            s[j] += d * e[i];
        }
      }
    }
    add_forces<n_q>(grid, corners, weight, s, f);
  }
}

template <int n_q>
void single_of_form(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f)
{
  if (tangent.form == TangentForm::dyadic)
    single<n_q, TangentForm::dyadic>(grid, voxels, tangent, u, f);
  else if (tangent.form == TangentForm::symmetric)
    single<n_q, TangentForm::symmetric>(grid, voxels, tangent, u, f);
  else
    single<n_q, TangentForm::general>(grid, voxels, tangent, u, f);
}

void apply_single(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f)
{
  grid.prism ? single_of_form<4>(grid, voxels, tangent, u, f) : single_of_form<8>(grid, voxels, tangent, u, f);
}
} // namespace

namespace fe2
{
namespace kernels
{
void FE2_TABLE_FUNCTION(add_single_kernels)(Table &table)
{
  table.strains = strains;
  table.forces = forces;
  table.apply_single = apply_single;
}
} // namespace kernels
} // namespace fe2
