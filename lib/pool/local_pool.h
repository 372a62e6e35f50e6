// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The micro models and states of one process: what computes, also behind MpiPool.
 */
#ifndef fe2_lib_pool_local_pool_h
#define fe2_lib_pool_local_pool_h

#include <lib/pool/micro_pool.h>
#include <lib/scale/state_store.h>

namespace fe2
{
class LocalPool : public MicroPool
{
public:
  using Models = std::vector<std::shared_ptr<MicroModel>>;
  LocalPool(const Models &models, const std::vector<std::string> &names);

  const std::vector<std::string> &model_names() const override { return names_; }
  const MicroModel &model(const unsigned int index) const override { return *models_.at(index); }
  void create(const std::vector<PointDefinition> &points) override;
  void clone(const std::vector<PointDefinition> &points, const std::vector<PointId> &from) override;
  void erase(const std::vector<PointId> &ids) override;
  std::vector<MicroResponse> evaluate(const std::vector<MicroRequest> &requests) override;
  void commit() override;
  void rollback() override;
  void rebalance() override {}
  Bytes save() const override;
  void load(const Bytes &bytes) override;
  std::vector<std::vector<double>> query(const std::vector<PointId> &ids,
                                         const std::vector<std::string> &names) const override;
  void write_fields(const std::vector<PointId> &ids, const std::vector<std::string> &basenames) const override;
  PoolStatistics statistics() const override { return statistics_; }
  std::pair<int, double> home(const PointId &id) const override;

  /// Measured cost of a new point, and of none.
  void copy_cost(const PointId &to, const PointId &from);
  void forget_cost(const PointId &id) { last_cost_.erase(id); }
  /// A record with its whole state, and back; collective over the processes that compute the point.
  void pack(const PointRecord &record, Bytes &bytes) const;
  PointRecord unpack(ByteReader &reader) const;

  StateStore &store() { return store_; }
  const StateStore &store() const { return store_; }
  /// Seconds spent in micro models since the last commit.
  double busy_seconds() const { return busy_seconds_; }

private:
  BatchItem make_item(PointRecord &record, const MicroRequest &request, MicroResponse &response) const;
  void evaluate_batch(MicroModel &model, std::vector<BatchItem> &batch);

  Models models_;
  std::vector<std::string> names_;
  /// Of the Hill-Mandel gap and the iterations among each model's scalars, or -1.
  std::vector<int> gap_index_, iterations_index_;
  mutable StateStore store_;
  PoolStatistics statistics_;
  double busy_seconds_ = 0;
  std::map<PointId, double> last_cost_;
};
} // namespace fe2

#endif
