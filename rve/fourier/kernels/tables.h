// SPDX-License-Identifier: LGPL-2.1-or-later
/// Names of the functions that fill a table, one set for each instruction set (FE2_ISA is given by the build).
#ifndef fe2_rve_fourier_kernels_tables_h
#define fe2_rve_fourier_kernels_tables_h

#include <rve/fourier/kernels/kernels.h>

#ifndef FE2_ISA
#define FE2_ISA generic // for tools that read a file alone
#endif
#define FE2_JOIN_NAMES(a, b) a##_##b
#define FE2_JOIN(a, b) FE2_JOIN_NAMES(a, b)
#define FE2_TABLE_FUNCTION(name) FE2_JOIN(name, FE2_ISA)

namespace fe2
{
namespace kernels
{
void FE2_TABLE_FUNCTION(add_uniform_kernels)(Table &table);
void FE2_TABLE_FUNCTION(add_points_kernels)(Table &table);
void FE2_TABLE_FUNCTION(add_single_kernels)(Table &table);
void FE2_TABLE_FUNCTION(add_green_kernels)(Table &table);
void FE2_TABLE_FUNCTION(add_vector_kernels)(Table &table);
} // namespace kernels
} // namespace fe2

#endif
