// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/pool/message_exchange.h>

#include <algorithm>

namespace fe2
{
MessageExchange::MessageExchange(const MPI_Comm comm)
{
  MPI_Comm_dup(comm, &comm_);
  MPI_Comm_rank(comm_, &rank_);
  MPI_Comm_size(comm_, &n_ranks_);
}

MessageExchange::~MessageExchange()
{
  int finalized;
  MPI_Finalized(&finalized);
  if (!finalized)
    MPI_Comm_free(&comm_);
}

void MessageExchange::start(const std::vector<Bytes> &outgoing)
{
  constexpr std::size_t chunk = 1u << 30; // MPI counts are int
  const auto n = std::size_t(n_ranks_);
  std::vector<std::uint64_t> send(n), receive(n);
  for (std::size_t r = 0; r < n; ++r)
    send[r] = outgoing[r].size();
  MPI_Alltoall(send.data(), 1, MPI_UINT64_T, receive.data(), 1, MPI_UINT64_T, comm_);
  incoming_.assign(n, {});
  for (std::size_t r = 0; r < n; ++r)
  {
    if (int(r) == rank_)
    {
      incoming_[r] = outgoing[r];
      continue;
    }
    incoming_[r].resize(receive[r]);
    for (std::size_t i = 0; i < receive[r]; i += chunk)
      MPI_Irecv(incoming_[r].data() + i, int(std::min<std::size_t>(chunk, receive[r] - i)), MPI_CHAR, int(r), 0, comm_,
                &requests_.emplace_back());
  }
  for (std::size_t r = 0; r < n; ++r)
    for (std::size_t i = 0; int(r) != rank_ && i < send[r]; i += chunk)
      MPI_Isend(outgoing[r].data() + i, int(std::min<std::size_t>(chunk, send[r] - i)), MPI_CHAR, int(r), 0, comm_,
                &requests_.emplace_back());
}

std::vector<Bytes> MessageExchange::finish()
{
  MPI_Waitall(int(requests_.size()), requests_.data(), MPI_STATUSES_IGNORE);
  requests_.clear();
  return std::move(incoming_);
}
} // namespace fe2
