// SPDX-License-Identifier: LGPL-2.1-or-later
/// Vectors of W doubles that the compiler maps to the registers of the instruction set at hand.
#ifndef fe2_rve_fourier_kernels_vectors_h
#define fe2_rve_fourier_kernels_vectors_h

#include <cstring>

// Loops of a few known steps over vectors: their indices must be constants for the vectors to stay in registers.
#define FE2_INLINE inline __attribute__((always_inline))
#define FE2_UNROLL _Pragma("GCC unroll 8")

namespace
{
template <int W>
struct VectorOf
{
  typedef double type __attribute__((vector_size(W * sizeof(double))));
};
template <int W>
using Vector = typename VectorOf<W>::type;

template <class V>
inline V load(const double *x)
{
  V v;
  std::memcpy(&v, x, sizeof(V));
  return v;
}

template <class V>
inline void store(double *x, const V &v)
{
  std::memcpy(x, &v, sizeof(V));
}

#if defined(__AVX512F__)
constexpr int native_width = 8;
#elif defined(__AVX__)
constexpr int native_width = 4;
#else
constexpr int native_width = 2;
#endif
} // namespace

#endif
