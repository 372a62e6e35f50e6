// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/pool/process_layout.h>

#include <lib/base/errors.h>

namespace fe2
{
ProcessLayout::ProcessLayout(const MPI_Comm world_communicator, const unsigned int k)
    : world(world_communicator), ranks_per_rve(int(k))
{
  int rank, n;
  MPI_Comm_rank(world, &rank);
  MPI_Comm_size(world, &n);
  if (k == 0 || n % int(k) != 0)
    throw InputError("Pool/Ranks per RVE = '" + std::to_string(k) + "': must divide the number of processes, " +
                     std::to_string(n) + "; start fe2 with mpirun and a multiple of it");
  if (k == 1)
    return;
  owned_ = std::shared_ptr<MPI_Comm>(new MPI_Comm,
                                     [](MPI_Comm *comm)
                                     {
                                       int finalized;
                                       MPI_Finalized(&finalized);
                                       if (!finalized)
                                         MPI_Comm_free(comm);
                                       delete comm;
                                     });
  MPI_Comm_split(world, rank / ranks_per_rve, rank, owned_.get());
  group = *owned_;
}
} // namespace fe2
