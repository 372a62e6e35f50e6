// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * All micro models behind the macroscale. Every call is collective over the pool's communicator; ids are those that the
 * calling rank asked for with create. Call order:
 *
 *     create(points)
 *     [ evaluate(requests) ]*  ->  commit()  or  rollback()     for each increment
 *
 * LocalPool computes in the same process, MpiPool over processes; both give the same numbers.
 */
#ifndef fe2_lib_pool_micro_pool_h
#define fe2_lib_pool_micro_pool_h

#include <lib/scale/micro_model.h>

namespace fe2
{
struct PoolStatistics
{
  std::size_t points = 0;
  double hill_mandel_gap = 0;  ///< largest of the last committed increment
  std::size_t iterations = 0;  ///< micro iterations of the last committed increment, all points and evaluations
  double imbalance = 1;        ///< largest over mean cost of the processes in the last committed increment
  std::size_t state_bytes = 0; ///< committed states of all points
};

class MicroPool
{
public:
  virtual ~MicroPool() = default;

  virtual const std::vector<std::string> &model_names() const = 0;
  virtual const MicroModel &model(const unsigned int index) const = 0;

  virtual void create(const std::vector<PointDefinition> &points) = 0;
  /// New points that start with copies of other points' committed states (both asked for by this rank).
  virtual void clone(const std::vector<PointDefinition> &points, const std::vector<PointId> &from) = 0;
  virtual void erase(const std::vector<PointId> &ids) = 0;

  /// Responses in the order of the requests. A converged one holds finite numbers only: NaN of a model, or in a
  /// request, is a failure with its message.
  virtual std::vector<MicroResponse> evaluate(const std::vector<MicroRequest> &requests) = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;
  /// Moves points between processes, from loaded to idle ones. Results do not change.
  virtual void rebalance() = 0;

  /// The committed states that live on this process, as bytes; load takes them on any process and any number of them.
  virtual Bytes save() const = 0;
  virtual void load(const Bytes &bytes) = 0;

  /// Scalars of committed states: result[i][k] of ids[i] and names[k]; not a number where a model has no such scalar.
  virtual std::vector<std::vector<double>> query(const std::vector<PointId> &ids,
                                                 const std::vector<std::string> &names) const = 0;
  /// Writes micro fields of committed states; basenames[i] belongs to ids[i].
  virtual void write_fields(const std::vector<PointId> &ids, const std::vector<std::string> &basenames) const = 0;
  virtual PoolStatistics statistics() const = 0;
  /// Process that computes a point, and its measured seconds in the last committed increment.
  virtual std::pair<int, double> home(const PointId &id) const = 0;
};
} // namespace fe2

#endif
