// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Committed and trial states by point id, on the process that computes them. `commit` swaps, `rollback` drops.
 */
#ifndef fe2_lib_scale_state_store_h
#define fe2_lib_scale_state_store_h

#include <lib/scale/micro_model.h>

#include <map>

namespace fe2
{
struct PointRecord
{
  PointDefinition definition;
  PointState committed;
  PointState trial;
  bool has_trial = false;
  std::unique_ptr<Scratch> scratch;
  MicroRequest last_request; ///< of the trial
  double seconds = 0;        ///< measured cost since the last rebalancing
  std::uint32_t iterations = 0;

  void commit();
  void rollback();
  /// With another form of the committed state than its own.
  void pack(Bytes &bytes, const PointState &state) const;
  void pack(Bytes &bytes) const { pack(bytes, committed); }
  static PointRecord unpack(ByteReader &reader);
};

class StateStore
{
public:
  void add(const PointDefinition &definition);
  void insert(PointRecord &&record) { records_[record.definition.id] = std::move(record); }
  void erase(const PointId &id) { records_.erase(id); }
  bool contains(const PointId &id) const { return records_.count(id) > 0; }
  /// Throws RunError if the id is unknown.
  PointRecord &at(const PointId &id);

  /// In the order of the ids.
  std::map<PointId, PointRecord> &records() { return records_; }
  const std::map<PointId, PointRecord> &records() const { return records_; }

private:
  std::map<PointId, PointRecord> records_;
};
} // namespace fe2

#endif
