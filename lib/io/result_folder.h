// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Where a run writes. A folder that holds results is not overwritten unless that is asked for.
 */
#ifndef fe2_lib_io_result_folder_h
#define fe2_lib_io_result_folder_h

#include <mpi.h>

#include <string>

namespace fe2
{
class ResultFolder
{
public:
  ResultFolder() = default;
  /// Collective: makes the folder. Throws InputError if it holds files and `overwrite` is false, or cannot be made.
  /// With `overwrite`, what an earlier run of fe2 wrote there is removed first; other files stay.
  ResultFolder(const MPI_Comm comm, const std::string &folder, const bool overwrite);
  /// Path of a file in the folder.
  std::string file(const std::string &name) const { return folder_ + name; }
  /// Collective: a folder inside; returns its path with a final '/'.
  std::string subfolder(const std::string &name) const;

private:
  MPI_Comm comm_ = MPI_COMM_SELF;
  std::string folder_;
};
} // namespace fe2

#endif
