// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/hdf5_lzf.h>

#include <hdf5.h>

#include <cstdint>
#include <cstring>

namespace fe2
{
std::string unpack_lzf(const std::string &packed, const std::size_t most)
{
  std::string plain;
  std::size_t at = 0;
  const auto byte = [&](const std::size_t i) { return std::size_t(std::uint8_t(packed[i])); };
  while (at < packed.size())
  {
    const std::size_t control = byte(at++);
    if (control < 32)
    {
      const std::size_t n = control + 1;
      if (n > packed.size() - at || plain.size() + n > most)
        return "";
      plain.append(packed, at, n);
      at += n;
      continue;
    }
    std::size_t n = control >> 5;
    if (n == 7 && at < packed.size())
      n += byte(at++);
    n += 2;
    if (at >= packed.size())
      return "";
    const std::size_t distance = ((control & 31) << 8) + byte(at++) + 1;
    if (distance > plain.size() || plain.size() + n > most)
      return "";
    for (std::size_t i = 0; i < n; ++i) // may overlap what it writes
      plain += plain[plain.size() - distance];
  }
  return plain;
}

namespace
{
/// H5Z_func_t; 0 is failure. The third value is the size of a chunk.
std::size_t filter(unsigned int flags, std::size_t n_values, const unsigned int *values, std::size_t n_bytes,
                   std::size_t *buffer_size, void **buffer)
{
  if ((flags & H5Z_FLAG_REVERSE) == 0 || n_values < 3)
    return 0;
  const std::string plain = unpack_lzf(std::string(static_cast<const char *>(*buffer), n_bytes), values[2]);
  // HDF5 does not check the size of what it gets.
  void *space = plain.empty() || plain.size() != values[2] ? nullptr : H5allocate_memory(plain.size(), false);
  if (space == nullptr)
    return 0;
  std::memcpy(space, plain.data(), plain.size());
  H5free_memory(*buffer);
  *buffer = space;
  *buffer_size = plain.size();
  return plain.size();
}
} // namespace

void register_lzf()
{
  static const H5Z_class2_t lzf = {H5Z_CLASS_T_VERS, lzf_filter, 0, 1, "lzf", nullptr, nullptr, filter};
  if (H5Zfilter_avail(lzf_filter) <= 0)
    H5Zregister(&lzf);
}
} // namespace fe2
