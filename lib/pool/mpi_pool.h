// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Micro models on all processes of a communicator. Every point has a home process that holds its state; requests go
 * there in one message for each pair of processes and come back the same way. Points of the home itself are computed
 * while messages travel.
 */
#ifndef fe2_lib_pool_mpi_pool_h
#define fe2_lib_pool_mpi_pool_h

#include <lib/pool/local_pool.h>
#include <lib/pool/message_exchange.h>
#include <lib/pool/process_layout.h>
#include <lib/pool/wire.h>

namespace fe2
{
/// A point's home is the leader of the group that computes it; all of the group hold its record.
class MpiPool : public MicroPool
{
public:
  MpiPool(const ProcessLayout &layout, const LocalPool::Models &models, const std::vector<std::string> &names);

  const std::vector<std::string> &model_names() const override { return local_.model_names(); }
  const MicroModel &model(const unsigned int index) const override { return local_.model(index); }
  void create(const std::vector<PointDefinition> &points) override;
  void clone(const std::vector<PointDefinition> &points, const std::vector<PointId> &from) override;
  void erase(const std::vector<PointId> &ids) override;
  std::vector<MicroResponse> evaluate(const std::vector<MicroRequest> &requests) override;
  void commit() override;
  void rollback() override;
  void rebalance() override;
  Bytes save() const override;
  void load(const Bytes &bytes) override;
  std::vector<std::vector<double>> query(const std::vector<PointId> &ids,
                                         const std::vector<std::string> &names) const override;
  void write_fields(const std::vector<PointId> &ids, const std::vector<std::string> &basenames) const override;
  PoolStatistics statistics() const override { return statistics_; }
  std::pair<int, double> home(const PointId &id) const override;

  /// Collective: moves this process's points; homes[i] is the new home of the i-th of its records (in order of ids).
  void move(const std::vector<int> &homes);

private:
  int home_of(const PointId &id) const;
  bool leads() const { return layout_.leader_of(exchange_.rank()) == exchange_.rank(); }
  /// What the leader has received, to all of its group.
  std::vector<Bytes> share(std::vector<Bytes> received) const;
  std::vector<Bytes> empty_messages() const { return std::vector<Bytes>(std::size_t(exchange_.n_ranks())); }

  ProcessLayout layout_;
  LocalPool local_;
  mutable MessageExchange exchange_;
  std::map<PointId, int> homes_;      ///< of the points that this rank asks for
  std::map<PointId, int> requesters_; ///< of the points that live here
  std::map<PointId, double> cost_, last_cost_;
  std::vector<wire::KnownTangents> sent_, received_; ///< by the other rank
  PoolStatistics statistics_;
};
} // namespace fe2

#endif
