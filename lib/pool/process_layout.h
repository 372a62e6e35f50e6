// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * World ranks split into groups of neighbours that compute an RVE together. The first rank of a group is its leader: it
 * gets the requests and sends the responses.
 */
#ifndef fe2_lib_pool_process_layout_h
#define fe2_lib_pool_process_layout_h

#include <memory>
#include <mpi.h>

namespace fe2
{
struct ProcessLayout
{
  /// Collective. Throws InputError if the groups do not come out even.
  explicit ProcessLayout(const MPI_Comm world, const unsigned int ranks_per_rve = 1);

  MPI_Comm world;
  MPI_Comm group = MPI_COMM_SELF;
  int ranks_per_rve = 1;

  int leader_of(const int rank) const { return rank / ranks_per_rve * ranks_per_rve; }

private:
  std::shared_ptr<MPI_Comm> owned_; ///< frees the group's communicator
};
} // namespace fe2

#endif
