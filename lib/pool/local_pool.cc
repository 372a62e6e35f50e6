// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/pool/local_pool.h>

#include <lib/base/log.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace fe2
{
namespace
{
double now()
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Models are not asked what has no answer: NaN may keep them busy for ever.
bool is_finite(const MicroRequest &request)
{
  bool finite = request.gradient.allFinite() && std::isfinite(request.increment.dt);
  for (const auto &field : request.increment.fields)
    finite = finite && std::isfinite(field.begin) && std::isfinite(field.end);
  return finite;
}

/// What of a converged response is no number, or null. Unwanted columns of the tangent may be anything.
const char *find_nan(const MicroResponse &response, const Wanted &wanted)
{
  if (!response.stress.allFinite())
    return "stress";
  if (!response.gradient.allFinite())
    return "strain";
  for (int j = 0; j < int(response.tangent.cols()); ++j)
    if (wanted.column(j) && !response.tangent.col(j).allFinite())
      return "tangent";
  return nullptr;
}

/// The one place where responses arrive: what is not a number ends as a failure, and not in a committed state.
void check_response(const MicroRequest &request, MicroResponse &response, const std::string &model)
{
  const char *what = response.status == Status::converged ? find_nan(response, request.wanted) : nullptr;
  if (what == nullptr)
    return;
  std::string strain;
  for (int i = 0; i < int(request.gradient.size()); ++i)
    strain += (i == 0 ? "" : ", ") + format(request.gradient[i]);
  response.status = Status::failed;
  response.message = "the micro model '" + model + "' answers with a " + what +
                     " that is not a finite number (Mandel strain " + strain + ")";
}

int find_name(const std::vector<std::string> &names, const std::string &name)
{
  const auto it = std::find(names.begin(), names.end(), name);
  return it == names.end() ? -1 : int(it - names.begin());
}
} // namespace

LocalPool::LocalPool(const Models &models, const std::vector<std::string> &names) : models_(models), names_(names)
{
  for (const auto &model : models)
  {
    const auto scalars = model->scalar_names();
    gap_index_.push_back(find_name(scalars, "hill_mandel_gap"));
    iterations_index_.push_back(find_name(scalars, "iterations"));
  }
}

void LocalPool::create(const std::vector<PointDefinition> &points)
{
  for (const auto &p : points)
    store_.add(p);
  statistics_.points = store_.records().size();
}

void LocalPool::clone(const std::vector<PointDefinition> &points, const std::vector<PointId> &from)
{
  for (std::size_t i = 0; i < points.size(); ++i)
  {
    PointRecord record;
    record.definition = points[i];
    record.committed = store_.at(from[i]).committed;
    store_.insert(std::move(record));
  }
  statistics_.points = store_.records().size();
}

void LocalPool::erase(const std::vector<PointId> &ids)
{
  for (const auto &id : ids)
  {
    store_.erase(id);
    forget_cost(id);
  }
  statistics_.points = store_.records().size();
}

BatchItem LocalPool::make_item(PointRecord &record, const MicroRequest &request, MicroResponse &response) const
{
  return {&request, &record.definition, &record.committed, &record.trial, &record.scratch, &response};
}

std::vector<MicroResponse> LocalPool::evaluate(const std::vector<MicroRequest> &requests)
{
  std::vector<MicroResponse> responses(requests.size());
  // Points whose model and relevant increment are equal share operators: they make a batch.
  std::map<std::pair<unsigned int, Increment>, std::vector<BatchItem>> batches;
  for (std::size_t i = 0; i < requests.size(); ++i)
  {
    PointRecord &record = store_.at(requests[i].id);
    record.last_request = requests[i];
    responses[i].id = requests[i].id;
    if (!is_finite(requests[i]))
    {
      record.has_trial = false;
      responses[i].status = Status::failed;
      responses[i].message = "the strain, temperature or time step asked for is not a finite number";
      continue;
    }
    const auto model = record.definition.model;
    batches[{model, models_.at(model)->relevant(requests[i].increment)}].push_back(
        make_item(record, record.last_request, responses[i]));
  }
  for (auto &[key, batch] : batches)
    evaluate_batch(*models_.at(key.first), batch);
  return responses;
}

void LocalPool::evaluate_batch(MicroModel &model, std::vector<BatchItem> &batch)
{
  const double begin = now();
  model.prepare(batch.front().request->increment);
  const double prepared = now();
  model.evaluate(batch);
  const double end = now();
  busy_seconds_ += end - begin;
  for (const auto &item : batch)
  {
    PointRecord &record = store_.at(item.request->id);
    check_response(*item.request, *item.response, names_.at(record.definition.model));
    record.has_trial = item.response->status == Status::converged;
    item.response->seconds = (end - prepared) / double(batch.size());
    record.seconds += item.response->seconds;
    record.iterations += item.response->iterations;
  }
}

void LocalPool::commit()
{
  statistics_.hill_mandel_gap = 0;
  statistics_.iterations = 0;
  statistics_.state_bytes = 0;
  for (auto &[id, record] : store_.records())
  {
    MicroModel &model = *models_[record.definition.model];
    if (record.has_trial)
    {
      const double begin = now();
      model.prepare(record.last_request.increment);
      MicroResponse response;
      BatchItem item = make_item(record, record.last_request, response);
      model.complete(item);
      const double seconds = now() - begin;
      record.seconds += seconds;
      busy_seconds_ += seconds;
    }
    record.commit();
    last_cost_[id] = record.seconds;
    record.seconds = 0;
    statistics_.iterations += record.iterations;
    const int spent = iterations_index_[record.definition.model];
    if (spent >= 0 && std::size_t(spent) < record.committed.scalars.size()) // the model knows its last evaluation only
      record.committed.scalars[std::size_t(spent)] = record.iterations;
    record.iterations = 0;
    statistics_.state_bytes += record.committed.bytes();
    const int gap = gap_index_[record.definition.model];
    if (gap >= 0 && std::size_t(gap) < record.committed.scalars.size())
      statistics_.hill_mandel_gap = std::max(statistics_.hill_mandel_gap, record.committed.scalars[std::size_t(gap)]);
  }
  busy_seconds_ = 0;
}

void LocalPool::rollback()
{
  for (auto &entry : store_.records())
  {
    entry.second.rollback();
    entry.second.iterations = 0;
  }
}

void LocalPool::copy_cost(const PointId &to, const PointId &from)
{
  if (const auto it = last_cost_.find(from); it != last_cost_.end())
    last_cost_[to] = it->second;
}

void LocalPool::pack(const PointRecord &record, Bytes &bytes) const
{
  record.pack(bytes, models_.at(record.definition.model)->whole_state(record.definition, record.committed));
}

PointRecord LocalPool::unpack(ByteReader &reader) const
{
  PointRecord record = PointRecord::unpack(reader);
  record.committed = models_.at(record.definition.model)->part_of_state(record.definition, record.committed);
  return record;
}

Bytes LocalPool::save() const
{
  Bytes bytes;
  for (const auto &entry : store_.records())
    pack(entry.second, bytes);
  return bytes;
}

void LocalPool::load(const Bytes &bytes)
{
  ByteReader reader(bytes);
  while (!reader.done())
  {
    PointRecord record = unpack(reader);
    if (store_.contains(record.definition.id))
      store_.insert(std::move(record));
  }
}

std::vector<std::vector<double>> LocalPool::query(const std::vector<PointId> &ids,
                                                  const std::vector<std::string> &names) const
{
  std::vector<std::vector<double>> result;
  for (const auto &id : ids)
  {
    const PointRecord &record = store_.at(id);
    const auto known = models_[record.definition.model]->scalar_names();
    std::vector<double> row;
    for (const auto &name : names)
    {
      const int k = find_name(known, name);
      const bool has = k >= 0 && std::size_t(k) < record.committed.scalars.size();
      row.push_back(has ? record.committed.scalars[std::size_t(k)] : std::numeric_limits<double>::quiet_NaN());
    }
    result.push_back(row);
  }
  return result;
}

void LocalPool::write_fields(const std::vector<PointId> &ids, const std::vector<std::string> &basenames) const
{
  for (std::size_t i = 0; i < ids.size(); ++i)
  {
    const PointRecord &record = store_.at(ids[i]);
    models_[record.definition.model]->write_fields(record.definition, record.committed, basenames[i]);
  }
}

std::pair<int, double> LocalPool::home(const PointId &id) const
{
  const auto it = last_cost_.find(id);
  return {0, it == last_cost_.end() ? 0. : it->second};
}
} // namespace fe2
