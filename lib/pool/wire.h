// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Requests and responses as bytes. A symmetric tangent goes as its upper triangle (21 of 36 numbers), otherwise only
 * the wanted columns go; a tangent with an id that the receiver knows already goes as that id (8 bytes).
 */
#ifndef fe2_lib_pool_wire_h
#define fe2_lib_pool_wire_h

#include <lib/scale/micro_response.h>

#include <lib/base/byte_buffer.h>

#include <set>

namespace fe2
{
namespace wire
{
void pack(ByteWriter &writer, const MicroRequest &request);
MicroRequest unpack_request(ByteReader &reader);

/// What one sender has told one receiver. Both sides forget at the same message, when `capacity` is reached.
class KnownTangents
{
public:
  static constexpr std::size_t capacity = 64;
  bool contains(const std::uint64_t id) const { return tangents_.count(id) > 0; }
  void add(const std::uint64_t id, const ComponentMatrix &tangent);
  const ComponentMatrix &get(const std::uint64_t id) const { return tangents_.at(id); }

private:
  std::map<std::uint64_t, ComponentMatrix> tangents_;
};

void pack(ByteWriter &writer, const MicroResponse &response, const Wanted &wanted, KnownTangents &known);
MicroResponse unpack_response(ByteReader &reader, KnownTangents &known);
} // namespace wire
} // namespace fe2

#endif
