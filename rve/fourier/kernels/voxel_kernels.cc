// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Element operators on voxels.
 *
 * Several right-hand sides: a voxel's displacement in the eight products of 1, xi, eta, zeta; their gradients are
 * orthogonal under the Gauss rule, with squares 1, 1/3 and 1/9. With D constant in the voxel seven small products
 * replace those at eight points:
 *
 *     d_x u = g_x (m_x + m_xy eta + m_xz zeta + m_xyz eta zeta),  g_x = 1 / (4 h_x),  and so on.
 *
 * B-bar: all but the first have no trace.
 *
 * One right-hand side: the eight points, then the eight nodes, are the elements of a vector.
 */
#include <rve/fourier/kernels/tables.h>
#include <rve/fourier/kernels/vectors.h>

#include <cmath>

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

  void move(const std::uint32_t index)
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
    for (int r = 0; r < 4; ++r)
      rows_[r] = y[r & 1] + z[r >> 1];
    moved_ = false;
  }

  const Grid &grid_;
  std::size_t plane_, row_begin_ = 0, j_ = 0, k_ = 0, rows_[4];
  bool moved_ = false;
};

/// Coefficients of a component: 0 x, 1 y, 2 z, 3 xy, 4 xz, 5 yz, 6 xyz (times 8).
template <class V>
inline void to_modes(const V (&u)[8], V (&m)[7])
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
inline void from_modes(const V (&m)[7], V (&u)[8])
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

/// Column d of a symmetric tensor's rows: stress t[k] on the axis d, from Mandel components.
constexpr int mandel_index[3][3] = {{0, 3, 4}, {3, 1, 5}, {4, 5, 2}};

/// Gradient columns that a mode has: mode 0 all, then xi, eta, zeta, eta zeta, xi zeta, xi eta; entries of m or -1.
constexpr int mode_entry[7][3] = {{0, 1, 2}, {-1, 3, 4}, {3, -1, 5}, {4, 5, -1}, {6, -1, -1}, {-1, 6, -1}, {-1, -1, 6}};
constexpr double mode_weight[7] = {1, 1. / 3, 1. / 3, 1. / 3, 1. / 9, 1. / 9, 1. / 9};

template <class V>
inline void stress_of(const Moduli &d, const V (&e)[6], V (&s)[6])
{
  for (int i = 0; i < 6; ++i)
  {
    s[i] = d.tangent[6 * i] * e[0];
    for (int j = 1; j < 6; ++j)
      s[i] += d.tangent[6 * i + j] * e[j];
  }
}

/// Mode `mode` of a voxel with any moduli: adds its forces to f, by component and entry.
template <int mode, int lanes, class V>
inline void general_mode(const Moduli &d, const bool b_bar, const double (&g)[3], const V (&m)[3][7], V (&f)[3][7],
                         const double *gradient, V *sum)
{
  V grad[3][3];
  for (int k = 0; k < 3; ++k)
    for (int x = 0; x < 3; ++x)
      grad[k][x] = mode_entry[mode][x] < 0 ? V{} : g[x] * m[k][mode_entry[mode][x] < 0 ? 0 : mode_entry[mode][x]];
  V e[6] = {grad[0][0],
            grad[1][1],
            grad[2][2],
            half_root * (grad[0][1] + grad[1][0]),
            half_root * (grad[0][2] + grad[2][0]),
            half_root * (grad[1][2] + grad[2][1])};
  if (mode == 0 && gradient != nullptr)
    for (int i = 0; i < 6; ++i)
      e[i] += load<V>(gradient + i * lanes);
  const bool no_trace = mode > 0 && b_bar;
  if (no_trace)
  {
    const V mean = (e[0] + e[1] + e[2]) * (1. / 3);
    for (int i = 0; i < 3; ++i)
      e[i] -= mean;
  }
  V s[6];
  stress_of(d, e, s);
  if (no_trace)
  {
    const V mean = (s[0] + s[1] + s[2]) * (1. / 3);
    for (int i = 0; i < 3; ++i)
      s[i] -= mean;
  }
  if (mode == 0 && sum != nullptr)
    for (int i = 0; i < 6; ++i)
      sum[i] += s[i];
  for (int k = 0; k < 3; ++k)
    for (int x = 0; x < 3; ++x)
      if (mode_entry[mode][x] >= 0)
        f[k][mode_entry[mode][x]] += (mode_weight[mode] * g[x] * (k == x ? 1. : half_root)) * s[mandel_index[k][x]];
}

/// The same for isotropic moduli, only what is not zero; `lambda` of the modes above the first.
template <int lanes, class V>
inline void isotropic_modes(const Moduli &d, const double lambda, const double (&g)[3], const V (&m)[3][7],
                            V (&f)[3][7], const double *gradient, V *sum)
{
  const double mu = d.mu, mu2 = 2 * mu;
  {
    V e[3], shear[3]; // 12, 13, 23 with factor 2
    for (int k = 0; k < 3; ++k)
      e[k] = g[k] * m[k][k];
    shear[0] = g[1] * m[0][1] + g[0] * m[1][0];
    shear[1] = g[2] * m[0][2] + g[0] * m[2][0];
    shear[2] = g[2] * m[1][2] + g[1] * m[2][1];
    if (gradient != nullptr)
      for (int k = 0; k < 3; ++k)
      {
        e[k] += load<V>(gradient + k * lanes);
        shear[k] += sqrt2 * load<V>(gradient + (k + 3) * lanes);
      }
    const V pressure = d.lambda * (e[0] + e[1] + e[2]);
    V s[3], t[3];
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
  for (int k = 0; k < 3; ++k)
    for (int i = 3; i < 7; ++i)
      f[k][i] = V{};
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
  for (int k = 0; k < 3; ++k)
    f[k][6] = (squares + g[k] * g[k] * (lambda + mu) / 9) * m[k][6];
}

template <int lanes>
constexpr int width = lanes < native_width ? lanes : native_width;

/// One register of lanes of a voxel.
template <int lanes, bool isotropic, class V>
inline void uniform_voxel(const Grid &grid, const Corners &corners, const Moduli &d, const double lambda,
                          const double (&g)[3], const double volume, const double *u, double *f, const double *gradient,
                          V *sum)
{
  V m[3][7], force[3][7];
  for (int k = 0; k < 3; ++k)
  {
    V values[8];
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
  for (int k = 0; k < 3; ++k)
  {
    V values[8];
    for (auto &x : force[k])
      x *= volume;
    from_modes(force[k], values);
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
    for (int part = 0; part < lanes / W; ++part)
      uniform_voxel<lanes, isotropic>(grid, corners, d, lambda, g, volume, u + part * W, f + part * W,
                                      average.gradient == nullptr ? nullptr : average.gradient + part * W,
                                      average.stress == nullptr ? nullptr : total[part]);
  }
  if (average.stress != nullptr)
    for (int part = 0; part < lanes / W; ++part)
      for (int i = 0; i < 6; ++i)
      {
        double *x = average.stress + i * lanes + part * W;
        store(x, load<V>(x) + volume * total[part][i]);
      }
}

/// Values at the four points of a plane from a mean, two slopes and a twist.
template <class V>
inline void spread(const V &c, const V &a, const V &b, const V &ab, V (&x)[4])
{
  const V p = c + a, m = c - a, q = b + ab, r = b - ab;
  x[0] = m - r;
  x[1] = p - q;
  x[2] = m + r;
  x[3] = p + q;
}

template <class V>
inline void collect(const V (&x)[4], V &c, V &a, V &b, V &ab)
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
template <bool dyadic, int n_q>
struct VoxelTangent
{
  static constexpr int rows = dyadic ? 9 : 36;
  alignas(64) double values[rows][n_q];

  void read(const Tangent &tangent, const std::size_t voxel)
  {
    const double *x = tangent.values + voxel * n_q;
    for (int r = 0; r < rows; ++r, x += tangent.stride)
      std::memcpy(values[r], x, sizeof(values[r]));
  }

  template <class V>
  void stress(const int q, const V (&e)[6], V (&s)[6]) const
  {
    if constexpr (dyadic)
    {
      const V pressure = values[0][q] * (e[0] + e[1] + e[2]);
      V along = values[3][q] * e[0];
      for (int i = 1; i < 6; ++i)
        along += values[3 + i][q] * e[i];
      along *= values[2][q];
      for (int i = 0; i < 6; ++i)
      {
        s[i] = values[1][q] * e[i] + values[3 + i][q] * along;
        if (i < 3)
          s[i] += pressure;
      }
    }
    else
      for (int i = 0; i < 6; ++i)
      {
        s[i] = values[6 * i][q] * e[0];
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
inline V plane_gradients(const Corners &corners, const double (&g)[3], const double *u, PlaneValues<V> &d)
{
  V mean = {}; // of the trace
  for (int k = 0; k < 3; ++k)
  {
    V values[8], m[7];
    for (int v = 0; v < 8; ++v)
      values[v] = load<V>(u + (3 * corners.node[v] + k) * lanes);
    to_modes(values, m);
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
inline void plane_forces(const Corners &corners, const double (&g)[3], const double weight, const PlaneValues<V> &r,
                         double *f)
{
  for (int k = 0; k < 3; ++k)
  {
    V m[7] = {}, values[8];
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
    for (int v = 0; v < 8; ++v)
    {
      double *x = f + (3 * corners.node[v] + k) * lanes;
      store(x, load<V>(x) + values[v]);
    }
  }
}

template <class V>
inline void add_stress(const int q, const V (&s)[6], PlaneValues<V> &r)
{
  for (int l = 0; l < 3; ++l)
    for (int x = 0; x < 3; ++x)
      r[l][x][in_plane(q, x)] += s[mandel_index[l][x]];
}

/// One register of lanes.
template <int lanes, int n_q, bool dyadic, bool b_bar>
void points(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f,
            const Average &average)
{
  using V = Vector<width<lanes>>;
  const double volume = grid.h[0] * grid.h[1] * grid.h[2], weight = volume / n_q;
  const double g[3] = {0.25 / grid.h[0], 0.25 / grid.h[1], 0.25 / grid.h[2]};
  V total[6] = {}, given[6] = {};
  if (average.gradient != nullptr)
    for (int i = 0; i < 6; ++i)
      given[i] = load<V>(average.gradient + i * lanes);
  Corners corners(grid);
  VoxelTangent<dyadic, n_q> c;
  for (std::size_t voxel = 0; voxel < voxels.n; ++voxel)
  {
    corners.move(voxels.index[voxel]);
    c.read(tangent, voxel);
    PlaneValues<V> d, r = {};
    const V mean = plane_gradients<lanes>(corners, g, u, d);
    V s[b_bar ? n_q : 1][6], pressure = {};
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
        for (int l = 0; l < 3; ++l)
          e[l] += change;
      }
      for (int l = 0; l < 6; ++l)
        e[l] += given[l];
      V(&stress)[6] = s[b_bar ? q : 0];
      c.stress(q, e, stress);
      if (average.stress != nullptr)
        for (int l = 0; l < 6; ++l)
          total[l] += stress[l];
      if (b_bar)
        pressure += stress[0] + stress[1] + stress[2];
      else
        add_stress(q, stress, r);
    }
    for (int q = 0; q < n_q && b_bar; ++q)
    {
      V(&stress)[6] = s[b_bar ? q : 0];
      const V change = (pressure * (1. / n_q) - (stress[0] + stress[1] + stress[2])) * (1. / 3);
      for (int l = 0; l < 3; ++l)
        stress[l] += change;
      add_stress(q, stress, r);
    }
    plane_forces<lanes>(corners, g, weight, r, f);
  }
  if (average.stress != nullptr)
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

template <int lanes, int n_q, bool dyadic>
void all_points(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f,
                const Average &average)
{
  for (int part = 0; part < lanes; part += width<lanes>)
  {
    const Average mine = {average.gradient == nullptr ? nullptr : average.gradient + part,
                          average.stress == nullptr ? nullptr : average.stress + part};
    if (grid.b_bar)
      points<lanes, n_q, dyadic, true>(grid, voxels, tangent, u + part, f + part, mine);
    else
      points<lanes, n_q, dyadic, false>(grid, voxels, tangent, u + part, f + part, mine);
  }
}

template <int lanes>
void points_of_grid(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f,
                    const Average &average)
{
  if (grid.prism)
    tangent.dyadic ? all_points<lanes, 4, true>(grid, voxels, tangent, u, f, average)
                   : all_points<lanes, 4, false>(grid, voxels, tangent, u, f, average);
  else
    tangent.dyadic ? all_points<lanes, 8, true>(grid, voxels, tangent, u, f, average)
                   : all_points<lanes, 8, false>(grid, voxels, tangent, u, f, average);
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

using Points = Vector<8>;

/// Displacement gradients [component][axis] at the points of a voxel, and B-bar's change of the normal strains.
inline void gradients(const Grid &grid, const Corners &corners, const double *u, Points (&g)[3][3], Points &change)
{
  for (auto &row : g)
    for (auto &x : row)
      x = Points{};
  double mean = 0;
  for (int v = 0; v < 8; ++v)
  {
    const double *x = u + 3 * corners.node[v];
    for (int d = 0; d < 3; ++d)
    {
      const Points shape = load<Points>(grid.by_point[d][v]);
      for (int k = 0; k < 3; ++k)
        g[k][d] += shape * x[k];
      mean += grid.mean[d][v] * x[d];
    }
  }
  change = grid.b_bar ? (mean - (g[0][0] + g[1][1] + g[2][2])) * (1. / 3) : Points{};
}

/// Mandel strains of a voxel's points.
inline void strain_of(const Grid &grid, const Corners &corners, const double *u, Points (&e)[6])
{
  Points g[3][3], change;
  gradients(grid, corners, u, g, change);
  for (int i = 0; i < 3; ++i)
    e[i] = g[i][i] + change;
  e[3] = half_root * (g[0][1] + g[1][0]);
  e[4] = half_root * (g[0][2] + g[2][0]);
  e[5] = half_root * (g[1][2] + g[2][1]);
}

/// Adds the forces of a voxel's stresses; returns their sum of squares.
template <int n_q>
inline double add_forces(const Grid &grid, const Corners &corners, const double weight, Points (&s)[6], double *f)
{
  alignas(64) double t[6][8];
  if (grid.b_bar)
  {
    store(t[0], s[0] + s[1] + s[2]);
    double mean = 0;
    for (int q = 0; q < n_q; ++q)
      mean += t[0][q];
    const Points change = (mean / n_q - (s[0] + s[1] + s[2])) * (1. / 3);
    for (int i = 0; i < 3; ++i)
      s[i] += change;
  }
  for (int i = 0; i < 6; ++i)
    store(t[i], s[i] * (i < 3 ? weight : weight * half_root));
  Points force[3] = {};
  for (int q = 0; q < n_q; ++q)
    for (int d = 0; d < 3; ++d)
    {
      const Points shape = load<Points>(grid.by_node[d][q]);
      for (int k = 0; k < 3; ++k)
        force[k] += shape * t[mandel_index[k][d]][q];
    }
  const Points squares = force[0] * force[0] + force[1] * force[1] + force[2] * force[2];
  alignas(64) double values[3][8], sums[8];
  double sum = 0;
  for (int k = 0; k < 3; ++k)
    store(values[k], force[k]);
  store(sums, squares);
  for (int v = 0; v < 8; ++v)
  {
    for (int k = 0; k < 3; ++k)
      f[3 * corners.node[v] + k] += values[k][v];
    sum += sums[v];
  }
  return sum;
}

/// The points of a voxel in an array; a prism has four.
template <int n_q>
inline Points load_points(const double *x)
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

template <int n_q, bool dyadic>
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
    if constexpr (dyadic)
    {
      const double *normal = c + 3 * tangent.stride;
      Points n[6], along = {};
      for (int i = 0; i < 6; ++i, normal += tangent.stride)
      {
        n[i] = load_points<n_q>(normal);
        along += n[i] * e[i];
      }
      along *= load_points<n_q>(c + 2 * tangent.stride);
      const Points pressure = load_points<n_q>(c) * (e[0] + e[1] + e[2]), twice = load_points<n_q>(c + tangent.stride);
      for (int i = 0; i < 6; ++i)
      {
        s[i] = twice * e[i] + n[i] * along;
        if (i < 3)
          s[i] += pressure;
      }
    }
    else
      for (int i = 0; i < 6; ++i)
      {
        s[i] = Points{};
        for (int j = 0; j < 6; ++j, c += tangent.stride)
          s[i] += load_points<n_q>(c) * e[j];
      }
    add_forces<n_q>(grid, corners, weight, s, f);
  }
}

void apply_single(const Grid &grid, const Voxels &voxels, const Tangent &tangent, const double *u, double *f)
{
  if (grid.prism)
    tangent.dyadic ? single<4, true>(grid, voxels, tangent, u, f) : single<4, false>(grid, voxels, tangent, u, f);
  else
    tangent.dyadic ? single<8, true>(grid, voxels, tangent, u, f) : single<8, false>(grid, voxels, tangent, u, f);
}
} // namespace

namespace fe2
{
namespace kernels
{
void FE2_TABLE_FUNCTION(add_voxel_kernels)(Table &table)
{
  table.apply_uniform = apply_uniform;
  table.apply_points = apply_points;
  table.strains = strains;
  table.forces = forces;
  table.apply_single = apply_single;
}
} // namespace kernels
} // namespace fe2
