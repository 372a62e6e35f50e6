// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/kernels/kernels.h>

#include <cstdlib>
#include <cstring>

namespace fe2
{
namespace kernels
{
#define FE2_DECLARE(isa)                                                                                               \
  void add_uniform_kernels_##isa(Table &);                                                                             \
  void add_points_kernels_##isa(Table &);                                                                              \
  void add_single_kernels_##isa(Table &);                                                                              \
  void add_green_kernels_##isa(Table &);                                                                               \
  void add_vector_kernels_##isa(Table &);
FE2_DECLARE(generic)
#ifdef FE2_X86_KERNELS
FE2_DECLARE(avx2)
FE2_DECLARE(avx512)
#endif
#undef FE2_DECLARE

namespace
{
#define FE2_MAKE(isa)                                                                                                  \
  Table make_##isa()                                                                                                   \
  {                                                                                                                    \
    Table table;                                                                                                       \
    table.name = #isa;                                                                                                 \
    add_uniform_kernels_##isa(table);                                                                                  \
    add_points_kernels_##isa(table);                                                                                   \
    add_single_kernels_##isa(table);                                                                                   \
    add_green_kernels_##isa(table);                                                                                    \
    add_vector_kernels_##isa(table);                                                                                   \
    return table;                                                                                                      \
  }
FE2_MAKE(generic)
#ifdef FE2_X86_KERNELS
FE2_MAKE(avx2)
FE2_MAKE(avx512)
#endif
#undef FE2_MAKE
} // namespace

const Table *find(const char *name)
{
#ifdef FE2_X86_KERNELS
  static const Table avx512 = make_avx512(), avx2 = make_avx2();
  if (std::strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    return &avx512;
  if (std::strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &avx2;
#endif
  static const Table generic = make_generic();
  return std::strcmp(name, "generic") == 0 ? &generic : nullptr;
}

const Table &kernels()
{
  static const Table &best = []() -> const Table &
  {
    if (const char *given = std::getenv("FE2_KERNELS"))
      if (const Table *table = find(given))
        return *table;
    for (const char *name : {"avx512", "avx2"})
      if (const Table *table = find(name))
        return *table;
    return *find("generic");
  }();
  return best;
}
} // namespace kernels
} // namespace fe2
