// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/label_array.h>
#include <rve/voxel_files/readers.h>

#include <lib/base/parameter_tree.h>

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace fe2
{
namespace
{
std::uint64_t little(const std::string &bytes, const std::size_t at, const std::size_t n, const std::string &file)
{
  if (bytes.size() < n || at > bytes.size() - n)
    throw InputError("'" + file + "' is cut off");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < n; ++i)
    value |= std::uint64_t(std::uint8_t(bytes[at + i])) << (8 * i);
  return value;
}

/// The text after a key of the head's dictionary.
std::string head_entry(const std::string &head, const std::string &key, const std::string &file)
{
  const auto at = head.find("'" + key + "':");
  if (at == std::string::npos)
    throw InputError("'" + file + "': the head of the NumPy array lacks '" + key + "'");
  return trim(head.substr(at + key.size() + 3));
}

std::vector<std::size_t> parse_shape(const std::string &text, const std::string &file)
{
  std::vector<std::size_t> shape;
  const std::string list = text.substr(0, text.find(')') + 1);
  for (const auto &word : split(list.substr(1, list.size() - 2), ','))
    if (!word.empty())
    {
      if (word.find_first_not_of("0123456789") != std::string::npos || word.size() > 9)
        throw InputError("'" + file + "': the shape " + list + " is no list of whole numbers");
      shape.push_back(std::stoul(word));
    }
  return shape;
}

/// Format: numpy.lib.format, versions 1 to 3.
IdImage parse_npy(const VoxelFile &s, const std::string &bytes, const std::string &name)
{
  if (bytes.size() < 12 || bytes.compare(0, 6, "\x93NUMPY") != 0)
    throw InputError("'" + name + "' is no NumPy array: it lacks the signature of one");
  const bool wide = bytes[6] != 1;
  const std::size_t begin = wide ? 12 : 10, length = little(bytes, 8, wide ? 4 : 2, name);
  if (length > bytes.size() - begin)
    throw InputError("'" + name + "' is cut off within its head");
  const std::string head = bytes.substr(begin, length), type = head_entry(head, "descr", name);
  if (type.size() < 5 || type[0] != '\'' || type.find('\'', 1) == std::string::npos)
    throw InputError("'" + name + "' is an array of records; save an array of whole numbers");
  LabelArray a;
  a.file = name;
  a.shape = parse_shape(head_entry(head, "shape", name), name);
  a.order = s.axis_order.empty() ? "xyz" : s.axis_order;
  a.order_given = !s.axis_order.empty();
  a.first_fastest = head_entry(head, "fortran_order", name).rfind("True", 0) == 0;
  const std::string code = type.substr(2, type.find('\'', 1) - 2);
  a.bytes = code == "u1";
  append_bytes(a.values, name, code, bytes.substr(begin + length), type[1] == '>');
  return make_image(a);
}

struct Member
{
  std::uint64_t method = 0, packed = 0, size = 0, at = 0, crc = 0, flags = 0;
};

/// PKWARE's APPNOTE 4.3.12: the central directory, with the 64-bit sizes of its extra fields.
std::map<std::string, Member> zip_members(const std::string &zip, const std::string &file)
{
  if (zip.compare(0, 2, "PK") != 0)
    throw InputError("'" + file + "' is no NumPy archive: it lacks the signature of a zip file");
  const auto end = zip.rfind("PK\x05\x06");
  if (end == std::string::npos)
    throw InputError("'" + file + "' is cut off: the archive lacks its directory");
  std::uint64_t at = little(zip, end + 16, 4, file), n = little(zip, end + 10, 2, file);
  if (const auto wide = zip.rfind(std::string("PK\x06\x06")); wide != std::string::npos && at == 0xffffffff)
    at = little(zip, wide + 48, 8, file), n = little(zip, wide + 32, 8, file);
  std::map<std::string, Member> members;
  for (std::uint64_t i = 0; i < n; ++i)
  {
    if (zip.compare(at, 4, "PK\x01\x02") != 0)
      throw InputError("'" + file + "' has a damaged directory");
    Member m;
    m.flags = little(zip, at + 8, 2, file);
    m.method = little(zip, at + 10, 2, file);
    m.crc = little(zip, at + 16, 4, file);
    m.packed = little(zip, at + 20, 4, file);
    m.size = little(zip, at + 24, 4, file);
    m.at = little(zip, at + 42, 4, file);
    const std::size_t name = little(zip, at + 28, 2, file), extra = little(zip, at + 30, 2, file),
                      comment = little(zip, at + 32, 2, file);
    for (std::size_t x = at + 46 + name; x + 4 <= at + 46 + name + extra; x += 4 + little(zip, x + 2, 2, file))
      if (little(zip, x, 2, file) == 1)
      {
        std::size_t next = x + 4;
        for (std::uint64_t *value : {&m.size, &m.packed, &m.at})
          if (*value == 0xffffffff)
            *value = little(zip, next, 8, file), next += 8;
      }
    members[zip.substr(at + 46, name)] = m;
    at += 46 + name + extra + comment;
  }
  return members;
}

std::string unpack(const std::string &zip, const Member &m, const std::string &file)
{
  const std::size_t begin = m.at + 30 + little(zip, m.at + 26, 2, file) + little(zip, m.at + 28, 2, file);
  if (begin > zip.size() || m.packed > zip.size() - begin)
    throw InputError("'" + file + "' is cut off within an array");
  if ((m.method != 0 && m.method != 8) || (m.flags & 1) != 0)
    throw InputError("'" + file + "' is packed by method " + std::to_string(m.method) +
                     ((m.flags & 1) != 0 ? " with a password" : "") + "; save it with numpy.savez or savez_compressed");
  std::string data = zip.substr(begin, m.packed);
  if (m.method == 8)
  {
    if (m.size / 1100 > m.packed + 1) // zlib packs to a thousandth at best
      throw InputError("'" + file + "' has a damaged directory");
    std::string plain(m.size, 0);
    z_stream stream = {};
    std::size_t in = 0, out = 0;
    int status = inflateInit2(&stream, -15);
    constexpr std::size_t piece = std::size_t(1) << 30; // zlib counts with 32 bits
    while (status == Z_OK)
    {
      stream.next_in = reinterpret_cast<Bytef *>(data.data()) + in;
      stream.next_out = reinterpret_cast<Bytef *>(plain.data()) + out;
      const auto n_in = uInt(std::min(piece, data.size() - in)), n_out = uInt(std::min(piece, plain.size() - out));
      stream.avail_in = n_in;
      stream.avail_out = n_out;
      status = inflate(&stream, Z_NO_FLUSH);
      in += n_in - stream.avail_in;
      out += n_out - stream.avail_out;
    }
    inflateEnd(&stream);
    if (status != Z_STREAM_END || out != m.size)
      throw InputError("'" + file + "' has a packed array that is damaged");
    data = std::move(plain);
  }
  if (crc32_z(0, reinterpret_cast<const Bytef *>(data.data()), data.size()) != m.crc)
    throw InputError("'" + file + "' is damaged: the check sum of its array is wrong");
  return data;
}
} // namespace

IdImage read_npy(const VoxelFile &s)
{
  return parse_npy(s, read_bytes(s.file), s.file);
}

IdImage read_npz(const VoxelFile &s)
{
  const std::string zip = read_bytes(s.file);
  const auto members = zip_members(zip, s.file);
  std::string known;
  for (const auto &m : members)
    known += (known.empty() ? "" : ", ") + m.first.substr(0, m.first.rfind(".npy"));
  auto it = members.find(s.array + ".npy");
  if (s.array.empty() && members.size() == 1)
    it = members.begin();
  if (it == members.end())
    throw InputError("'" + s.file + "' has " +
                     (s.array.empty() ? std::to_string(members.size()) + " arrays" : "no array '" + s.array + "'") +
                     "; name one with 'Array': " + (known.empty() ? "there is none" : known));
  return parse_npy(s, unpack(zip, it->second, s.file), s.file + ":" + it->first);
}
} // namespace fe2
