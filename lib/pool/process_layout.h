// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * World ranks split into groups that compute an RVE together. For now a group is one rank; what needs a group's
 * communicator gets it from here, so that larger groups change nothing else.
 */
#ifndef fe2_lib_pool_process_layout_h
#define fe2_lib_pool_process_layout_h

#include <mpi.h>

namespace fe2
{
struct ProcessLayout
{
  explicit ProcessLayout(const MPI_Comm world_communicator) : world(world_communicator) {}
  MPI_Comm world;
  MPI_Comm group = MPI_COMM_SELF;
  int ranks_per_rve = 1;
};
} // namespace fe2

#endif
