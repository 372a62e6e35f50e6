// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * An unstructured grid as VTU (VTK XML, base64, double precision).
 */
#ifndef fe2_lib_io_vtu_file_h
#define fe2_lib_io_vtu_file_h

#include <cstdint>
#include <string>
#include <vector>

namespace fe2
{
struct VtuField
{
  std::string name;
  unsigned int n_components;
  std::vector<double> values; ///< n_components for each point or cell
};

struct VtuGrid
{
  std::vector<double> points;             ///< three coordinates each
  std::vector<std::int64_t> connectivity; ///< in VTK's order of nodes
  unsigned int nodes_per_cell = 0;
  std::uint8_t cell_type = 0; ///< VTK's number
  std::vector<VtuField> point_fields, cell_fields;
};

/// Throws RunError if the file cannot be written.
void write_vtu(const std::string &file, const VtuGrid &grid);

/// Bytes as base64, after a 64-bit length: VTK's inline binary data.
std::string vtk_base64(const void *data, const std::size_t n_bytes);
} // namespace fe2

#endif
