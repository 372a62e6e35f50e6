// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/scale/state_store.h>

#include <utility>

namespace fe2
{
void PointRecord::commit()
{
  if (has_trial)
  {
    std::swap(committed, trial);
    committed.fields.clear();
    for (const auto &f : last_request.increment.fields)
      committed.fields.push_back(f.end);
  }
  rollback();
}

void PointRecord::rollback()
{
  trial = PointState(); // its memory is still in the cache when the next point takes it
  has_trial = false;
  if (scratch != nullptr && !scratch->outlives_increment())
    scratch.reset();
}

void PointRecord::pack(Bytes &bytes, const PointState &state) const
{
  ByteWriter w(bytes);
  w.put(definition.id);
  w.put(definition.model);
  for (unsigned int d = 0; d < 3; ++d)
    w.put(definition.position[d]);
  w.put_many(definition.frame.data(), 9);
  w.put(definition.instance);
  w.put(definition.characteristic_length);
  w.put<std::uint64_t>(definition.parameters.size());
  for (const auto &[name, value] : definition.parameters)
  {
    w.put(name);
    w.put(value);
  }
  w.put(seconds);
  state.pack(w);
}

PointRecord PointRecord::unpack(ByteReader &r)
{
  PointRecord record;
  auto &d = record.definition;
  d.id = r.get<PointId>();
  d.model = r.get<std::uint32_t>();
  for (unsigned int i = 0; i < 3; ++i)
    d.position[i] = r.get<double>();
  const auto frame = r.get_many<std::vector<double>>();
  std::copy(frame.begin(), frame.begin() + 9, d.frame.data());
  d.instance = r.get<std::uint32_t>();
  d.characteristic_length = r.get<double>();
  const auto n = r.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < n; ++i)
  {
    const auto name = r.get_many<std::string>();
    d.parameters[name] = r.get<double>();
  }
  record.seconds = r.get<double>();
  record.committed = PointState::unpack(r);
  return record;
}

void StateStore::add(const PointDefinition &definition)
{
  PointRecord record;
  record.definition = definition;
  insert(std::move(record));
}

PointRecord &StateStore::at(const PointId &id)
{
  const auto it = records_.find(id);
  if (it == records_.end())
    throw RunError("a point was asked for that this process does not own");
  return it->second;
}
} // namespace fe2
