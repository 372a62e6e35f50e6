// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Tables of numbers with named columns: the one reader of tables, whoever wrote them.
 *
 * Fields between commas, semicolons, tabs or blanks; quoted or not; numbers with decimal points or commas (see
 * table_words.h). Lines that begin with '#', '%' or '/' are comments. Above the numbers may stand remarks, one line of
 * names and lines of units; "sep=;" of Excel is obeyed. Nothing else is left out: what is no number is an error or, of
 * measured data, told by `unread`.
 */
#ifndef fe2_lib_io_csv_table_h
#define fe2_lib_io_csv_table_h

#include <mpi.h>

#include <fstream>
#include <string>
#include <vector>

namespace fe2
{
struct TableLine;

struct CsvTable
{
  /// A field that is no number.
  struct Unread
  {
    std::size_t row, column;
    std::string text;
  };

  std::vector<std::string> names;
  std::vector<std::string> units; ///< of the columns, if the file has a line of them
  std::vector<std::vector<double>> rows;
  std::vector<unsigned int> lines; ///< number of the line of each row
  std::vector<Unread> unread;      ///< only if lenient
  std::vector<std::string> notes;  ///< lines above the numbers that are no names: "file:3: units, 's;MPa'"

  /// Collective. Throws InputError: missing file, ragged or truncated row (with its line), text where a number belongs.
  /// `lenient`: of measured data; empty or textual fields become not-a-number and are listed.
  static CsvTable read(const MPI_Comm comm, const std::string &file, const bool lenient = false);
  /// The same from a text; `source` names it in errors. Without a row of names, columns are called "1", "2", ...
  static CsvTable parse(const std::string &text, const std::string &source, const bool lenient = false);

  /// Column index, or -1.
  int find(const std::string &name) const;
  std::vector<double> column(const int index) const;

private:
  using Words = std::vector<std::vector<std::string>>;
  /// Names and units from the first `n_head` lines. `words` are theirs and those of the rows.
  void read_head(const std::vector<TableLine> &text, const std::size_t n_head, const Words &words, const char separator,
                 const std::string &source, const bool lenient);
  void read_rows(const std::vector<TableLine> &text, const std::size_t n_head, Words &words, const char separator,
                 const std::string &source, const bool lenient);
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
