// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Names of shared tangents: the same on all ranks for the same model and increment.
 */
#ifndef fe2_lib_scale_tangent_id_h
#define fe2_lib_scale_tangent_id_h

#include <lib/scale/micro_request.h>

#include <functional>

namespace fe2
{
inline std::uint64_t mix_hash(std::uint64_t h, const std::uint64_t x)
{
  h ^= x + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
  return h * 0xff51afd7ed558ccdull;
}

/// Never zero. `fingerprint` tells models apart; models are made in the same order on all ranks.
inline std::uint64_t tangent_id(const std::uint64_t fingerprint, const Increment &increment)
{
  const std::hash<double> hash;
  std::uint64_t h = mix_hash(mix_hash(0xfe2, fingerprint), hash(increment.dt));
  for (const auto &f : increment.fields)
    h = mix_hash(mix_hash(h, hash(f.begin)), hash(f.end));
  return h | 1u;
}

/// A new fingerprint for each model that is made.
inline std::uint64_t next_fingerprint()
{
  static std::uint64_t count = 0;
  return ++count;
}
} // namespace fe2

#endif
