// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The filter 'lzf' that h5py brings along and HDF5 does not have: reading only. Format of LibLZF (M. Lehmann): a byte c
 * below 32 is followed by c + 1 plain bytes; others copy 2 + (c >> 5) bytes (7: plus the next byte) from a distance of
 * 1 + 256 (c & 31) + next byte.
 */
#ifndef fe2_rve_voxel_files_hdf5_lzf_h
#define fe2_rve_voxel_files_hdf5_lzf_h

#include <string>

namespace fe2
{
constexpr int lzf_filter = 32000;
/// Makes HDF5 read it.
void register_lzf();
/// At most `most` bytes; empty: damaged.
std::string unpack_lzf(const std::string &packed, const std::size_t most);
} // namespace fe2

#endif
