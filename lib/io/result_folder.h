// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Where a run writes. A folder that holds results is not overwritten unless that is asked for. What fe2 writes stands
 * in the folder's manifest.txt, so that an overwriting run removes all of an earlier one, and nothing else.
 */
#ifndef fe2_lib_io_result_folder_h
#define fe2_lib_io_result_folder_h

#include <mpi.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace fe2
{
class ResultFolder
{
public:
  ResultFolder() = default;
  /// Collective: makes the folder. Throws InputError if it holds files and `overwrite` is false, or cannot be made.
  /// With `overwrite`, what the manifest of an earlier run names is removed first; other files stay.
  ResultFolder(const MPI_Comm comm, const std::string &folder, const bool overwrite);
  /// Path of a file that is going to be written.
  std::string file(const std::string &name) const
  {
    note(name);
    return path(name);
  }
  /// Path of a file or of the folder ("").
  std::string path(const std::string &name) const { return folder_ + name; }
  /// Collective: a folder inside; returns its path with a final '/'. Its files are noted by patterns.
  std::string subfolder(const std::string &name) const;
  /// Adds a file to the manifest (on the first process); '*' stands for any text: "vtu/fields_*.vtu".
  void note(const std::string &pattern) const;
  /// Files that were in the folder and are not of an earlier run.
  const std::vector<std::string> &kept() const { return kept_; }

private:
  MPI_Comm comm_ = MPI_COMM_SELF;
  std::string folder_;
  std::shared_ptr<std::set<std::string>> noted_; ///< null on other processes than the first
  std::vector<std::string> kept_;                ///< likewise
};
} // namespace fe2

#endif
