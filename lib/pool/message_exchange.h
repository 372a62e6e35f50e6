// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Every rank sends bytes to any ranks; nonblocking, so that work can be done between start and finish.
 * Sizes go by MPI_Alltoall (8 bytes a rank), contents by MPI_Isend only where there are any.
 */
#ifndef fe2_lib_pool_message_exchange_h
#define fe2_lib_pool_message_exchange_h

#include <lib/base/byte_buffer.h>

#include <mpi.h>

namespace fe2
{
class MessageExchange
{
public:
  explicit MessageExchange(const MPI_Comm comm);
  ~MessageExchange();
  MessageExchange(const MessageExchange &) = delete;

  int rank() const { return rank_; }
  int n_ranks() const { return n_ranks_; }
  MPI_Comm comm() const { return comm_; }

  /// Collective. outgoing[r] goes to rank r; it must stay unchanged until finish.
  void start(const std::vector<Bytes> &outgoing);
  /// What came, by sender.
  std::vector<Bytes> finish();
  std::vector<Bytes> operator()(const std::vector<Bytes> &outgoing)
  {
    start(outgoing);
    return finish();
  }

private:
  MPI_Comm comm_; ///< a duplicate of its own, so that messages cannot meet others
  int rank_, n_ranks_;
  std::vector<Bytes> incoming_;
  std::vector<MPI_Request> requests_;
};
} // namespace fe2

#endif
