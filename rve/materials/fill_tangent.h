// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef fe2_rve_materials_fill_tangent_h
#define fe2_rve_materials_fill_tangent_h

#include <cstddef>

namespace fe2
{
/// Writes one value to each of the 36 rows, for `n` points that have the same tangent.
void fill_tangent(double *rows, const std::size_t stride, const std::size_t n, const double *values);
} // namespace fe2

#endif
