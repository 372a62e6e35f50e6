// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/vtu_file.h>

#include <lib/base/errors.h>

#include <cstring>
#include <fstream>

namespace fe2
{
std::string vtk_base64(const void *data, const std::size_t n_bytes)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::uint64_t length = n_bytes;
  std::vector<unsigned char> bytes(sizeof(length) + n_bytes);
  std::memcpy(bytes.data(), &length, sizeof(length));
  if (n_bytes > 0)
    std::memcpy(bytes.data() + sizeof(length), data, n_bytes);
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3)
  {
    const auto at = [&](const std::size_t k) { return k < bytes.size() ? std::uint32_t(bytes[k]) : 0u; };
    const std::uint32_t three = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    text += digits[three >> 18 & 63];
    text += digits[three >> 12 & 63];
    text += i + 1 < bytes.size() ? digits[three >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? digits[three & 63] : '=';
  }
  return text;
}

namespace
{
template <class T>
void write_array(std::ostream &out, const char *type, const std::string &name, const unsigned int n_components,
                 const std::vector<T> &values)
{
  out << "<DataArray type=\"" << type << "\" Name=\"" << name << "\" NumberOfComponents=\"" << n_components
      << "\" format=\"binary\">" << vtk_base64(values.data(), values.size() * sizeof(T)) << "</DataArray>\n";
}
} // namespace

void write_vtu(const std::string &file, const VtuGrid &grid)
{
  std::ofstream out(file);
  const std::size_t n_cells = grid.connectivity.size() / grid.nodes_per_cell;
  out << "<?xml version=\"1.0\"?>\n<VTKFile type=\"UnstructuredGrid\" version=\"1.0\" byte_order=\"LittleEndian\" "
         "header_type=\"UInt64\">\n<UnstructuredGrid>\n<Piece NumberOfPoints=\""
      << grid.points.size() / 3 << "\" NumberOfCells=\"" << n_cells << "\">\n<Points>\n";
  write_array(out, "Float64", "points", 3, grid.points);
  out << "</Points>\n<Cells>\n";
  std::vector<std::int64_t> offsets(n_cells);
  for (std::size_t c = 0; c < n_cells; ++c)
    offsets[c] = std::int64_t((c + 1) * grid.nodes_per_cell);
  write_array(out, "Int64", "connectivity", 1, grid.connectivity);
  write_array(out, "Int64", "offsets", 1, offsets);
  write_array(out, "UInt8", "types", 1, std::vector<std::uint8_t>(n_cells, grid.cell_type));
  out << "</Cells>\n<PointData>\n";
  for (const auto &f : grid.point_fields)
    write_array(out, "Float64", f.name, f.n_components, f.values);
  out << "</PointData>\n<CellData>\n";
  for (const auto &f : grid.cell_fields)
    write_array(out, "Float64", f.name, f.n_components, f.values);
  out << "</CellData>\n</Piece>\n</UnstructuredGrid>\n</VTKFile>\n";
  if (!out.flush())
    throw RunError("'" + file + "' cannot be written");
}
} // namespace fe2
