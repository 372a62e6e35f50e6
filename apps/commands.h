// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The subcommands of fe2. Each gets its arguments and returns an exit code.
 */
#ifndef fe2_apps_commands_h
#define fe2_apps_commands_h

#include <lib/base/errors.h>

#include <mpi.h>

#include <string>
#include <vector>

namespace fe2
{
struct CommandContext
{
  MPI_Comm comm;
  int rank, n_ranks;
  std::vector<std::string> arguments;
};

int command_run(const CommandContext &context);
int command_homogenize(const CommandContext &context);
int command_microstructure(const CommandContext &context);
int command_point(const CommandContext &context);
int command_fit_prony(const CommandContext &context);
int command_compare(const CommandContext &context);
int command_parameters(const CommandContext &context);
} // namespace fe2

#endif
