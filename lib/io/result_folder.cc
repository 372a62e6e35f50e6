// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/result_folder.h>

#include <lib/base/errors.h>

#include <filesystem>

namespace fe2
{
namespace
{
/// Rank 0 acts; all ranks throw its fault.
template <class Action>
void on_rank_0(const MPI_Comm comm, const Action &action)
{
  int rank, size = 0;
  MPI_Comm_rank(comm, &rank);
  std::string fault;
  if (rank == 0)
  {
    fault = action();
    size = int(fault.size());
  }
  MPI_Bcast(&size, 1, MPI_INT, 0, comm);
  fault.resize(std::size_t(size));
  MPI_Bcast(fault.data(), size, MPI_CHAR, 0, comm);
  if (!fault.empty())
    throw InputError(fault);
}
} // namespace

ResultFolder::ResultFolder(const MPI_Comm comm, const std::string &folder, const bool overwrite)
    : comm_(comm), folder_(folder.empty() || folder.back() == '/' ? folder : folder + "/")
{
  on_rank_0(comm,
            [&]() -> std::string
            {
              std::error_code code;
              const bool used = std::filesystem::is_directory(folder, code) && !std::filesystem::is_empty(folder, code);
              if (used && !overwrite)
                return "the folder '" + folder + "' holds results; add --overwrite, or choose another by --output";
              for (const char *ours :
                   {"vtu", "hdf5", "micro", "fields.pvd", "fields.xdmf", "history.csv", "increments.csv",
                    "averages.csv", "stiffness.csv", "engineering_constants.csv", "log.txt"})
                if (used)
                  std::filesystem::remove_all(folder_ + ours, code);
              std::filesystem::create_directories(folder, code);
              return code ? "the folder '" + folder + "' cannot be made: " + code.message() : "";
            });
}

std::string ResultFolder::subfolder(const std::string &name) const
{
  on_rank_0(comm_,
            [&]() -> std::string
            {
              std::error_code code;
              std::filesystem::create_directories(folder_ + name, code);
              return code ? "the folder '" + folder_ + name + "' cannot be made: " + code.message() : "";
            });
  return folder_ + name + "/";
}
} // namespace fe2
