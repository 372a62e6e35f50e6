// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/label_array.h>
#include <rve/voxel_files/readers.h>
#include <rve/voxel_files/vtk_arrays.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

namespace fe2
{
namespace
{
constexpr long long nothing = std::numeric_limits<long long>::min();

/// First voxels and numbers of voxels; an extent of no length is the one layer of a plane image.
struct Box
{
  std::array<double, 3> first = {0, 0, 0};
  std::array<unsigned int, 3> n = {1, 1, 1};
};

Box parse_extent(const std::string &file, const std::string &name, const std::string &text)
{
  const auto extent = numbers_in(text);
  if (extent.size() != 6)
    throw InputError("'" + file + "': " + name + " = '" + text + "' needs six whole numbers");
  Box box;
  for (unsigned int d = 0; d < 3; ++d)
  {
    const double n = std::max(extent[2 * d + 1] - extent[2 * d], extent[2 * d + 1] == extent[2 * d] ? 1. : 0.);
    if (!(n >= 1 && n <= 100000))
      throw InputError("'" + file + "': " + name + " = '" + text + "' means no 1 to 100000 voxels along each axis");
    box.first[d] = extent[2 * d];
    box.n[d] = unsigned(n);
  }
  return box;
}

class VtiReader
{
public:
  explicit VtiReader(const VoxelFile &s) : s_(s) {}

  IdImage read()
  {
    const std::string text = read_bytes(s_.file);
    const XmlElement root = parse_vtk_xml(text, s_.file);
    const XmlElement &grid = find_grid(root, s_.file);
    set_geometry(grid);
    if (grid.name == "ImageData")
      add_pieces(s_.file, text, root, grid);
    else
      for (const auto &piece : grid.children)
        if (piece.name == "Piece")
          add_file(piece["Source"]);
    assemble();
    return image_;
  }

private:
  static const XmlElement &find_grid(const XmlElement &root, const std::string &file)
  {
    if (root.name == "VTKFile")
      for (const char *name : {"ImageData", "PImageData"})
        if (const XmlElement *grid = root.child(name))
          return *grid;
    throw InputError("'" + file + "' is no VTK image (ImageData)" +
                     (root["type"].empty() ? "" : ", but " + root["type"]));
  }

  void set_geometry(const XmlElement &grid)
  {
    whole_ = parse_extent(s_.file, "WholeExtent", grid["WholeExtent"]);
    image_.n = whole_.n;
    const std::string spacing = grid["Spacing"];
    set_spacing(image_, s_.file, "Spacing", numbers_in(spacing.empty() ? "1 1 1" : spacing));
    const auto direction = numbers_in(grid["Direction"]);
    for (std::size_t i = 0; i < direction.size(); ++i)
      if (direction.size() != 9 || !(std::abs(direction[i] - (i % 4 == 0 ? 1. : 0.)) < 1e-9))
        throw InputError("'" + s_.file + "': Direction = '" + grid["Direction"] +
                         "' turns the image; fe2 reads images along the axes (Direction 1 0 0 0 1 0 0 0 1)");
    note_origin(image_, s_.file, numbers_in(grid["Origin"]));
  }

  void add_file(const std::string &source)
  {
    const std::string file = (std::filesystem::path(s_.file).parent_path() / source).string();
    const std::string text = read_bytes(file);
    const XmlElement root = parse_vtk_xml(text, file);
    const XmlElement &grid = find_grid(root, file);
    if (grid.name != "ImageData")
      throw InputError("'" + file + "', a piece of '" + s_.file + "', is no ImageData");
    add_pieces(file, text, root, grid);
  }

  void add_pieces(const std::string &file, const std::string &text, const XmlElement &root, const XmlElement &grid)
  {
    bool any = false;
    for (const auto &piece : grid.children)
      if (piece.name == "Piece")
      {
        any = true;
        add_piece(file, text, root, piece,
                  piece["Extent"].empty() ? parse_extent(file, "WholeExtent", grid["WholeExtent"])
                                          : parse_extent(file, "Extent", piece["Extent"]));
      }
    if (!any) // scripts leave it out
      add_piece(file, text, root, grid, parse_extent(file, "WholeExtent", grid["WholeExtent"]));
  }

  const XmlElement &choose(const std::string &file, const XmlElement &piece) const
  {
    const XmlElement *cells = piece.child("CellData"), *points = piece.child("PointData");
    std::vector<const XmlElement *> arrays;
    std::string known, of_points;
    for (const auto &a : cells == nullptr ? std::vector<XmlElement>() : cells->children)
      known += a.name == "DataArray" ? (known.empty() ? "" : ", ") + a["Name"] : "";
    for (const auto &a : points == nullptr ? std::vector<XmlElement>() : points->children)
      of_points += a.name == "DataArray" ? (of_points.empty() ? "" : ", ") + a["Name"] : "";
    if (cells != nullptr)
      for (const auto &a : cells->children)
        if (a.name == "DataArray")
        {
          if (a["Name"] == (s_.array.empty() ? "material" : s_.array))
            return a;
          arrays.push_back(&a);
        }
    if (s_.array.empty() && arrays.size() == 1)
      return *arrays.front();
    if (!of_points.empty() && (known.empty() || (!s_.array.empty() && points_have(*points))))
      throw InputError(
          "'" + file + "': " + (s_.array.empty() ? of_points : s_.array) +
          " is point data; fe2 reads cell data (ParaView: Point Data to Cell Data, with Categorical Data)");
    throw InputError(
        "'" + file + "' has no cell " +
        (known.empty() ? "data"
                       : "array '" + (s_.array.empty() ? "material" : s_.array) + "'; it has " + known + " (Array)"));
  }
  bool points_have(const XmlElement &points) const
  {
    return std::any_of(points.children.begin(), points.children.end(),
                       [&](const XmlElement &a) { return a["Name"] == s_.array; });
  }

  void add_piece(const std::string &file, const std::string &text, const XmlElement &root, const XmlElement &piece,
                 const Box &box)
  {
    std::vector<long long> ids;
    append_vtk_array(ids, file, text, root, choose(file, piece));
    const std::array<std::size_t, 3> n = {box.n[0], box.n[1], box.n[2]};
    if (ids.size() != n[0] * n[1] * n[2])
      throw InputError("'" + file + "' has " + std::to_string(ids.size()) + " values, but " +
                       shape_text({n[0], n[1], n[2]}) + " voxels; it is cut off, or the sizes are wrong");
    for (unsigned int d = 0; d < 3; ++d)
      if (const double first = box.first[d] - whole_.first[d];
          !(first >= 0) || first != std::floor(first) || first + box.n[d] > whole_.n[d])
        throw InputError("'" + file + "': a piece lies outside of the WholeExtent");
    pieces_.emplace_back(box, std::move(ids));
  }

  /// Pieces may overlap (ghost cells). The memory is asked for when the values are there.
  void assemble()
  {
    const std::size_t all = std::size_t(image_.n[0]) * image_.n[1] * image_.n[2];
    std::size_t given = 0;
    for (const auto &[box, ids] : pieces_)
      given += ids.size();
    if (pieces_.size() == 1 && given == all)
    {
      image_.ids = std::move(pieces_.front().second);
      return;
    }
    if (given >= all)
      image_.ids.assign(all, nothing);
    for (const auto &[box, ids] : pieces_)
      if (given >= all)
        put(box, ids);
    const std::size_t empty =
        given < all ? all - given : std::size_t(std::count(image_.ids.begin(), image_.ids.end(), nothing));
    if (empty > 0)
      throw InputError("'" + s_.file + "': its pieces leave " + std::to_string(empty) + " of " + std::to_string(all) +
                       " voxels without a value");
  }

  void put(const Box &box, const std::vector<long long> &ids)
  {
    std::array<std::size_t, 3> shift = {0, 0, 0};
    for (unsigned int d = 0; d < 3; ++d)
      shift[d] = std::size_t(box.first[d] - whole_.first[d]);
    std::size_t i = 0;
    for (std::size_t z = 0; z < box.n[2]; ++z)
      for (std::size_t y = 0; y < box.n[1]; ++y)
        for (std::size_t x = 0; x < box.n[0]; ++x, ++i)
          image_.ids[((z + shift[2]) * image_.n[1] + y + shift[1]) * image_.n[0] + x + shift[0]] = ids[i];
  }

  const VoxelFile &s_;
  Box whole_;
  IdImage image_;
  std::vector<std::pair<Box, std::vector<long long>>> pieces_;
};
} // namespace

IdImage read_vti(const VoxelFile &s)
{
  return VtiReader(s).read();
}
} // namespace fe2
