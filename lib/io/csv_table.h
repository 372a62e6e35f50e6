// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Tables of numbers with named columns. Lines that begin with '#' are comments (units stand there).
 */
#ifndef fe2_lib_io_csv_table_h
#define fe2_lib_io_csv_table_h

#include <mpi.h>

#include <fstream>
#include <string>
#include <vector>

namespace fe2
{
struct CsvTable
{
  std::vector<std::string> names;
  std::vector<std::vector<double>> rows;

  /// Collective. Throws InputError: missing file, ragged or truncated row (with its line), text where a number belongs.
  /// `lenient`: of measured data; empty or textual fields become not-a-number.
  static CsvTable read(const MPI_Comm comm, const std::string &file, const bool lenient = false);
  /// The same from a text; `source` names it in errors. Without a row of names, columns are called "1", "2", ...
  static CsvTable parse(const std::string &text, const std::string &source, const bool lenient = false);

  /// Column index, or -1.
  int find(const std::string &name) const;
  std::vector<double> column(const int index) const;
};

/// Appends rows to a file; every row is on disk before append returns.
class CsvWriter
{
public:
  CsvWriter() = default;
  /// Opens the file anew and writes `comment` (may be empty) and the names. Throws RunError.
  void open(const std::string &file, const std::string &comment, const std::vector<std::string> &names);
  bool is_open() const { return out_.is_open(); }
  void append(const std::vector<double> &values);

private:
  std::string file_;
  std::size_t n_ = 0;
  std::ofstream out_;
};
} // namespace fe2

#endif
