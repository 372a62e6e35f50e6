// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Element operators for several right-hand sides side by side.
 *
 * A voxel's displacement in the eight products of 1, xi, eta, zeta; their gradients are orthogonal under the Gauss
 * rule, with squares 1, 1/3 and 1/9. With D constant in the voxel seven small products replace those at eight points:
 *
 *     d_x u = g_x (m_x + m_xy eta + m_xz zeta + m_xyz eta zeta),  g_x = 1 / (4 h_x),  and so on.
 *
 * B-bar: all but the first have no trace.
 */
#include <rve/fourier/kernels/corners.h>
#include <rve/fourier/kernels/tables.h>

namespace
{
/// Coefficients of a component: 0 x, 1 y, 2 z, 3 xy, 4 xz, 5 yz, 6 xyz (times 8).
template <class V>
FE2_INLINE void to_modes(const V (&u)[8], V (&m)[7])
{
  const V sx0 = u[0] + u[1], dx0 = u[1] - u[0], sx1 = u[2] + u[3], dx1 = u[3] - u[2];
  const V sx2 = u[4] + u[5], dx2 = u[5] - u[4], sx3 = u[6] + u[7], dx3 = u[7] - u[6];
  const V x0 = dx0 + dx1, xy0 = dx1 - dx0, x1 = dx2 + dx3, xy1 = dx3 - dx2;
  const V s0 = sx0 + sx1, y0 = sx1 - sx0, s1 = sx2 + sx3, y1 = sx3 - sx2;
  m[0] = x0 + x1;
  m[4] = x1 - x0;
  m[3] = xy0 + xy1;
  m[6] = xy1 - xy0;
  m[1] = y0 + y1;
  m[5] = y1 - y0;
  m[2] = s1 - s0;
}

template <class V>
FE2_INLINE void from_modes(const V (&m)[7], V (&u)[8])
{
  // Transposed.
  const V x0 = m[0] - m[4], x1 = m[0] + m[4], xy0 = m[3] - m[6], xy1 = m[3] + m[6];
  const V y0 = m[1] - m[5], y1 = m[1] + m[5];
  const V dx0 = x0 - xy0, dx1 = x0 + xy0, dx2 = x1 - xy1, dx3 = x1 + xy1;
  const V sx0 = -m[2] - y0, sx1 = y0 - m[2], sx2 = m[2] - y1, sx3 = m[2] + y1;
  u[0] = sx0 - dx0;
  u[1] = sx0 + dx0;
  u[2] = sx1 - dx1;
  u[3] = sx1 + dx1;
  u[4] = sx2 - dx2;
  u[5] = sx2 + dx2;
  u[6] = sx3 - dx3;
  u[7] = sx3 + dx3;
}

/// Gradient columns that a mode has: mode 0 all, then xi, eta, zeta, eta zeta, xi zeta, xi eta; entries of m or -1.
constexpr int mode_entry[7][3] = {{0, 1, 2}, {-1, 3, 4}, {3, -1, 5}, {4, 5, -1}, {6, -1, -1}, {-1, 6, -1}, {-1, -1, 6}};
constexpr double mode_weight[7] = {1, 1. / 3, 1. / 3, 1. / 3, 1. / 9, 1. / 9, 1. / 9};

template <class V>
FE2_INLINE void stress_of(const Moduli &d, const V (&e)[6], V (&s)[6])
{
  FE2_UNROLL
  for (int i = 0; i < 6; ++i)
  {
    s[i] = d.tangent[6 * i] * e[0];
    FE2_UNROLL
    for (int j = 1; j < 6; ++j)
      s[i] += d.tangent[6 * i + j] * e[j];
  }
}

/// Mode `mode` of a voxel with any moduli: adds its forces to f, by component and entry.
template <int mode, int lanes, class V>
FE2_INLINE void general_mode(const Moduli &d, const bool b_bar, const double (&g)[3], const V (&m)[3][7], V (&f)[3][7],
                             const double *gradient, V *sum)
{
  V grad[3][3];
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
    FE2_UNROLL
  for (int x = 0; x < 3; ++x)
    grad[k][x] = mode_entry[mode][x] < 0 ? V{} : g[x] * m[k][mode_entry[mode][x] < 0 ? 0 : mode_entry[mode][x]];
  V e[6] = {grad[0][0],
            grad[1][1],
            grad[2][2],
            half_root * (grad[0][1] + grad[1][0]),
            half_root * (grad[0][2] + grad[2][0]),
            half_root * (grad[1][2] + grad[2][1])};
  if (mode == 0 && gradient != nullptr)
    FE2_UNROLL
  for (int i = 0; i < 6; ++i)
    e[i] += load<V>(gradient + i * lanes);
  const bool no_trace = mode > 0 && b_bar;
  if (no_trace)
  {
    const V mean = (e[0] + e[1] + e[2]) * (1. / 3);
    FE2_UNROLL
    for (int i = 0; i < 3; ++i)
      e[i] -= mean;
  }
  V s[6];
  stress_of(d, e, s);
  if (no_trace)
  {
    const V mean = (s[0] + s[1] + s[2]) * (1. / 3);
    FE2_UNROLL
    for (int i = 0; i < 3; ++i)
      s[i] -= mean;
  }
  if (mode == 0 && sum != nullptr)
    FE2_UNROLL
  for (int i = 0; i < 6; ++i)
    sum[i] += s[i];
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
    FE2_UNROLL
  for (int x = 0; x < 3; ++x)
    if (mode_entry[mode][x] >= 0)
      f[k][mode_entry[mode][x]] += (mode_weight[mode] * g[x] * (k == x ? 1. : half_root)) * s[mandel_index[k][x]];
}

/// The same for isotropic moduli, only what is not zero; `lambda` of the modes above the first.
template <int lanes, class V>
FE2_INLINE void isotropic_modes(const Moduli &d, const double lambda, const double (&g)[3], const V (&m)[3][7],
                                V (&f)[3][7], const double *gradient, V *sum)
{
  const double mu = d.mu, mu2 = 2 * mu;
  {
    V e[3], shear[3]; // 12, 13, 23 with factor 2
    FE2_UNROLL
    for (int k = 0; k < 3; ++k)
      e[k] = g[k] * m[k][k];
    shear[0] = g[1] * m[0][1] + g[0] * m[1][0];
    shear[1] = g[2] * m[0][2] + g[0] * m[2][0];
    shear[2] = g[2] * m[1][2] + g[1] * m[2][1];
    if (gradient != nullptr)
      FE2_UNROLL
    for (int k = 0; k < 3; ++k)
    {
      e[k] += load<V>(gradient + k * lanes);
      shear[k] += sqrt2 * load<V>(gradient + (k + 3) * lanes);
    }
    const V pressure = d.lambda * (e[0] + e[1] + e[2]);
    V s[3], t[3];
    FE2_UNROLL
    for (int k = 0; k < 3; ++k)
    {
      s[k] = pressure + mu2 * e[k];
      t[k] = mu * shear[k];
      if (sum != nullptr)
      {
        sum[k] += s[k];
        sum[k + 3] += sqrt2 * t[k];
      }
      f[k][k] = g[k] * s[k];
    }
    f[0][1] = g[1] * t[0];
    f[1][0] = g[0] * t[0];
    f[0][2] = g[2] * t[1];
    f[2][0] = g[0] * t[1];
    f[1][2] = g[2] * t[2];
    f[2][1] = g[1] * t[2];
  }
  // xi, eta, zeta: a and b are the axes of the columns, c the third; entries of the columns.
  constexpr int axes[3][3] = {{1, 2, 0}, {0, 2, 1}, {0, 1, 2}};
  constexpr int entries[3][2] = {{3, 4}, {3, 5}, {4, 5}};
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
    FE2_UNROLL
  for (int i = 3; i < 7; ++i)
    f[k][i] = V{};
  FE2_UNROLL
  for (int mode = 0; mode < 3; ++mode)
  {
    const int a = axes[mode][0], b = axes[mode][1], c = axes[mode][2], x = entries[mode][0], y = entries[mode][1];
    const double ga = g[a] * (1. / 3), gb = g[b] * (1. / 3);
    const V ea = g[a] * m[a][x], eb = g[b] * m[b][y];
    const V pressure = lambda * (ea + eb);
    f[a][x] += ga * (pressure + mu2 * ea);
    f[b][y] += gb * (pressure + mu2 * eb);
    const V t = mu * (g[b] * m[a][y] + g[a] * m[b][x]);
    f[a][y] += gb * t;
    f[b][x] += ga * t;
    f[c][x] += (mu * g[a] * ga) * m[c][x];
    f[c][y] += (mu * g[b] * gb) * m[c][y];
  }
  const double squares = (g[0] * g[0] + g[1] * g[1] + g[2] * g[2]) * mu / 9;
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
    f[k][6] = (squares + g[k] * g[k] * (lambda + mu) / 9) * m[k][6];
}

template <int lanes>
constexpr int width = lanes < native_width ? lanes : native_width;

/// One register of lanes of a voxel.
template <int lanes, bool isotropic, class V>
FE2_INLINE void uniform_voxel(const Grid &grid, const Corners &corners, const Moduli &d, const double lambda,
                              const double (&g)[3], const double volume, const double *u, double *f,
                              const double *gradient, V *sum)
{
  V m[3][7], force[3][7];
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
  {
    V values[8];
    FE2_UNROLL
    for (int v = 0; v < 8; ++v)
      values[v] = load<V>(u + (3 * corners.node[v] + k) * lanes);
    to_modes(values, m[k]);
  }
  if constexpr (isotropic)
    isotropic_modes<lanes>(d, lambda, g, m, force, gradient, sum);
  else
  {
    for (auto &row : force)
      for (auto &x : row)
        x = V{};
    general_mode<0, lanes>(d, grid.b_bar, g, m, force, gradient, sum);
    general_mode<1, lanes>(d, grid.b_bar, g, m, force, gradient, sum);
    general_mode<2, lanes>(d, grid.b_bar, g, m, force, gradient, sum);
    general_mode<3, lanes>(d, grid.b_bar, g, m, force, gradient, sum);
    general_mode<4, lanes>(d, grid.b_bar, g, m, force, gradient, sum);
    general_mode<5, lanes>(d, grid.b_bar, g, m, force, gradient, sum);
    general_mode<6, lanes>(d, grid.b_bar, g, m, force, gradient, sum);
  }
  FE2_UNROLL
  for (int k = 0; k < 3; ++k)
  {
    V values[8];
    for (auto &x : force[k])
      x *= volume;
    from_modes(force[k], values);
    FE2_UNROLL
    for (int v = 0; v < 8; ++v)
    {
      double *x = f + (3 * corners.node[v] + k) * lanes;
      store(x, load<V>(x) + values[v]);
    }
  }
}

template <int lanes, bool isotropic>
void uniform(const Grid &grid, const Voxels &voxels, const Moduli &d, const double *u, double *f,
             const Average &average)
{
  constexpr int W = width<lanes>;
  using V = Vector<W>;
  const double volume = grid.h[0] * grid.h[1] * grid.h[2];
  const double g[3] = {0.25 / grid.h[0], 0.25 / grid.h[1], 0.25 / grid.h[2]};
  const double lambda = grid.b_bar ? -2. / 3 * d.mu : d.lambda;
  V total[lanes / W][6] = {};
  Corners corners(grid);
  for (std::size_t voxel = 0; voxel < voxels.n; ++voxel)
  {
    corners.move(voxels.index[voxel]);
    FE2_UNROLL
    for (int part = 0; part < lanes / W; ++part)
      uniform_voxel<lanes, isotropic>(grid, corners, d, lambda, g, volume, u + part * W, f + part * W,
                                      average.gradient == nullptr ? nullptr : average.gradient + part * W,
                                      average.stress == nullptr ? nullptr : total[part]);
  }
  if (average.stress != nullptr)
    FE2_UNROLL
  for (int part = 0; part < lanes / W; ++part)
    FE2_UNROLL
  for (int i = 0; i < 6; ++i)
  {
    double *x = average.stress + i * lanes + part * W;
    store(x, load<V>(x) + volume * total[part][i]);
  }
}

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

template <int lanes>
void uniform_lanes(const Grid &grid, const Voxels &voxels, const Moduli &d, const double *u, double *f,
                   const Average &average)
{
  d.isotropic ? uniform<lanes, true>(grid, voxels, d, u, f, average)
              : uniform<lanes, false>(grid, voxels, d, u, f, average);
}

void apply_uniform(const Grid &grid, const Voxels &voxels, const Moduli &d, const unsigned lanes, const double *u,
                   double *f, const Average &average)
{
  if (lanes == 1)
    uniform_lanes<1>(grid, voxels, d, u, f, average);
  else
    lanes == 8 ? uniform_lanes<8>(grid, voxels, d, u, f, average) : uniform_lanes<16>(grid, voxels, d, u, f, average);
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
void FE2_TABLE_FUNCTION(add_lane_kernels)(Table &table)
{
  table.apply_uniform = apply_uniform;
  table.apply_points = apply_points;
}
} // namespace kernels
} // namespace fe2
