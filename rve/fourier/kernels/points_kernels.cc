// SPDX-License-Identifier: LGPL-2.1-or-later
/// Element operator with a tangent at each quadrature point, for several right-hand sides side by side.
#include <rve/fourier/kernels/modes.h>
#include <rve/fourier/kernels/tables.h>

namespace
{
/// Values at the four points of a plane from a mean, two slopes and a twist.
template <class V>
FE2_INLINE void spread(const V &c, const V &a, const V &b, const V &ab, V (&x)[4])
{
  const V p = c + a, m = c - a, q = b + ab, r = b - ab;
  x[0] = m - r;
  x[1] = p - q;
  x[2] = m + r;
  x[3] = p + q;
}

template <class V>
FE2_INLINE void collect(const V (&x)[4], V &c, V &a, V &b, V &ab)
{
  const V s0 = x[0] + x[1], d0 = x[1] - x[0], s1 = x[2] + x[3], d1 = x[3] - x[2];
  c = s0 + s1;
  a = d0 + d1;
  b = s1 - s0;
  ab = d1 - d0;
}

/// Entries of m that make the four values of d_x u: mean, slopes along the other two axes, twist.
constexpr int plane_entry[3][4] = {{0, 3, 4, 6}, {1, 3, 5, 6}, {2, 4, 5, 6}};

/// Tangents of a voxel's points, from rows far apart to one place.
template <TangentForm form, int n_q>
struct VoxelTangent
{
  static constexpr bool dyadic = form == TangentForm::dyadic;
  static constexpr int rows = dyadic ? 9 : 36;
  alignas(64) double values[rows][n_q];

  FE2_INLINE void read(const Tangent &tangent, const std::size_t voxel)
  {
    const double *x = tangent.values + voxel * n_q;
    for (int r = 0; r < rows; ++r)
    {
      if (form == TangentForm::symmetric && r / 6 > r % 6)
        continue;
      std::memcpy(values[r], x + r * tangent.stride, sizeof(values[r]));
      if (form == TangentForm::symmetric)
        std::memcpy(values[6 * (r % 6) + r / 6], values[r], sizeof(values[r]));
    }
  }

  template <class V>
  FE2_INLINE void stress(const int q, const V (&e)[6], V (&s)[6]) const
  {
    if constexpr (dyadic)
    {
      const V pressure = values[0][q] * (e[0] + e[1] + e[2]);
      V along = values[3][q] * e[0];
      FE2_UNROLL
      for (int i = 1; i < 6; ++i)
        along += values[3 + i][q] * e[i];
      along *= values[2][q];
      FE2_UNROLL
      for (int i = 0; i < 6; ++i)
      {
        s[i] = values[1][q] * e[i] + values[3 + i][q] * along;
        if (i < 3)
          s[i] += pressure;
      }
    }
    else
      FE2_UNROLL
    for (int i = 0; i < 6; ++i)
    {
      s[i] = values[6 * i][q] * e[0];
      FE2_UNROLL
      for (int j = 1; j < 6; ++j)
        s[i] += values[6 * i + j][q] * e[j];
    }
  }
};

/// Indices of a point in the planes across the three axes.
constexpr int in_plane(const int q, const int axis)
{
  const int i = q & 1, j = q >> 1 & 1, k = q >> 2;
  return axis == 0 ? j + 2 * k : axis == 1 ? i + 2 * k : i + 2 * j;
}

/// Displacement gradients of a voxel by component, axis and the four points of the plane across it.
template <class V>
using PlaneValues = V[3][3][4];

template <int lanes, class V>
FE2_INLINE V plane_gradients(const Corners &corners, const double (&g)[3], const double *u, PlaneValues<V> &d)
{
  V mean = {}; // of the trace
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
  {
    V values[8], m[7];
    FE2_UNROLL
    for (int v = 0; v < 8; ++v)
      values[v] = load<V>(u + (3 * corners.node[v] + k) * lanes);
    to_modes(values, m);
    FE2_UNROLL
    for (int x = 0; x < 3; ++x)
    {
      const int *entry = plane_entry[x];
      const double a = g[x] * gauss, b = a * gauss;
      spread<V>(g[x] * m[entry[0]], a * m[entry[1]], a * m[entry[2]], b * m[entry[3]], d[k][x]);
    }
    mean += g[k] * m[k];
  }
  return mean;
}

template <int lanes, class V>
FE2_INLINE void plane_forces(const Corners &corners, const double (&g)[3], const double weight, const PlaneValues<V> &r,
                             double *f)
{
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
  {
    V m[7] = {}, values[8];
    FE2_UNROLL
    for (int x = 0; x < 3; ++x)
    {
      const int *entry = plane_entry[x];
      // Mandel shear components carry a factor that their forces do not.
      const double scale = weight * g[x] * (k == x ? 1. : half_root), a = scale * gauss, b = a * gauss;
      V t[4];
      collect<V>(r[k][x], t[0], t[1], t[2], t[3]);
      m[entry[0]] += scale * t[0];
      m[entry[1]] += a * t[1];
      m[entry[2]] += a * t[2];
      m[entry[3]] += b * t[3];
    }
    from_modes(m, values);
    FE2_UNROLL
    for (int v = 0; v < 8; ++v)
    {
      double *x = f + (3 * corners.node[v] + k) * lanes;
      store(x, load<V>(x) + values[v]);
    }
  }
}

template <class V>
FE2_INLINE void add_stress(const int q, const V (&s)[6], PlaneValues<V> &r)
{
  FE2_UNROLL
  for (int l = 0; l < 3; ++l)
    FE2_UNROLL
  for (int x = 0; x < 3; ++x)
    r[l][x][in_plane(q, x)] += s[mandel_index[l][x]];
}

/// One register of lanes.
template <int lanes, int n_q, TangentForm form, bool b_bar>
void points(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f,
            const Average &average)
{
  using V = Vector<width<lanes>>;
  const double volume = grid.h[0] * grid.h[1] * grid.h[2], weight = volume / n_q;
  const double g[3] = {0.25 / grid.h[0], 0.25 / grid.h[1], 0.25 / grid.h[2]};
  V total[6] = {}, given[6] = {};
  if (average.gradient != nullptr)
    FE2_UNROLL
  for (int i = 0; i < 6; ++i)
    given[i] = load<V>(average.gradient + i * lanes);
  Corners corners(grid);
  VoxelTangent<form, n_q> c;
  for (std::size_t voxel = 0; voxel < voxels.n; ++voxel)
  {
    corners.move(voxels.index[voxel]);
    c.read(tangent, voxel);
    PlaneValues<V> d, r = {};
    const V mean = plane_gradients<lanes>(corners, g, u, d);
    V s[b_bar ? n_q : 1][6], pressure = {};
    FE2_UNROLL
    for (int q = 0; q < n_q; ++q)
    {
      // Of a prism's points only zeta = 0 counts, where nothing varies with zeta.
      const int p[3] = {in_plane(q, 0), in_plane(q, 1), in_plane(q, 2)};
      V e[6] = {d[0][0][p[0]],
                d[1][1][p[1]],
                d[2][2][p[2]],
                half_root * (d[0][1][p[1]] + d[1][0][p[0]]),
                half_root * (d[0][2][p[2]] + d[2][0][p[0]]),
                half_root * (d[1][2][p[2]] + d[2][1][p[1]])};
      if (b_bar)
      {
        const V change = (mean - (e[0] + e[1] + e[2])) * (1. / 3);
        FE2_UNROLL
        for (int l = 0; l < 3; ++l)
          e[l] += change;
      }
      FE2_UNROLL
      for (int l = 0; l < 6; ++l)
        e[l] += given[l];
      V(&stress)[6] = s[b_bar ? q : 0];
      c.stress(q, e, stress);
      if (average.stress != nullptr)
        FE2_UNROLL
      for (int l = 0; l < 6; ++l)
        total[l] += stress[l];
      if (b_bar)
        pressure += stress[0] + stress[1] + stress[2];
      else
        add_stress(q, stress, r);
    }
    FE2_UNROLL
    for (int q = 0; q < n_q && b_bar; ++q)
    {
      V(&stress)[6] = s[b_bar ? q : 0];
      const V change = (pressure * (1. / n_q) - (stress[0] + stress[1] + stress[2])) * (1. / 3);
      FE2_UNROLL
      for (int l = 0; l < 3; ++l)
        stress[l] += change;
      add_stress(q, stress, r);
    }
    plane_forces<lanes>(corners, g, weight, r, f);
  }
  if (average.stress != nullptr)
    FE2_UNROLL
  for (int i = 0; i < 6; ++i)
    store(average.stress + i * lanes, load<V>(average.stress + i * lanes) + weight * total[i]);
}

template <int lanes, int n_q, TangentForm form>
void all_points(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f,
                const Average &average)
{
  for (int part = 0; part < lanes; part += width<lanes>)
  {
    const Average mine = {average.gradient == nullptr ? nullptr : average.gradient + part,
                          average.stress == nullptr ? nullptr : average.stress + part};
    if (grid.b_bar)
      points<lanes, n_q, form, true>(grid, voxels, tangent, u + part, f + part, mine);
    else
      points<lanes, n_q, form, false>(grid, voxels, tangent, u + part, f + part, mine);
  }
}

template <int lanes, int n_q>
void points_of_form(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f,
                    const Average &average)
{
  if (tangent.form == TangentForm::dyadic)
    all_points<lanes, n_q, TangentForm::dyadic>(grid, voxels, tangent, u, f, average);
  else if (tangent.form == TangentForm::symmetric)
    all_points<lanes, n_q, TangentForm::symmetric>(grid, voxels, tangent, u, f, average);
  else
    all_points<lanes, n_q, TangentForm::general>(grid, voxels, tangent, u, f, average);
}

template <int lanes>
void points_of_grid(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f,
                    const Average &average)
{
  grid.prism ? points_of_form<lanes, 4>(grid, voxels, tangent, u, f, average)
             : points_of_form<lanes, 8>(grid, voxels, tangent, u, f, average);
}

void apply_points(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const unsigned lanes, const double *u,
                  double *f, const Average &average)
{
  if (lanes == 1)
    points_of_grid<1>(grid, voxels, tangent, u, f, average);
  else
    lanes == 8 ? points_of_grid<8>(grid, voxels, tangent, u, f, average)
               : points_of_grid<16>(grid, voxels, tangent, u, f, average);
}

} // namespace

namespace fe2
{
namespace kernels
{
void FE2_TABLE_FUNCTION(add_points_kernels)(Table &table)
{
  table.apply_points = apply_points;
}
} // namespace kernels
} // namespace fe2
