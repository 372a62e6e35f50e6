// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/pool/wire.h>

#include <lib/scale/tangent_id.h>

namespace fe2
{
namespace wire
{
namespace
{
enum TangentForm : std::uint8_t
{
  no_tangent,
  columns_form,
  symmetric_form,
  known_form
};

void put(ByteWriter &w, const ComponentVector &v)
{
  w.put(std::uint8_t(v.size()));
  for (int i = 0; i < v.size(); ++i)
    w.put(v[i]);
}

ComponentVector get_vector(ByteReader &r)
{
  ComponentVector v(r.get<std::uint8_t>());
  for (int i = 0; i < v.size(); ++i)
    v[i] = r.get<double>();
  return v;
}

bool all_columns(const std::uint32_t columns, const int n)
{
  const std::uint32_t all = (1u << n) - 1;
  return (columns & all) == all;
}
} // namespace

void pack(ByteWriter &w, const MicroRequest &request)
{
  w.put(request.id);
  put(w, request.gradient);
  put(w, request.stress);
  w.put(request.time);
  w.put(request.increment.dt);
  w.put_many(request.increment.fields.data(), request.increment.fields.size());
  w.put(request.wanted);
}

MicroRequest unpack_request(ByteReader &r)
{
  MicroRequest request;
  request.id = r.get<PointId>();
  request.gradient = get_vector(r);
  request.stress = get_vector(r);
  request.time = r.get<double>();
  request.increment.dt = r.get<double>();
  request.increment.fields = r.get_many<std::vector<FieldValue>>();
  request.wanted = r.get<Wanted>();
  return request;
}

void KnownTangents::add(const std::uint64_t id, const ComponentMatrix &tangent)
{
  if (tangents_.size() >= capacity)
    tangents_.clear();
  tangents_[id] = tangent;
}

void pack(ByteWriter &w, const MicroResponse &response, const Wanted &wanted, KnownTangents &known)
{
  w.put(response.id);
  w.put(response.status);
  w.put(response.seconds);
  w.put(response.iterations);
  if (response.status == Status::failed)
  {
    w.put(response.message);
    w.put(response.dt_factor);
    return;
  }
  put(w, response.gradient);
  put(w, response.stress);
  w.put(response.tangent_kind);
  w.put(response.tangent_id);
  const int n = int(response.tangent.rows());
  // What the receiver knows of a tangent is the columns that it has asked for.
  const std::uint64_t key = response.tangent_id == 0 ? 0 : mix_hash(response.tangent_id, wanted.columns) | 1u;
  w.put(key);
  if (n == 0)
    w.put(no_tangent);
  else if (key != 0 && known.contains(key))
    w.put(known_form);
  else if (response.tangent_kind.symmetric && all_columns(wanted.columns, n))
  {
    w.put(symmetric_form);
    w.put(std::uint8_t(n));
    for (int i = 0; i < n; ++i)
      for (int j = i; j < n; ++j)
        w.put(response.tangent(i, j));
  }
  else
  {
    w.put(columns_form);
    w.put(std::uint8_t(n));
    w.put(wanted.columns);
    for (int j = 0; j < n; ++j)
      for (int i = 0; wanted.column(j) && i < n; ++i)
        w.put(response.tangent(i, j));
  }
  if (n > 0 && key != 0 && !known.contains(key))
    known.add(key, response.tangent);
}

MicroResponse unpack_response(ByteReader &r, KnownTangents &known)
{
  MicroResponse response;
  response.id = r.get<PointId>();
  response.status = r.get<Status>();
  response.seconds = r.get<double>();
  response.iterations = r.get<std::uint32_t>();
  if (response.status == Status::failed)
  {
    response.message = r.get_many<std::string>();
    response.dt_factor = r.get<double>();
    return response;
  }
  response.gradient = get_vector(r);
  response.stress = get_vector(r);
  response.tangent_kind = r.get<TangentKind>();
  response.tangent_id = r.get<std::uint64_t>();
  const auto key = r.get<std::uint64_t>();
  const auto form = r.get<TangentForm>();
  if (form == no_tangent)
    return response;
  if (form == known_form)
  {
    response.tangent = known.get(key);
    return response;
  }
  const int n = r.get<std::uint8_t>();
  response.tangent = ComponentMatrix::Zero(n, n);
  if (form == symmetric_form)
  {
    for (int i = 0; i < n; ++i)
      for (int j = i; j < n; ++j)
        response.tangent(i, j) = response.tangent(j, i) = r.get<double>();
  }
  else
  {
    const auto columns = r.get<std::uint32_t>();
    for (int j = 0; j < n; ++j)
      for (int i = 0; ((columns >> j) & 1u) != 0 && i < n; ++i)
        response.tangent(i, j) = r.get<double>();
  }
  if (key != 0)
    known.add(key, response.tangent);
  return response;
}
} // namespace wire
} // namespace fe2
