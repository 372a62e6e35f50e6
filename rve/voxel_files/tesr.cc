// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Neper's raster tessellations (Neper reference manual, "Raster Tessellation File (.tesr)"): sections `***`, `**`, `*`;
 * x runs fastest, 0 is no cell.
 */
#include <rve/voxel_files/label_array.h>
#include <rve/voxel_files/readers.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace fe2
{
namespace
{
/// The place after the line of a section; npos: there is none.
std::size_t find_section(const std::string &text, const std::string &name)
{
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
  {
    const auto line = text.find_last_not_of(" \t", at == 0 ? std::string::npos : at - 1);
    const auto end = at + name.size();
    const bool begins = at == 0 || line == std::string::npos || text[line] == '\n' || text[line] == '\r';
    if (begins && (end == text.size() || std::isspace(static_cast<unsigned char>(text[end]))))
      return end;
  }
  return std::string::npos;
}

std::string next_word(const std::string &text, std::size_t &at)
{
  const auto begin = text.find_first_not_of(" \t\r\n", at);
  if (begin == std::string::npos)
    return "";
  at = std::min(text.find_first_of(" \t\r\n", begin), text.size());
  return text.substr(begin, at - begin);
}

void set_general(IdImage &image, const std::string &file, const std::string &text)
{
  std::size_t at = find_section(text, "**general");
  if (at == std::string::npos)
    throw InputError("'" + file + "' has no section **general; it is cut off or no raster tessellation");
  const auto end = std::min(text.find("**", at), text.size());
  const auto star = std::min(text.find('*', at), end);
  const auto numbers = numbers_in(text.substr(at, star - at));
  const std::size_t dim = numbers.empty() ? 0 : numbers[0] == 2 ? 2 : numbers[0] == 3 ? 3 : 0;
  if (dim == 0 || numbers.size() != 1 + 2 * dim)
    throw InputError("'" + file + "': **general needs the dimension, 2 or 3, the numbers of voxels and their sizes");
  std::vector<double> spacing(3, 0.);
  for (std::size_t d = 0; d < dim; ++d)
  {
    image.n[d] = checked_extent(file, numbers[1 + d]);
    spacing[d] = numbers[1 + dim + d];
  }
  set_spacing(image, file, "the size of a voxel in **general", spacing);
  if (const auto origin = find_section(text.substr(0, end), "*origin"); origin != std::string::npos)
    note_origin(image, file, numbers_in(text.substr(origin, std::min(text.find('*', origin), end) - origin)));
}
} // namespace

IdImage read_tesr(const VoxelFile &s)
{
  const std::string text = read_bytes(s.file);
  if (find_section(text, "***tesr") == std::string::npos)
    throw InputError("'" + s.file + "' is no raster tessellation of Neper: it lacks ***tesr");
  IdImage image;
  set_general(image, s.file, text);
  std::size_t at = find_section(text, "**data");
  if (at == std::string::npos)
    throw InputError("'" + s.file + "' has no section **data; it is cut off");
  const std::string format = next_word(text, at);
  std::string data;
  std::size_t begin = at, word = at;
  if (next_word(text, word) == "*file")
  {
    const std::string name = next_word(text, word);
    data = read_bytes((std::filesystem::path(s.file).parent_path() / name).string());
    begin = 0;
  }
  const std::string &source = begin == 0 ? data : text;
  const std::size_t n = std::size_t(image.n[0]) * image.n[1] * image.n[2];
  if (format == "ascii")
  {
    const auto end = begin == 0 ? source.size() : std::min(source.find('*', begin), source.size());
    append_text(image.ids, s.file, source, begin, end);
    return image;
  }
  static const std::map<std::string, std::pair<const char *, bool>> types = {
      {"binary8", {"u1", false}},     {"binary16", {"u2", false}},    {"binary32", {"i4", false}},
      {"binary16_big", {"u2", true}}, {"binary32_big", {"i4", true}},
  };
  const auto type = types.find(format);
  if (type == types.end())
    throw InputError("'" + s.file + "': data of the format '" + format +
                     "' are not understood; write them with "
                     "-tesrformat ascii");
  if (begin != 0) // the bytes begin after the line
    begin = std::min(source.find('\n', begin), source.size() - 1) + 1;
  append_bytes(image.ids, s.file, type->second.first, source.substr(begin, n * bytes_of(type->second.first)),
               type->second.second);
  return image;
}
} // namespace fe2
