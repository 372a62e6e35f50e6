// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Lines of a table into words and numbers, as spreadsheets, instruments and Fortran write them: separated by
 * semicolons, tabs, blanks or commas; quoted (RFC 4180); decimal points or commas; 1.0D+3; the Unicode minus.
 */
#ifndef fe2_lib_io_table_words_h
#define fe2_lib_io_table_words_h

#include <string>
#include <vector>

namespace fe2
{
struct TableLine
{
  unsigned int number = 0; ///< in the file, from 1
  std::string text;
};

/// The words of a line between `separator` (' ': runs of blanks), trimmed, without quotes around them.
std::vector<std::string> table_words(const std::string &line, const char separator);

/// The separator with which most lines are numbers throughout, of the first lines; decimal commas are known.
char find_separator(const std::vector<TableLine> &lines);

enum class DecimalMark
{
  point, ///< commas, if any, separate thousands
  comma  ///< points, if any, separate thousands
};

/// From all words of a table. Throws InputError beginning with `source`: both in one table, or "1,234" where nothing
/// tells which it is.
DecimalMark find_decimal_mark(const std::vector<TableLine> &lines, const std::vector<std::vector<std::string>> &words,
                              const char separator, const std::string &source);

/// Whether a word is a finite number; sets it.
bool to_number(const std::string &word, const DecimalMark mark, double &value);
/// The same for either decimal mark.
bool looks_like_number(const std::string &word);
} // namespace fe2

#endif
