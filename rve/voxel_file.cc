// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_file.h>

#include <lib/io/hdf5_handle.h>

#include <lib/base/errors.h>
#include <lib/base/parameter_tree.h>

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

namespace fe2
{
namespace
{
std::string read_all(const std::string &file)
{
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw InputError("the voxel file '" + file + "' cannot be opened");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// `what` ids of the array against the numbers of voxels.
void check_size(const std::string &file, const IdImage &image)
{
  const std::size_t expected = std::size_t(image.n[0]) * image.n[1] * image.n[2];
  if (image.ids.size() != expected || expected == 0)
    throw InputError("'" + file + "' has " + std::to_string(image.ids.size()) + " values, but " +
                     std::to_string(image.n[0]) + " x " + std::to_string(image.n[1]) + " x " +
                     std::to_string(image.n[2]) + " voxels; it is cut off, or the sizes are wrong");
}

template <class T>
void append(std::vector<long long> &ids, const std::string &file, const char *bytes, const std::size_t n_bytes)
{
  for (std::size_t i = 0; i + sizeof(T) <= n_bytes; i += sizeof(T))
  {
    T value;
    std::memcpy(&value, bytes + i, sizeof(T));
    const auto id = static_cast<long long>(value);
    if (static_cast<T>(id) != value)
      throw InputError("'" + file + "': a voxel's value is no whole number");
    ids.push_back(id);
  }
}

/// Numbers of a named type: VTK's names and NumPy's codes.
void decode(std::vector<long long> &ids, const std::string &file, const std::string &type, const std::string &bytes)
{
  using Append = void (*)(std::vector<long long> &, const std::string &, const char *, std::size_t);
  static const std::map<std::string, Append> types = {
      {"Int8", append<std::int8_t>},   {"i1", append<std::int8_t>},
      {"UInt8", append<std::uint8_t>}, {"u1", append<std::uint8_t>},
      {"b1", append<std::uint8_t>},    {"Int16", append<std::int16_t>},
      {"i2", append<std::int16_t>},    {"UInt16", append<std::uint16_t>},
      {"u2", append<std::uint16_t>},   {"Int32", append<std::int32_t>},
      {"i4", append<std::int32_t>},    {"UInt32", append<std::uint32_t>},
      {"u4", append<std::uint32_t>},   {"Int64", append<std::int64_t>},
      {"i8", append<std::int64_t>},    {"UInt64", append<std::uint64_t>},
      {"u8", append<std::uint64_t>},   {"Float32", append<float>},
      {"f4", append<float>},           {"Float64", append<double>},
      {"f8", append<double>}};
  const auto it = types.find(type);
  if (it == types.end())
    throw InputError("'" + file + "': values of type '" + type + "' are not understood; save whole numbers");
  it->second(ids, file, bytes.data(), bytes.size());
}

/// An array whose first index is `order[0]`; the image has x fastest.
void set_ordered(IdImage &image, const std::string &file, std::vector<std::size_t> shape, std::string order,
                 const std::vector<long long> &values)
{
  while (shape.size() > 2 && shape.back() == 1 && shape.size() > order.size())
    shape.pop_back(); // DREAM3D has a last index of components
  if (shape.size() == 2 && order.size() == 3)
    order.erase(std::remove(order.begin(), order.end(), 'z'), order.end());
  std::string sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != std::string("xyz").substr(0, shape.size()) || shape.size() < 2)
    throw InputError("'" + file + "' has " + std::to_string(shape.size()) + " indices; 'Axis order = " + order +
                     "' does not name them");
  for (const std::size_t extent : shape)
    if (extent == 0 || extent > 100000)
      throw InputError("'" + file + "' has " + std::to_string(extent) + " voxels along an axis; fe2 takes 1 to 100000");
  std::array<std::size_t, 3> stride = {0, 0, 0};
  std::size_t step = 1;
  for (std::size_t k = shape.size(); k-- > 0; step *= shape[k])
  {
    const auto axis = std::size_t(order[k] - 'x');
    image.n[axis] = unsigned(shape[k]);
    stride[axis] = step;
  }
  if (step != values.size())
    throw InputError("'" + file + "' has " + std::to_string(values.size()) + " values instead of " +
                     std::to_string(step) + "; it is cut off");
  for (std::size_t z = 0; z < image.n[2]; ++z)
    for (std::size_t y = 0; y < image.n[1]; ++y)
      for (std::size_t x = 0; x < image.n[0]; ++x)
        image.ids.push_back(values[x * stride[0] + y * stride[1] + z * stride[2]]);
}

IdImage read_text(const VoxelFile &s)
{
  IdImage image;
  if (s.text_voxels.size() < 2 || s.text_voxels.size() > 3)
    throw InputError("a text file of voxels needs 'Voxels': two or three numbers of voxels");
  std::copy(s.text_voxels.begin(), s.text_voxels.end(), image.n.begin());
  std::istringstream in(read_all(s.file));
  double value;
  while (in >> value)
  {
    if (value != double(static_cast<long long>(value)))
      throw InputError("'" + s.file + "': value " + std::to_string(image.ids.size() + 1) + " is no whole number");
    image.ids.push_back(static_cast<long long>(value));
  }
  if (!in.eof())
    throw InputError("'" + s.file + "': after " + std::to_string(image.ids.size()) +
                     " values comes something that is no number");
  return image;
}

IdImage read_npy(const VoxelFile &s)
{
  const std::string text = read_all(s.file);
  if (text.size() < 12 || text.compare(0, 6, "\x93NUMPY") != 0)
    throw InputError("'" + s.file + "' is no NumPy array");
  const std::size_t begin = text[6] == 1 ? 10 : 12;
  std::size_t length = std::uint8_t(text[8]) + 256u * std::uint8_t(text[9]);
  const std::string header = text.substr(begin, length);
  const auto value_of = [&](const std::string &key)
  {
    const auto at = header.find("'" + key + "':");
    if (at == std::string::npos)
      throw InputError("'" + s.file + "': the head of the NumPy array lacks '" + key + "'");
    return trim(header.substr(at + key.size() + 3, header.find('}', at) - at - key.size() - 3));
  };
  const std::string type = value_of("descr").substr(1, 3), shape_text = value_of("shape");
  if (type[0] == '>')
    throw InputError("'" + s.file + "' is big-endian; save it with little-endian numbers");
  std::vector<std::size_t> shape;
  for (const auto &word : split(shape_text.substr(1, shape_text.find(')') - 1), ','))
    if (!word.empty())
    {
      if (word.find_first_not_of("0123456789") != std::string::npos || word.size() > 9)
        throw InputError("'" + s.file + "': the shape " + shape_text + " is no list of whole numbers");
      shape.push_back(std::stoul(word));
    }
  std::vector<long long> values;
  decode(values, s.file, type.substr(1), text.substr(begin + length));
  std::string order = s.axis_order.empty() ? "xyz" : s.axis_order;
  if (value_of("fortran_order").rfind("True", 0) == 0)
  {
    std::reverse(shape.begin(), shape.end());
    std::reverse(order.begin(), order.end());
  }
  IdImage image;
  set_ordered(image, s.file, shape, order, values);
  return image;
}

std::string attribute(const std::string &tag, const std::string &name)
{
  const auto at = tag.find(" " + name + "=\"");
  if (at == std::string::npos)
    return "";
  const auto begin = at + name.size() + 3;
  return tag.substr(begin, tag.find('"', begin) - begin);
}

std::string from_base64(const std::string &text, const std::string &file)
{
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text)
  {
    if (c == '=' || std::isspace(static_cast<unsigned char>(c)))
    {
      // The padding of VTK's header block: what follows begins anew.
      if (c == '=')
        buffer = 0, bits = 0;
      continue;
    }
    const auto value = digits.find(c);
    if (value == std::string::npos)
      throw InputError("'" + file + "' has characters that are no base64");
    buffer = buffer << 6 | std::uint32_t(value);
    bits += 6;
    if (bits >= 8)
    {
      bits -= 8;
      bytes += char(buffer >> bits & 255);
    }
  }
  return bytes;
}

/// One array of VTK's binary data: [compressed header,] data.
std::string vtk_payload(const std::string &bytes, const bool wide, const bool compressed, const std::string &file)
{
  const std::size_t w = wide ? 8 : 4;
  const auto number = [&](const std::size_t i)
  {
    if ((i + 1) * w > bytes.size())
      throw InputError("'" + file + "' is cut off within an array");
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + i * w, w);
    return std::size_t(value);
  };
  if (!compressed)
  {
    const std::size_t n = number(0);
    if (w + n > bytes.size())
      throw InputError("'" + file + "' is cut off within an array");
    return bytes.substr(w, n);
  }
  const std::size_t n_blocks = number(0), block = number(1), last = number(2);
  std::size_t at = (3 + n_blocks) * w;
  std::string result;
  for (std::size_t b = 0; b < n_blocks; ++b)
  {
    const std::size_t size = number(3 + b);
    uLongf length = b + 1 == n_blocks && last > 0 ? last : block;
    std::string part(length, 0);
    if (at + size > bytes.size() || uncompress(reinterpret_cast<Bytef *>(part.data()), &length,
                                               reinterpret_cast<const Bytef *>(bytes.data()) + at, size) != Z_OK)
      throw InputError("'" + file + "' has a compressed array that cannot be read; it is cut off or damaged");
    result += part.substr(0, length);
    at += size;
  }
  return result;
}

/// The text or bytes of a DataArray.
std::string vti_data(const std::string &text, const std::string &tag, const std::size_t after_tag, const bool wide,
                     const bool compressed, const std::string &file)
{
  if (attribute(tag, "format") == "appended")
  {
    const auto section = text.find("<AppendedData");
    const auto begin = section == std::string::npos ? section : text.find('_', section);
    if (begin == std::string::npos)
      throw InputError("'" + file + "' lacks its AppendedData; it is cut off");
    const auto offset = std::stoul("0" + attribute(tag, "offset"));
    const std::string data = text.substr(std::min(text.size(), begin + 1 + offset));
    const bool base64 = text.substr(section, begin - section).find("base64") != std::string::npos;
    return vtk_payload(base64 ? from_base64(data.substr(0, data.find('<')), file) : data, wide, compressed, file);
  }
  return vtk_payload(from_base64(text.substr(after_tag, text.find('<', after_tag) - after_tag), file), wide, compressed,
                     file);
}

/// Numbers and edges of the voxels; a plane image has one layer, whose thickness does not count.
void set_vti_box(IdImage &image, const std::string &file, const std::string &extent_text,
                 const std::string &spacing_text)
{
  const auto numbers = [](const std::string &text)
  {
    std::istringstream words(text);
    std::vector<double> list;
    for (std::string word; words >> word;)
    {
      char *end = nullptr;
      const double value = std::strtod(word.c_str(), &end);
      list.push_back(*end == 0 ? value : std::nan(""));
    }
    return list;
  };
  const auto extent = numbers(extent_text), spacing = spacing_text.empty() ? numbers("1 1 1") : numbers(spacing_text);
  if (extent.size() != 6)
    throw InputError("'" + file + "': WholeExtent = '" + extent_text + "' needs six whole numbers");
  if (spacing.size() != 3)
    throw InputError("'" + file + "': Spacing = '" + spacing_text + "' needs three numbers");
  for (unsigned int d = 0; d < 3; ++d)
  {
    const double n = std::max(extent[2 * d + 1] - extent[2 * d], extent[2 * d + 1] == extent[2 * d] ? 1. : 0.);
    if (!(n >= 1 && n <= 100000))
      throw InputError("'" + file + "': WholeExtent = '" + extent_text +
                       "' means no 1 to 100000 voxels along each axis");
    image.n[d] = unsigned(n);
    if (!(d == 2 && image.n[d] == 1) && !(std::isfinite(spacing[d]) && spacing[d] > 0))
      throw InputError("'" + file + "': Spacing = '" + spacing_text + "' must be three positive numbers");
    image.size[d] = std::isfinite(spacing[d]) ? spacing[d] * image.n[d] : 0.;
  }
}

IdImage read_vti(const VoxelFile &s)
{
  const std::string text = read_all(s.file);
  const auto tag_at = [&](const std::string &name, const std::size_t from)
  {
    const auto at = text.find("<" + name, from);
    return at == std::string::npos ? std::string() : text.substr(at, text.find('>', at) - at);
  };
  const std::string file_tag = tag_at("VTKFile", 0), grid = tag_at("ImageData", 0);
  if (grid.empty())
    throw InputError("'" + s.file + "' is no VTK image (ImageData)");
  if (attribute(file_tag, "byte_order") == "BigEndian")
    throw InputError("'" + s.file + "' is big-endian; save it with little-endian numbers");
  IdImage image;
  set_vti_box(image, s.file, attribute(grid, "WholeExtent"), attribute(grid, "Spacing"));
  const auto cells = text.find("<CellData");
  const auto end = text.find("</CellData>");
  if (cells == std::string::npos || end == std::string::npos)
    throw InputError("'" + s.file + "' has no cell data (or is cut off); fe2 reads ids of cells, not of points");
  std::string known;
  for (auto at = text.find("<DataArray", cells); at < end; at = text.find("<DataArray", at + 1))
  {
    const auto close = text.find('>', at);
    const std::string tag = text.substr(at, close - at), name = attribute(tag, "Name");
    known += (known.empty() ? "" : ", ") + name;
    if (name != (s.array.empty() ? std::string("material") : s.array))
      continue;
    if (attribute(tag, "format") == "ascii")
    {
      std::istringstream in(text.substr(close + 1, text.find('<', close) - close - 1));
      for (double value; in >> value;)
      {
        if (value != std::floor(value))
          throw InputError("'" + s.file + "': a voxel's value is no whole number");
        image.ids.push_back(static_cast<long long>(value));
      }
    }
    else
      decode(image.ids, s.file, attribute(tag, "type"),
             vti_data(text, tag, close + 1, attribute(file_tag, "header_type") == "UInt64",
                      !attribute(file_tag, "compressor").empty(), s.file));
    return image;
  }
  throw InputError("'" + s.file + "' has no cell array '" + (s.array.empty() ? "material" : s.array) + "'; it has " +
                   (known.empty() ? "none" : known) + " (Array)");
}

herr_t collect(hid_t, const char *name, const H5O_info_t *info, void *list)
{
  if (info->type == H5O_TYPE_DATASET)
    static_cast<std::vector<std::string> *>(list)->push_back(std::string("/") + name);
  return 0;
}

IdImage read_hdf5(const VoxelFile &s)
{
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Hdf5Handle file(H5Fopen(s.file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.good())
    throw InputError("the HDF5 file '" + s.file + "' cannot be opened (or is damaged)");
  std::vector<std::string> known;
  H5Ovisit2(file.id, H5_INDEX_NAME, H5_ITER_NATIVE, collect, &known, H5O_INFO_BASIC);
  const std::string path = s.array.empty() && known.size() == 1 ? known.front() : s.array;
  const Hdf5Handle data(path.empty() ? -1 : H5Dopen2(file.id, path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!data.good())
    throw InputError("'" + s.file + "' has no data set '" + path + "' (Array); " + suggest(path, known));
  const Hdf5Handle space(H5Dget_space(data.id), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.id);
  std::vector<hsize_t> extent(std::size_t(std::max(rank, 0)));
  if (!space.good() || rank < 0 || H5Sget_simple_extent_dims(space.id, extent.data(), nullptr) < 0)
    throw InputError("'" + s.file + "': the data set '" + path + "' has no readable shape");
  std::vector<std::size_t> shape(extent.begin(), extent.end());
  std::size_t n = 1;
  for (const auto e : shape)
    n *= e;
  std::vector<long long> values(n);
  const Hdf5Handle type(H5Dget_type(data.id), H5Tclose);
  if (rank < 2 || H5Tget_class(type.id) != H5T_INTEGER ||
      H5Dread(data.id, H5T_NATIVE_LLONG, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    throw InputError("'" + s.file + "': the data set '" + path +
                     "' is no array of whole numbers with two or three indices");
  IdImage image;
  set_ordered(image, s.file, shape, s.axis_order.empty() ? "zyx" : s.axis_order, values);
  return image;
}

bool ends_with(const std::string &text, const std::string &end)
{
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}
} // namespace

IdImage read_voxels(const VoxelFile &s)
try
{
  IdImage image = ends_with(s.file, ".vti") ? read_vti(s)
                  : ends_with(s.file, ".h5") || ends_with(s.file, ".hdf5") || ends_with(s.file, ".dream3d")
                      ? read_hdf5(s)
                  : ends_with(s.file, ".npy") ? read_npy(s)
                                              : read_text(s);
  check_size(s.file, image);
  image.dimension = image.n[2] == 1 ? 2 : 3;
  return image;
}
catch (const std::logic_error &e) // of numbers and pieces of text that are not there
{
  throw InputError("the voxel file '" + s.file + "' is damaged (" + e.what() + ")");
}
catch (const std::bad_alloc &)
{
  throw InputError("the voxel file '" + s.file + "' is damaged or larger than the memory");
}
} // namespace fe2
