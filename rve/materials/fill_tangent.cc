// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/materials/fill_tangent.h>

#include <lib/base/simd_clones.h>

namespace fe2
{
FE2_SIMD_CLONES
void fill_tangent(double *rows, const std::size_t stride, const std::size_t n, const double *values)
{
  for (std::size_t i = 0; i < 36; ++i, rows += stride)
  {
    const double value = values[i];
    for (std::size_t k = 0; k < n; ++k)
      rows[k] = value;
  }
}
} // namespace fe2
