// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Element operator with constant moduli in each voxel, for several right-hand sides side by side: seven small products,
 * one for each mode of the strain, replace those at eight points. B-bar: all modes but the first have no trace.
 */
#include <rve/fourier/kernels/modes.h>
#include <rve/fourier/kernels/tables.h>

namespace
{
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

} // namespace

namespace fe2
{
namespace kernels
{
void FE2_TABLE_FUNCTION(add_uniform_kernels)(Table &table)
{
  table.apply_uniform = apply_uniform;
}
} // namespace kernels
} // namespace fe2
