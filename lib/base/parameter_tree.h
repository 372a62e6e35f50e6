// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A parameter file as it was written: subsections and entries, before anything is declared.
 *
 * The format is deal.II's (set, subsection, end, include, #, trailing backslash). Reading is ours because
 * ParameterHandler stops at the first fault, takes repeated entries silently and looks for included files in the
 * working folder; here included files are relative to the file that includes them, and every entry knows its line.
 */
#ifndef fe2_lib_base_parameter_tree_h
#define fe2_lib_base_parameter_tree_h

#include <lib/base/errors.h>

#include <mpi.h>

#include <map>
#include <string>
#include <vector>

namespace fe2
{
struct ParameterEntry
{
  std::string value;
  std::string source; ///< "file:line"
};

class ParameterTree
{
public:
  using Path = std::vector<std::string>;

  /// Collective: rank 0 reads, all get the same tree. Throws InputError (missing file, all faults of syntax).
  static ParameterTree read(const MPI_Comm comm, const std::string &file);

  /// "Section/Sub/Entry=value" from the command line; replaces what the file says.
  void set(const std::string &assignment);
  void set(const Path &section, const std::string &entry, const std::string &value, const std::string &source);

  /// Names of the subsections of `section` in the order of the file.
  std::vector<std::string> subsections(const Path &section) const;
  /// The value of an entry, or nullptr.
  const ParameterEntry *find(const Path &section, const std::string &entry) const;
  /// Entries as (path of section, name), in the order of the file.
  const std::vector<std::pair<Path, std::string>> &order() const { return order_; }
  const std::vector<Path> &sections() const { return sections_; }
  const std::string &file() const { return file_; }
  /// Folder that relative file names refer to; ends with '/'.
  std::string folder() const;

private:
  void parse(const MPI_Comm comm, const std::string &file, Path &path, Faults &faults, const unsigned int depth);
  void open_section(const Path &path);

  std::string file_;
  std::map<std::pair<Path, std::string>, ParameterEntry> entries_;
  std::vector<std::pair<Path, std::string>> order_;
  std::vector<Path> sections_;
};

/// Collective: the text of a file, read on rank 0. Throws InputError with the reason on all ranks.
std::string read_text_file(const MPI_Comm comm, const std::string &file);

/// `name` relative to `folder`, unless it is absolute.
std::string resolve_path(const std::string &folder, const std::string &name);

std::string trim(const std::string &text);
/// Pieces between `separator`, trimmed; an empty text has none.
std::vector<std::string> split(const std::string &text, const char separator);
} // namespace fe2

#endif
