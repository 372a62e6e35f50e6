// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * FE2_SIMD_CLONES before a free function compiles it for AVX2 and for the baseline; the loader takes what the processor
 * has. For functions that spend their time in loops over many points; what they call in these loops must be inlined
 * into them.
 *
 * Not for AVX-512: the loops of the materials wait for memory, and loads of 64 bytes that straddle cache lines made
 * them slower. Features are named, not architectures: "arch=haswell" would match that very processor and none of its
 * successors. Files with such functions are compiled with -ffp-contract=off (CMakeLists.txt), so that their results
 * have the same bits on all processors. The macro is empty with other compilers, without optimization, with
 * -march=native, and under sanitizers, which cannot bear that the choice is made before they start.
 */
#ifndef fe2_lib_base_simd_clones_h
#define fe2_lib_base_simd_clones_h

#include <cstddef> // defines __GLIBC__: the choice needs its loader

#if defined(__GNUC__) && !defined(__clang__) && !defined(__INTEL_COMPILER) && defined(__x86_64__) &&                   \
    defined(__GLIBC__) && defined(__OPTIMIZE__) && !defined(__AVX2__) && !defined(__SANITIZE_ADDRESS__) &&             \
    !defined(__SANITIZE_THREAD__)
#define FE2_SIMD_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define FE2_SIMD_CLONES
#endif

#endif
