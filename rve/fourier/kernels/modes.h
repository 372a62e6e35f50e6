// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A voxel's displacement in the eight products of 1, xi, eta, zeta. Their gradients are orthogonal under the Gauss
 * rule, with squares 1, 1/3 and 1/9:
 *
 *     d_x u = g_x (m_x + m_xy eta + m_xz zeta + m_xyz eta zeta),  g_x = 1 / (4 h_x),  and so on.
 */
#ifndef fe2_rve_fourier_kernels_modes_h
#define fe2_rve_fourier_kernels_modes_h

#include <rve/fourier/kernels/corners.h>

namespace
{
/// Lanes of a register.
template <int lanes>
constexpr int width = lanes < native_width ? lanes : native_width;

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

} // namespace

#endif
