// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/errors.h>
#include <lib/io/hdf5_handle.h>
#include <lib/io/vtu_file.h>

#include <rve/voxel_file.h>

#include <zlib.h>

#include <algorithm>
#include <fstream>

namespace fe2
{
void write_vti(const std::string &file, const VoxelImage &image)
{
  std::ofstream out(file);
  out.precision(17);
  out << "<?xml version=\"1.0\"?>\n<VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\" "
         "header_type=\"UInt64\">\n<ImageData WholeExtent=\"";
  const auto extent = [&]
  {
    for (unsigned int d = 0; d < 3; ++d)
      out << (d > 0 ? " 0 " : "0 ") << image.n[d];
  };
  extent();
  out << "\" Origin=\"0 0 0\" Spacing=\"";
  for (unsigned int d = 0; d < 3; ++d)
    out << (d > 0 ? " " : "") << image.size[d] / image.n[d];
  out << "\">\n<Piece Extent=\"";
  extent();
  const std::vector<std::int32_t> ids(image.phase.begin(), image.phase.end());
  out << "\">\n<CellData Scalars=\"material\">\n<DataArray type=\"Int32\" Name=\"material\" format=\"binary\">"
      << vtk_base64(ids.data(), ids.size() * sizeof(std::int32_t))
      << "</DataArray>\n</CellData>\n</Piece>\n</ImageData>\n</VTKFile>\n";
  if (!out.flush())
    throw RunError("'" + file + "' cannot be written");
}

void write_hdf5(const std::string &file, const VoxelImage &image)
{
  const auto check = [&file](const bool good)
  {
    if (!good)
      throw RunError("'" + file + "' cannot be written as HDF5 (no space or no permission?)");
  };
  Hdf5Handle out(H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
  check(out.good());
  {
    const hsize_t shape[3] = {image.n[2], image.n[1], image.n[0]}, three = 3;
    const Hdf5Handle group(H5Gcreate2(out.id, "/image", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose),
        space(H5Screate_simple(3, shape, nullptr), H5Sclose), vector(H5Screate_simple(1, &three, nullptr), H5Sclose);
    check(group.good() && space.good() && vector.good());
    const Hdf5Handle data(
        H5Dcreate2(out.id, "/image/ms", H5T_STD_I32LE, space.id, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
    check(data.good() && H5Dwrite(data.id, H5T_NATIVE_UINT, H5S_ALL, H5S_ALL, H5P_DEFAULT, image.phase.data()) >= 0);
    const Hdf5Handle size(H5Acreate2(data.id, "size", H5T_IEEE_F64LE, vector.id, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    check(size.good() && H5Awrite(size.id, H5T_NATIVE_DOUBLE, image.size.data()) >= 0);
  }
  // What is buffered reaches the disk now.
  check(H5Fflush(out.id, H5F_SCOPE_LOCAL) >= 0);
}

namespace
{
struct Picture
{
  unsigned int width, height;
  std::vector<unsigned char> rgb;
};

void put_number(std::string &text, const std::uint32_t x)
{
  for (int shift = 24; shift >= 0; shift -= 8)
    text += char(x >> shift & 255);
}

void put_chunk(std::ostream &out, const std::string &type, const std::string &data)
{
  std::string head, tail;
  put_number(head, std::uint32_t(data.size()));
  const std::string body = type + data;
  put_number(tail, std::uint32_t(crc32(0, reinterpret_cast<const Bytef *>(body.data()), unsigned(body.size()))));
  out << head << body << tail;
}

void write_picture(const std::string &file, const Picture &picture)
{
  std::string rows, head;
  for (unsigned int y = 0; y < picture.height; ++y)
  {
    rows += char(0);
    rows.append(reinterpret_cast<const char *>(picture.rgb.data()) + std::size_t(3) * y * picture.width,
                std::size_t(3) * picture.width);
  }
  uLongf length = compressBound(rows.size());
  std::string packed(length, 0);
  if (compress(reinterpret_cast<Bytef *>(packed.data()), &length, reinterpret_cast<const Bytef *>(rows.data()),
               rows.size()) != Z_OK)
    throw RunError("'" + file + "' cannot be compressed (out of memory?)");
  packed.resize(length);
  put_number(head, picture.width);
  put_number(head, picture.height);
  head += std::string("\x08\x02\x00\x00\x00", 5); // 8 bits, RGB
  std::ofstream out(file, std::ios::binary);
  out << "\x89PNG\r\n\x1a\n";
  put_chunk(out, "IHDR", head);
  put_chunk(out, "IDAT", packed);
  put_chunk(out, "IEND", "");
  if (!out.flush())
    throw RunError("'" + file + "' cannot be written");
}
} // namespace

void write_png(const std::string &file, const VoxelImage &image)
{
  static const unsigned char colours[8][3] = {{236, 231, 219}, {38, 70, 110},  {196, 108, 64}, {96, 140, 90},
                                              {150, 90, 140},  {220, 180, 70}, {90, 160, 170}, {120, 120, 120}};
  // The planes normal to z, y and x through the middle, one beside the other.
  const std::array<unsigned int, 3> n = image.n;
  const unsigned int longest = std::max({n[0], n[1], n[2]}), scale = std::max(1u, 384 / longest), gap = 8;
  struct Plane
  {
    unsigned int right, up, normal;
  };
  std::vector<Plane> planes = {{0, 1, 2}};
  if (image.dimension == 3)
    planes = {{0, 1, 2}, {0, 2, 1}, {1, 2, 0}};
  Picture picture{0, 0, {}};
  for (const auto &p : planes)
  {
    picture.width += scale * n[p.right] + (picture.width > 0 ? gap : 0);
    picture.height = std::max(picture.height, scale * n[p.up]);
  }
  picture.rgb.assign(std::size_t(3) * picture.width * picture.height, 255);
  unsigned int left = 0;
  for (const auto &p : planes)
  {
    for (unsigned int y = 0; y < scale * n[p.up]; ++y)
      for (unsigned int x = 0; x < scale * n[p.right]; ++x)
      {
        std::array<std::size_t, 3> at = {0, 0, 0};
        at[p.right] = x / scale;
        at[p.up] = n[p.up] - 1 - y / scale;
        at[p.normal] = n[p.normal] / 2;
        const unsigned int phase = image.phase[image.index(at[0], at[1], at[2])];
        std::copy_n(colours[phase % 8], 3, picture.rgb.begin() + long(3 * (std::size_t(y) * picture.width + left + x)));
      }
    left += scale * n[p.right] + gap;
  }
  write_picture(file, picture);
}
} // namespace fe2
