// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * VTK's legacy files ("VTK File Formats", Simple Legacy Formats): structured points, and rectilinear grids of equal
 * voxels (DREAM3D). Bytes are big-endian.
 */
#include <rve/voxel_files/label_array.h>
#include <rve/voxel_files/readers.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace fe2
{
namespace
{
class LegacyReader
{
public:
  explicit LegacyReader(const VoxelFile &s) : s_(s), text_(read_bytes(s.file)) {}

  IdImage read()
  {
    read_head();
    for (std::string word = upper(); !word.empty(); word = upper())
      if (!read_geometry(word) && !read_section(word))
        throw InputError("'" + s_.file + "' has '" + word + "' where VTK's legacy format has none");
    return finish();
  }

private:
  [[noreturn]] void cut_off(const std::string &where) const
  {
    throw InputError("'" + s_.file + "' is cut off within " + where);
  }

  std::string word()
  {
    const auto begin = text_.find_first_not_of(" \t\r\n", at_);
    if (begin == std::string::npos)
      return "";
    at_ = std::min(text_.find_first_of(" \t\r\n", begin), text_.size());
    return text_.substr(begin, at_ - begin);
  }
  std::string upper()
  {
    std::string w = word();
    std::transform(w.begin(), w.end(), w.begin(),
                   [](const unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return w;
  }
  std::string lower()
  {
    std::string w = word();
    std::transform(w.begin(), w.end(), w.begin(),
                   [](const unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return w;
  }
  void next_line() { at_ = std::min(text_.find('\n', at_), text_.size() - 1) + 1; }

  double number(const std::string &of)
  {
    const auto list = numbers_in(word());
    if (list.empty())
      cut_off(of);
    if (!std::isfinite(list.front()))
      throw InputError("'" + s_.file + "': " + of + " needs numbers");
    return list.front();
  }
  std::vector<double> three(const std::string &of)
  {
    std::vector<double> list;
    for (int i = 0; i < 3; ++i)
      list.push_back(number(of));
    return list;
  }
  std::size_t count(const std::string &of)
  {
    const double n = number(of);
    if (!(n >= 0 && n < 1e12) || n != std::floor(n))
      throw InputError("'" + s_.file + "': " + of + " needs a whole number");
    return std::size_t(n);
  }

  void read_head()
  {
    if (text_.compare(0, 22, "# vtk DataFile Version") != 0)
      throw InputError("'" + s_.file + "' is no legacy VTK file: its first line is not '# vtk DataFile Version'");
    next_line();
    next_line();
    const std::string format = upper();
    if (format != "ASCII" && format != "BINARY")
      throw InputError("'" + s_.file + "' is neither ASCII nor BINARY");
    binary_ = format == "BINARY";
    const std::string data_set = upper();
    const std::string kind = data_set == "DATASET" ? upper() : "";
    if (kind != "STRUCTURED_POINTS" && kind != "RECTILINEAR_GRID")
      throw InputError("'" + s_.file + "' is no image: DATASET is '" + kind +
                       "', fe2 reads STRUCTURED_POINTS and RECTILINEAR_GRID");
  }

  bool read_geometry(const std::string &key)
  {
    if (key == "DIMENSIONS")
      for (unsigned int d = 0; d < 3; ++d)
      {
        const double points = number(key);
        image_.n[d] = points == 1 ? 1 : checked_extent(s_.file, points - 1);
        has_n_ = true;
      }
    else if (key == "SPACING" || key == "ASPECT_RATIO")
      spacing_ = three(key);
    else if (key == "ORIGIN")
      origin_ = three(key);
    else if (key.size() == 13 && key.compare(1, 12, "_COORDINATES") == 0 && key[0] >= 'X' && key[0] <= 'Z')
      read_coordinates(std::size_t(key[0] - 'X'), key);
    else
      return false;
    return true;
  }

  /// Bytes of `n` numbers, or the numbers as text.
  std::vector<long long> whole_numbers(const std::size_t n, const std::string &type, const std::string &name)
  {
    std::vector<long long> ids;
    if (binary_)
      append_bytes(ids, s_.file, type, bytes(n, type, name), true);
    else
      at_ = append_text(ids, s_.file, text_, at_, text_.size(), n);
    if (ids.size() != n)
      cut_off("the array '" + name + "'");
    return ids;
  }
  std::string bytes(const std::size_t n, const std::string &type, const std::string &name)
  {
    const std::size_t size = bytes_of(type);
    if (size == 0)
      throw InputError("'" + s_.file + "': the array '" + name + "' has values of type '" + type +
                       "', which are not understood");
    next_line();
    if (n * size > text_.size() - at_)
      cut_off("the array '" + name + "'");
    at_ += n * size;
    return text_.substr(at_ - n * size, n * size);
  }
  void skip(const std::size_t n, const std::string &type, const std::string &name)
  {
    if (binary_)
      bytes(n, type, name);
    else
      for (std::size_t i = 0; i < n; ++i)
        if (word().empty())
          cut_off("the array '" + name + "'");
  }

  void read_coordinates(const std::size_t d, const std::string &key)
  {
    const std::size_t n = count(key);
    const std::string type = lower();
    std::vector<double> x;
    if (binary_)
    {
      if (type != "float" && type != "double")
        throw InputError("'" + s_.file + "': " + key + " of type '" + type + "' are not understood");
      std::string b = bytes(n, type, key);
      std::reverse(b.begin(), b.end()); // swaps the bytes, and the order of the numbers
      const std::size_t size = bytes_of(type);
      for (std::size_t i = n; i-- > 0;)
      {
        float f = 0;
        double value = 0;
        std::memcpy(size == 4 ? static_cast<void *>(&f) : &value, b.data() + i * size, size);
        x.push_back(size == 4 ? double(f) : value);
      }
    }
    else
      for (std::size_t i = 0; i < n; ++i)
        x.push_back(number(key));
    if (x.empty())
      throw InputError("'" + s_.file + "': " + key + " has no numbers");
    const double h = n > 1 ? (x.back() - x.front()) / double(n - 1) : 0;
    for (std::size_t i = 1; i < n; ++i)
      if (!(std::abs(x[i] - x[i - 1] - h) <= 1e-3 * std::abs(h)))
        throw InputError("'" + s_.file + "': the " + key +
                         " are not evenly spaced; fe2 reads voxels of one size (steps " + format(x[1] - x[0]) +
                         " and " + format(x[i] - x[i - 1]) + ")");
    spacing_.resize(3, 0.);
    origin_.resize(3, 0.);
    spacing_[d] = h;
    origin_[d] = x.front();
  }

  /// Arrays of cells are offered, those of points are only counted over.
  bool read_section(const std::string &key)
  {
    if (key == "CELL_DATA" || key == "POINT_DATA")
    {
      of_cells_ = key == "CELL_DATA";
      n_values_ = count(key);
    }
    else if (key == "SCALARS")
      read_scalars();
    else if (key == "FIELD")
      read_field();
    else if (key == "METADATA") // up to an empty line
      at_ = std::min(std::min(text_.find("\n\n", at_), text_.find("\n\r\n", at_)), text_.size());
    else if (key == "LOOKUP_TABLE")
    {
      word();
      const std::size_t n = count(key);
      skip(4 * n, binary_ ? "unsigned_char" : "float", "LOOKUP_TABLE");
    }
    else if (key == "VECTORS" || key == "NORMALS" || key == "TENSORS")
    {
      const std::string name = word(), type = lower();
      skip(n_values_ * (key == "TENSORS" ? 9 : 3), type, name);
    }
    else
      return false;
    return true;
  }

  void read_scalars()
  {
    const std::string name = word(), type = lower();
    std::size_t components = 1;
    const auto back = at_;
    std::string next = upper();
    if (next != "LOOKUP_TABLE")
    {
      at_ = back;
      components = count("SCALARS " + name);
      next = upper();
    }
    if (next != "LOOKUP_TABLE")
      throw InputError("'" + s_.file + "': the array '" + name + "' lacks its line LOOKUP_TABLE");
    word();
    take(name, type, components, n_values_);
  }

  void read_field()
  {
    word();
    const std::size_t n = count("FIELD");
    for (std::size_t i = 0; i < n; ++i)
    {
      std::string name = word();
      if (name == "METADATA")
      {
        read_section(name);
        name = word();
      }
      const std::size_t components = count("FIELD " + name), tuples = count("FIELD " + name);
      take(name, lower(), components, tuples);
    }
  }

  void take(const std::string &name, const std::string &type, const std::size_t components, const std::size_t tuples)
  {
    std::string &known = of_cells_ ? cell_names_ : point_names_;
    if (n_values_ > 0)
      known += (known.empty() ? "" : ", ") + name;
    const bool wanted = s_.array.empty() || name == s_.array;
    const bool ids = n_values_ > 0 && of_cells_ && components == 1 && tuples == n_values_;
    if (!wanted || !ids)
      skip(components * tuples, type, name);
    else if (name == "material" || name == s_.array || (n_candidates_ == 0 && type != "float" && type != "double"))
    {
      image_.ids = whole_numbers(tuples, type, name);
      chosen_ = name;
    }
    else
      skip(components * tuples, type, name);
    n_candidates_ += ids ? 1 : 0;
  }

  IdImage finish()
  {
    if (!has_n_)
      throw InputError("'" + s_.file + "' lacks its DIMENSIONS; it is cut off");
    if (cell_names_.empty() && !point_names_.empty())
      throw InputError(
          "'" + s_.file + "': " + point_names_ +
          " is point data; fe2 reads cell data (ParaView: Point Data to Cell Data, with Categorical Data)");
    if (cell_names_.empty())
      throw InputError("'" + s_.file + "' has no CELL_DATA, or is cut off before it");
    if (chosen_.empty() || (s_.array.empty() && chosen_ != "material" && n_candidates_ > 1))
      throw InputError("'" + s_.file + "' has no cell array '" + (s_.array.empty() ? "material" : s_.array) +
                       "' of one whole number a voxel; it has " + cell_names_ + " (Array)");
    set_spacing(image_, s_.file, "SPACING", spacing_.empty() ? std::vector<double>{1, 1, 1} : spacing_);
    note_origin(image_, s_.file, origin_);
    return image_;
  }

  const VoxelFile &s_;
  const std::string text_;
  std::size_t at_ = 0;
  bool binary_ = false, has_n_ = false, of_cells_ = false;
  std::size_t n_values_ = 0, n_candidates_ = 0;
  std::vector<double> spacing_, origin_;
  std::string cell_names_, point_names_, chosen_;
  IdImage image_;
};
} // namespace

IdImage read_vtk(const VoxelFile &s)
{
  return LegacyReader(s).read();
}
} // namespace fe2
