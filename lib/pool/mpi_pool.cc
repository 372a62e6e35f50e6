// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/pool/load_balancer.h>
#include <lib/pool/mpi_pool.h>

#include <deal.II/base/mpi.h>

#include <algorithm>

namespace fe2
{
MpiPool::MpiPool(const ProcessLayout &layout, const LocalPool::Models &models, const std::vector<std::string> &names)
    : layout_(layout), local_(models, names), exchange_(layout.world), sent_(std::size_t(exchange_.n_ranks())),
      received_(std::size_t(exchange_.n_ranks()))
{
}

std::vector<Bytes> MpiPool::share(std::vector<Bytes> received) const
{
  if (layout_.ranks_per_rve == 1)
    return received;
  std::vector<std::uint64_t> sizes;
  for (const auto &bytes : received)
    sizes.push_back(bytes.size());
  MPI_Bcast(sizes.data(), int(sizes.size()), MPI_UINT64_T, 0, layout_.group);
  constexpr std::uint64_t chunk = 1u << 30; // MPI counts are int
  for (std::size_t r = 0; r < received.size(); ++r)
  {
    received[r].resize(sizes[r]);
    for (std::uint64_t i = 0; i < sizes[r]; i += chunk)
      MPI_Bcast(received[r].data() + i, int(std::min(chunk, sizes[r] - i)), MPI_CHAR, 0, layout_.group);
  }
  return received;
}

int MpiPool::home_of(const PointId &id) const
{
  const auto it = homes_.find(id);
  if (it == homes_.end())
    throw RunError("a point was asked for that this process did not create");
  return it->second;
}

void MpiPool::create(const std::vector<PointDefinition> &points)
{
  // Each model's points are spread evenly, since models differ in cost.
  auto messages = empty_messages();
  for (unsigned int model = 0; model < model_names().size(); ++model)
  {
    std::vector<const PointDefinition *> mine;
    for (const auto &p : points)
      if (p.model == model)
        mine.push_back(&p);
    auto homes = balance(exchange_.comm(), std::vector<double>(mine.size(), 1.));
    for (std::size_t i = 0; i < mine.size(); ++i)
    {
      homes[i] = layout_.leader_of(homes[i]);
      homes_[mine[i]->id] = homes[i];
      PointRecord record;
      record.definition = *mine[i];
      record.pack(messages[std::size_t(homes[i])]);
    }
  }
  const auto received = share(exchange_(messages));
  for (std::size_t r = 0; r < received.size(); ++r)
    for (ByteReader reader(received[r]); !reader.done();)
    {
      PointRecord record = PointRecord::unpack(reader);
      requesters_[record.definition.id] = int(r);
      local_.store().insert(std::move(record));
    }
}

void MpiPool::clone(const std::vector<PointDefinition> &points, const std::vector<PointId> &from)
{
  auto messages = empty_messages();
  for (std::size_t i = 0; i < points.size(); ++i)
  {
    const int target = home_of(from[i]);
    homes_[points[i].id] = target;
    PointRecord record;
    record.definition = points[i];
    ByteWriter(messages[std::size_t(target)]).put(from[i]);
    record.pack(messages[std::size_t(target)]);
  }
  const auto received = share(exchange_(messages));
  for (std::size_t r = 0; r < received.size(); ++r)
    for (ByteReader reader(received[r]); !reader.done();)
    {
      const auto source = reader.get<PointId>();
      PointRecord record = PointRecord::unpack(reader);
      record.committed = local_.store().at(source).committed;
      local_.copy_cost(record.definition.id, source);
      requesters_[record.definition.id] = int(r);
      local_.store().insert(std::move(record));
    }
}

void MpiPool::erase(const std::vector<PointId> &ids)
{
  auto messages = empty_messages();
  for (const auto &id : ids)
  {
    ByteWriter(messages[std::size_t(home_of(id))]).put(id);
    homes_.erase(id);
  }
  for (const auto &bytes : share(exchange_(messages)))
    for (ByteReader reader(bytes); !reader.done();)
    {
      const auto id = reader.get<PointId>();
      requesters_.erase(id);
      local_.store().erase(id);
      local_.forget_cost(id);
    }
}

std::vector<MicroResponse> MpiPool::evaluate(const std::vector<MicroRequest> &requests)
{
  const int me = exchange_.rank();
  auto messages = empty_messages();
  std::vector<MicroRequest> local_requests;
  std::vector<std::vector<std::size_t>> positions(messages.size());
  for (std::size_t i = 0; i < requests.size(); ++i)
  {
    const int home = home_of(requests[i].id);
    positions[std::size_t(home)].push_back(i);
    if (home == me && layout_.ranks_per_rve == 1)
      local_requests.push_back(requests[i]);
    else
    {
      ByteWriter writer(messages[std::size_t(home)]);
      wire::pack(writer, requests[i]);
    }
  }
  exchange_.start(messages);
  auto local_responses = local_.evaluate(local_requests);
  const auto incoming = share(exchange_.finish());

  // All remote requests make one batch, in the order of ranks.
  std::vector<MicroRequest> remote;
  std::vector<std::size_t> sender;
  for (std::size_t r = 0; r < incoming.size(); ++r)
    for (ByteReader reader(incoming[r]); !reader.done();)
    {
      remote.push_back(wire::unpack_request(reader));
      sender.push_back(r);
    }
  const auto answers = local_.evaluate(remote);
  auto replies = empty_messages();
  for (std::size_t i = 0; i < answers.size() && leads(); ++i)
  {
    ByteWriter writer(replies[sender[i]]);
    wire::pack(writer, answers[i], remote[i].wanted, sent_[sender[i]]);
  }
  const auto received = exchange_(replies);

  std::vector<MicroResponse> responses(requests.size());
  for (std::size_t i = 0; i < local_responses.size(); ++i)
    responses[positions[std::size_t(me)][i]] = std::move(local_responses[i]);
  for (std::size_t r = 0; r < received.size(); ++r)
  {
    std::size_t i = 0;
    for (ByteReader reader(received[r]); !reader.done();)
      responses[positions[r][i++]] = wire::unpack_response(reader, received_[r]);
  }
  for (const auto &response : responses)
    cost_[response.id] += response.seconds;
  return responses;
}

void MpiPool::commit()
{
  const double busy = local_.busy_seconds();
  local_.commit();
  last_cost_ = std::move(cost_);
  cost_.clear();
  const PoolStatistics mine = local_.statistics();
  const double counted = leads() ? 1. : 0.;
  double sums[3] = {counted * double(local_.store().records().size()), counted * double(mine.iterations),
                    double(mine.state_bytes)};
  MPI_Allreduce(MPI_IN_PLACE, sums, 3, MPI_DOUBLE, MPI_SUM, exchange_.comm());
  statistics_.points = std::size_t(sums[0]);
  statistics_.iterations = std::size_t(sums[1]);
  statistics_.state_bytes = std::size_t(sums[2]);
  MPI_Allreduce(&mine.hill_mandel_gap, &statistics_.hill_mandel_gap, 1, MPI_DOUBLE, MPI_MAX, exchange_.comm());
  statistics_.imbalance = imbalance(exchange_.comm(), busy);
}

void MpiPool::rollback()
{
  local_.rollback();
  cost_.clear();
}

void MpiPool::rebalance()
{
  std::vector<double> weights;
  for (const auto &entry : local_.store().records())
    if (leads())
      weights.push_back(local_.home(entry.first).second);
  auto homes = balance(exchange_.comm(), weights);
  homes.resize(local_.store().records().size());
  for (int &home : homes)
    home = layout_.leader_of(home);
  if (layout_.ranks_per_rve > 1)
    MPI_Bcast(homes.data(), int(homes.size()), MPI_INT, 0, layout_.group);
  move(homes);
}

void MpiPool::move(const std::vector<int> &homes)
{
  auto states = empty_messages(), news = empty_messages();
  std::vector<PointId> leaving;
  std::size_t i = 0;
  for (const auto &[id, record] : local_.store().records())
  {
    const int target = homes.at(i++);
    if (target == layout_.leader_of(exchange_.rank()))
      continue;
    leaving.push_back(id);
    Bytes bytes;
    ByteWriter(bytes).put(requesters_.at(id));
    local_.pack(record, bytes);
    if (!leads())
      continue;
    auto &state = states[std::size_t(target)];
    state.insert(state.end(), bytes.begin(), bytes.end());
    ByteWriter writer(news[std::size_t(requesters_.at(id))]);
    writer.put(id);
    writer.put(target);
  }
  for (const auto &id : leaving)
  {
    requesters_.erase(id);
    local_.store().erase(id);
  }
  for (const auto &bytes : share(exchange_(states)))
    for (ByteReader reader(bytes); !reader.done();)
    {
      const int requester = reader.get<int>();
      PointRecord record = local_.unpack(reader);
      requesters_[record.definition.id] = requester;
      local_.store().insert(std::move(record));
    }
  for (const auto &bytes : exchange_(news))
    for (ByteReader reader(bytes); !reader.done();)
    {
      const auto id = reader.get<PointId>();
      homes_[id] = reader.get<int>();
    }
}

Bytes MpiPool::save() const
{
  const Bytes bytes = local_.save(); // together with the group
  return leads() ? bytes : Bytes();
}

void MpiPool::load(const Bytes &bytes)
{
  // A directory process for each id knows its home: nobody needs a list of all points.
  const auto directory = [this](const PointId &id)
  {
    std::uint64_t h = id.quadrature;
    for (const unsigned int c : id.cell)
      h = (h ^ c) * 1099511628211ull;
    return std::size_t(h % std::uint64_t(exchange_.n_ranks()));
  };
  auto messages = empty_messages();
  for (const auto &entry : local_.store().records())
    if (leads())
      ByteWriter(messages[directory(entry.first)]).put(entry.first);
  const auto announced = exchange_(messages);
  std::map<PointId, std::size_t> home;
  for (std::size_t r = 0; r < announced.size(); ++r)
    for (ByteReader reader(announced[r]); !reader.done();)
      home[reader.get<PointId>()] = r;

  messages = empty_messages();
  for (ByteReader reader(bytes); !reader.done();)
  {
    const PointRecord record = PointRecord::unpack(reader);
    record.pack(messages[directory(record.definition.id)]);
  }
  auto forward = empty_messages();
  for (const auto &part : exchange_(messages))
    for (ByteReader reader(part); !reader.done();)
    {
      const PointRecord record = PointRecord::unpack(reader);
      if (const auto it = home.find(record.definition.id); it != home.end())
        record.pack(forward[it->second]);
    }
  for (const auto &part : share(exchange_(forward)))
    local_.load(part);
}

std::vector<std::vector<double>> MpiPool::query(const std::vector<PointId> &ids,
                                                const std::vector<std::string> &names) const
{
  auto messages = empty_messages();
  std::vector<std::vector<std::size_t>> positions(messages.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
  {
    const auto home = std::size_t(home_of(ids[i]));
    positions[home].push_back(i);
    ByteWriter(messages[home]).put(ids[i]);
  }
  auto replies = empty_messages();
  const auto asked = exchange_(messages);
  for (std::size_t r = 0; r < asked.size(); ++r)
    for (ByteReader reader(asked[r]); !reader.done();)
      ByteWriter(replies[r]).put(local_.query({reader.get<PointId>()}, names).front());
  std::vector<std::vector<double>> result(ids.size());
  const auto received = exchange_(replies);
  for (std::size_t r = 0; r < received.size(); ++r)
  {
    std::size_t i = 0;
    for (ByteReader reader(received[r]); !reader.done();)
      result[positions[r][i++]] = reader.get_many<std::vector<double>>();
  }
  return result;
}

void MpiPool::write_fields(const std::vector<PointId> &ids, const std::vector<std::string> &basenames) const
{
  auto messages = empty_messages();
  for (std::size_t i = 0; i < ids.size(); ++i)
  {
    ByteWriter writer(messages[std::size_t(home_of(ids[i]))]);
    writer.put(ids[i]);
    writer.put(basenames[i]);
  }
  // A file that cannot be written on one process must not leave the others waiting.
  std::string fault;
  for (const auto &bytes : share(exchange_(messages)))
    for (ByteReader reader(bytes); !reader.done();)
    {
      const auto id = reader.get<PointId>();
      const auto basename = reader.get_many<std::string>();
      try
      {
        local_.write_fields({id}, {basename});
      }
      catch (const RunError &e)
      {
        fault = e.what();
      }
    }
  for (const auto &text : dealii::Utilities::MPI::all_gather(exchange_.comm(), fault))
    if (!text.empty())
      throw RunError(text);
}

std::pair<int, double> MpiPool::home(const PointId &id) const
{
  const auto it = last_cost_.find(id);
  return {home_of(id), it == last_cost_.end() ? 0. : it->second};
}
} // namespace fe2
