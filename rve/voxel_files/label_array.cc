// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/label_array.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

namespace fe2
{
std::string read_bytes(const std::string &file)
{
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    throw InputError("'" + file + "' is a folder, not a file of voxels");
  if (!std::filesystem::exists(file, error))
    throw InputError("the voxel file '" + file + "' does not exist");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw InputError("the voxel file '" + file + "' cannot be opened: " + std::strerror(errno));
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (bytes.empty())
    throw InputError("the voxel file '" + file + "' is empty");
  return bytes;
}

long long whole_number(const double value, const std::string &file, const std::size_t index)
{
  if (!(std::abs(value) < 9e15) || value != std::floor(value))
    throw InputError("'" + file + "': a voxel's value is no whole number (value " + std::to_string(index + 1) + " is " +
                     format(value, 8) + ")");
  return static_cast<long long>(value);
}

namespace
{
template <class T>
void append(std::vector<long long> &ids, const std::string &file, const std::string &bytes)
{
  for (std::size_t i = 0; i + sizeof(T) <= bytes.size(); i += sizeof(T))
  {
    T value;
    std::memcpy(&value, bytes.data() + i, sizeof(T));
    if constexpr (std::is_floating_point<T>::value)
      ids.push_back(whole_number(double(value), file, ids.size()));
    else
    {
      if (std::is_same<T, std::uint64_t>::value &&
          std::uint64_t(value) > std::uint64_t(std::numeric_limits<long long>::max()))
        throw InputError("'" + file + "': value " + std::to_string(ids.size() + 1) + " is larger than an id may be");
      ids.push_back(static_cast<long long>(value));
    }
  }
}

struct Type
{
  std::size_t size;
  void (*append)(std::vector<long long> &, const std::string &, const std::string &);
};
template <class T>
constexpr Type type_of()
{
  return {sizeof(T), append<T>};
}

/// VTK's XML and legacy names, NumPy's codes.
const Type *find_type(const std::string &name)
{
  constexpr Type i8 = type_of<std::int8_t>(), u8 = type_of<std::uint8_t>(), i16 = type_of<std::int16_t>(),
                 u16 = type_of<std::uint16_t>(), i32 = type_of<std::int32_t>(), u32 = type_of<std::uint32_t>(),
                 i64 = type_of<std::int64_t>(), u64 = type_of<std::uint64_t>(), f32 = type_of<float>(),
                 f64 = type_of<double>();
  static const std::map<std::string, Type> types = {{"Int8", i8},
                                                    {"char", i8},
                                                    {"signed_char", i8},
                                                    {"i1", i8},
                                                    {"UInt8", u8},
                                                    {"u1", u8},
                                                    {"b1", u8},
                                                    {"unsigned_char", u8},
                                                    {"Int16", i16},
                                                    {"short", i16},
                                                    {"i2", i16},
                                                    {"UInt16", u16},
                                                    {"u2", u16},
                                                    {"Int32", i32},
                                                    {"int", i32},
                                                    {"i4", i32},
                                                    {"unsigned_short", u16},
                                                    {"UInt32", u32},
                                                    {"u4", u32},
                                                    {"unsigned_int", u32},
                                                    {"Int64", i64},
                                                    {"long", i64},
                                                    {"vtktypeint64", i64},
                                                    {"i8", i64},
                                                    {"UInt64", u64},
                                                    {"u8", u64},
                                                    {"unsigned_long", u64},
                                                    {"vtktypeuint64", u64},
                                                    {"vtkidtype", i32},
                                                    {"Float32", f32},
                                                    {"f4", f32},
                                                    {"float", f32},
                                                    {"Float64", f64},
                                                    {"f8", f64},
                                                    {"double", f64}};
  const auto it = types.find(name);
  return it == types.end() ? nullptr : &it->second;
}
} // namespace

std::size_t bytes_of(const std::string &type)
{
  const Type *found = find_type(type);
  return found == nullptr ? 0 : found->size;
}

void append_bytes(std::vector<long long> &ids, const std::string &file, const std::string &type, std::string bytes,
                  const bool big_endian)
{
  const Type *found = find_type(type);
  if (found == nullptr)
    throw InputError("'" + file + "': values of type '" + type + "' are not understood; save whole numbers");
  if (big_endian)
    for (std::size_t i = 0; i + found->size <= bytes.size(); i += found->size)
      std::reverse(bytes.begin() + long(i), bytes.begin() + long(i + found->size));
  ids.reserve(ids.size() + bytes.size() / found->size);
  found->append(ids, file, bytes);
}

std::size_t append_text(std::vector<long long> &ids, const std::string &file, const std::string &text,
                        const std::size_t begin, const std::size_t end, const std::size_t most)
{
  std::size_t at = begin, count = 0;
  for (; count < most; ++count)
  {
    while (at < end && std::isspace(static_cast<unsigned char>(text[at])))
      ++at;
    if (at >= end)
      break;
    char *stop = nullptr;
    const double value = std::strtod(text.c_str() + at, &stop);
    const auto next = std::size_t(stop - text.c_str());
    if (next == at || (next < end && !std::isspace(static_cast<unsigned char>(text[next]))))
      throw InputError(
          "'" + file + "': after " + std::to_string(ids.size()) + " values comes something that is no number: '" +
          text.substr(at, std::min<std::size_t>(std::min(text.find_first_of(" \t\r\n", at), end) - at, 20)) + "'");
    ids.push_back(whole_number(value, file, ids.size()));
    at = next;
  }
  return at;
}

std::vector<double> numbers_in(const std::string &text)
{
  std::vector<double> list;
  for (std::size_t at = text.find_first_not_of(" \t\r\n"); at != std::string::npos;)
  {
    const auto end = std::min(text.find_first_of(" \t\r\n", at), text.size());
    const std::string word = text.substr(at, end - at);
    char *stop = nullptr;
    const double value = std::strtod(word.c_str(), &stop);
    list.push_back(*stop == 0 ? value : std::nan(""));
    at = text.find_first_not_of(" \t\r\n", end);
  }
  return list;
}

std::string shape_text(const std::vector<std::size_t> &shape, const std::string &separator)
{
  std::string text;
  for (const std::size_t extent : shape)
    text += (text.empty() ? "" : separator) + std::to_string(extent);
  return separator == " x " ? text : "(" + text + ")";
}

unsigned int checked_extent(const std::string &file, const double n)
{
  if (!(n >= 1 && n <= 100000) || n != std::floor(n))
    throw InputError("'" + file + "' has " + format(n, 8) + " voxels along an axis; fe2 takes 1 to 100000");
  return unsigned(n);
}

void set_spacing(IdImage &image, const std::string &file, const std::string &where, const std::vector<double> &spacing)
{
  std::string said;
  for (const double h : spacing)
    said += (said.empty() ? "" : " ") + format(h, 8);
  if (spacing.size() != 3)
    throw InputError("'" + file + "': " + where + " = '" + said + "' needs three numbers");
  for (unsigned int d = 0; d < 3; ++d)
  {
    const bool good = std::isfinite(spacing[d]) && spacing[d] > 0;
    if (!good && !(d == 2 && image.n[2] == 1))
      throw InputError("'" + file + "': " + where + " = '" + said + "' must be three positive numbers");
    image.size[d] = good ? spacing[d] * image.n[d] : 0.;
  }
}

void note_origin(IdImage &image, const std::string &file, const std::vector<double> &origin)
{
  std::string said;
  bool moved = false;
  for (const double x : origin)
  {
    if (!std::isfinite(x))
      throw InputError("'" + file + "': the origin is no list of numbers");
    said += (said.empty() ? "" : ", ") + format(x);
    moved = moved || x != 0;
  }
  if (moved)
    image.note += ", moved from its origin (" + said + ") to 0";
}

namespace
{
/// DREAM3D and most programs have the components last, so an axis of one there goes first.
void drop_axes_of_one(LabelArray &a)
{
  while (a.shape.size() > 3 && a.shape.back() == 1)
    a.shape.pop_back();
  if (a.shape.size() > 3)
    a.shape.erase(std::remove(a.shape.begin(), a.shape.end(), std::size_t(1)), a.shape.end());
}

void refuse_other_shapes(const LabelArray &a, const std::string &shape)
{
  if (a.shape.size() > 3)
    throw InputError("'" + a.file + "' has an array of shape " + shape +
                     "; an image of ids has two or three axes (colours, angles and times are none): save or name one "
                     "id a voxel");
  if (a.shape.size() < 2)
    throw InputError("'" + a.file + "' has an array of shape " + shape +
                     "; an image has two or three axes longer than one");
  if (a.bytes && !a.order_given && a.shape.size() == 3 && (a.shape[2] == 3 || a.shape[2] == 4) && a.shape[0] > 4 &&
      a.shape[1] > 4)
    throw InputError("'" + a.file + "' has an array of bytes of shape " + shape +
                     ", which looks like a picture with colours; save ids (labels) instead. If it is a volume, say so "
                     "with 'Axis order' (as xyz or zyx)");
}
} // namespace

IdImage make_image(LabelArray a)
{
  const std::string shape = shape_text(a.shape, ", ");
  drop_axes_of_one(a);
  refuse_other_shapes(a, shape);
  std::string order = a.order;
  if (a.shape.size() == 2 && order.size() == 3)
    order.erase(std::remove(order.begin(), order.end(), 'z'), order.end());
  std::string sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != std::string("xyz").substr(0, a.shape.size()))
    throw InputError("'" + a.file + "' has an array of shape " + shape + "; 'Axis order = " + a.order +
                     "' does not name its axes by x, y" + (a.shape.size() == 3 ? ", z" : ""));
  IdImage image;
  std::array<std::size_t, 3> stride = {0, 0, 0};
  std::size_t step = 1;
  for (std::size_t k = 0; k < a.shape.size(); ++k)
  {
    const std::size_t i = a.first_fastest ? k : a.shape.size() - 1 - k;
    const auto axis = std::size_t(order[i] - 'x');
    image.n[axis] = checked_extent(a.file, double(a.shape[i]));
    stride[axis] = step;
    step *= a.shape[i];
  }
  if (step != a.values.size())
    throw InputError("'" + a.file + "' has " + std::to_string(a.values.size()) + " values instead of " +
                     std::to_string(step) + "; it is cut off");
  image.ids.reserve(step);
  for (std::size_t z = 0; z < image.n[2]; ++z)
    for (std::size_t y = 0; y < image.n[1]; ++y)
      for (std::size_t x = 0; x < image.n[0]; ++x)
        image.ids.push_back(a.values[x * stride[0] + y * stride[1] + z * stride[2]]);
  return image;
}
} // namespace fe2
