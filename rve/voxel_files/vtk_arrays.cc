// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/label_array.h>
#include <rve/voxel_files/vtk_arrays.h>

#include <zlib.h>

#include <cstring>

namespace fe2
{
namespace
{
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
std::string payload(const std::string &bytes, const bool wide, const bool compressed, const std::string &file)
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
    if (n > bytes.size() - w)
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
    if (at > bytes.size() || size > bytes.size() - at)
      throw InputError("'" + file + "' is cut off within an array");
    std::string part(length / 1100 > size + 1 ? 0 : length, 0); // zlib packs to a thousandth at best
    length = part.size();
    if (uncompress(reinterpret_cast<Bytef *>(part.data()), &length, reinterpret_cast<const Bytef *>(bytes.data()) + at,
                   size) != Z_OK)
      throw InputError("'" + file + "' has a compressed array that cannot be read; it is damaged");
    result += part.substr(0, length);
    at += size;
  }
  return result;
}

/// Bytes of an array that stands in <AppendedData>, with its header.
std::string appended_bytes(const std::string &file, const std::string &text, const XmlElement &root,
                           const XmlElement &array)
{
  const XmlElement *appended = root.child("AppendedData");
  const auto begin = appended == nullptr ? std::string::npos : text.find('_', appended->begin);
  if (begin == std::string::npos || begin > appended->end)
    throw InputError("'" + file + "' lacks its AppendedData");
  const auto offset = std::stoul("0" + array["offset"]);
  if (offset > appended->end - begin - 1)
    throw InputError("'" + file + "' is cut off before an array");
  const std::string data = text.substr(begin + 1 + offset, appended->end - begin - 1 - offset);
  return (*appended)["encoding"] == "base64" ? from_base64(data, file) : data;
}
} // namespace

void append_vtk_array(std::vector<long long> &ids, const std::string &file, const std::string &text,
                      const XmlElement &root, const XmlElement &array)
{
  const std::string format = array["format"], packer = root["compressor"];
  if (const std::string n = array["NumberOfComponents"]; !n.empty() && n != "1")
    throw InputError("'" + file + "': the array '" + array["Name"] + "' has " + n +
                     " components; fe2 reads one id for a voxel");
  if (format == "ascii" || format.empty())
  {
    const std::string numbers = array.content(text);
    append_text(ids, file, numbers, 0, numbers.size());
    return;
  }
  if (!packer.empty() && packer != "vtkZLibDataCompressor")
    throw InputError("'" + file + "' is compressed by " + packer + "; save it with ZLib or none");
  if (root["byte_order"] == "BigEndian")
    throw InputError("'" + file + "' is big-endian; save it with little-endian numbers");
  const std::string bytes =
      format == "appended" ? appended_bytes(file, text, root, array) : from_base64(array.content(text), file);
  append_bytes(ids, file, array["type"], payload(bytes, root["header_type"] == "UInt64", !packer.empty(), file));
}
} // namespace fe2
