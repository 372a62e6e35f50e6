// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/csv_table.h>

#include <lib/io/table_words.h>

#include <lib/base/log.h>
#include <lib/base/parameter_tree.h>
#include <lib/base/text_lines.h>

#include <algorithm>
#include <limits>

namespace fe2
{
namespace
{
/// Whether a quoted field that begins in this line goes on in the next.
bool is_open(const std::string &line)
{
  return line.find('"') != std::string::npos && std::count(line.begin(), line.end(), '"') % 2 == 1 &&
         (line.front() == '"' || line.find(",\"") != std::string::npos || line.find(";\"") != std::string::npos ||
          line.find("\t\"") != std::string::npos);
}

bool is_comment(const std::string &line)
{
  return line[0] == '#' || line[0] == '/' || line[0] == '%';
}

/// Lines with something in them; a quoted field may hold line ends.
std::vector<TableLine> table_lines(const std::string &text, const std::string &source)
{
  std::vector<TableLine> lines;
  const auto all = text_lines(text);
  for (std::size_t i = 0; i < all.size(); ++i)
  {
    TableLine line{unsigned(i + 1), all[i]};
    if (trim(line.text).empty() || is_comment(trim(line.text)))
      continue;
    while (is_open(line.text) && ++i < all.size())
      line.text += " " + all[i];
    if (is_open(line.text))
      throw InputError(source + ":" + std::to_string(line.number) + ": a quote is not closed (is the file cut off?)");
    if (line.text.find_first_not_of(" \t\r,;\"") != std::string::npos) // spreadsheets write empty rows so
      lines.push_back(line);
  }
  return lines;
}
} // namespace

CsvTable CsvTable::read(const MPI_Comm comm, const std::string &file, const bool lenient)
{
  return parse(read_text_file(comm, file), file, lenient);
}

CsvTable CsvTable::parse(const std::string &text, const std::string &source, const bool lenient)
{
  auto lines = table_lines(text, source);
  char separator = 0;
  if (!lines.empty() && lines[0].text.rfind("sep=", 0) == 0 && lines[0].text.size() > 4)
  {
    separator = lines[0].text[4];
    lines.erase(lines.begin());
  }
  if (separator == 0)
    separator = find_separator(lines);
  Words words;
  for (const auto &line : lines)
    words.push_back(table_words(line.text, separator));
  std::size_t n_head = 0;
  while (n_head < words.size() && !looks_like_number(words[n_head][0]))
    ++n_head;
  if (n_head == words.size())
    throw InputError(source + ": the table has no rows" +
                     (n_head > 1 ? " (no line below the first begins with a number)" : ""));
  CsvTable table;
  table.read_head(lines, n_head, words, separator, source, lenient);
  table.read_rows(lines, n_head, words, separator, source, lenient);
  return table;
}

void CsvTable::read_head(const std::vector<TableLine> &text, const std::size_t n_head, const Words &words,
                         const char separator, const std::string &source, const bool lenient)
{
  // Programs write separators behind the last column, too, of the names or of the rows.
  const auto filled = [](const std::vector<std::string> &line)
  {
    std::size_t n = line.size();
    while (n > 1 && line[n - 1].empty())
      --n;
    return n;
  };
  const std::size_t least = filled(words[n_head]), n = words[n_head].size();
  std::size_t at = n_head;
  std::vector<char> separators = {separator};
  if (separator == ' ') // "time, strain_11" above "0 1"
    separators = {';', '\t', ',', ' '};
  for (std::size_t i = 0; i < n_head && at == n_head; ++i)
    for (const char s : separators)
      if (auto line = table_words(text[i].text, s); at == n_head && line.size() >= least && filled(line) <= n)
      {
        line.resize(std::max(filled(line), least));
        names = line;
        at = i;
      }
  if (at == n_head && n_head > 0 && (!lenient || (separator == ',' && words[n_head - 1].size() > 1)))
  {
    at = lenient ? n_head - 1 : 0; // the rows are ragged, which is told of the first
    names = words[at];
  }
  if (at == n_head)
    for (std::size_t i = 1; i <= n; ++i)
      names.push_back(std::to_string(i));
  for (std::size_t i = 0; i < n_head; ++i)
  {
    if (i == at)
      continue;
    const bool below =
        i > at && words[i].size() == names.size() && std::none_of(words[i].begin(), words[i].end(), looks_like_number);
    if (below && units.empty())
      units = words[i];
    else if (i > at && !below && !lenient)
      throw InputError(source + ":" + std::to_string(text[i].number) + ": '" + words[i][0] + "' in column '" +
                       names[0] + "' is not a finite number");
    notes.push_back(source + ":" + std::to_string(text[i].number) + ": " + (below ? "units" : "a remark") + ", '" +
                    trim(text[i].text) + "'");
  }
}

void CsvTable::read_rows(const std::vector<TableLine> &text, const std::size_t n_head, Words &words,
                         const char separator, const std::string &source, const bool lenient)
{
  words.erase(words.begin(), words.begin() + std::ptrdiff_t(n_head));
  const std::vector<TableLine> rest(text.begin() + std::ptrdiff_t(n_head), text.end());
  const DecimalMark mark = find_decimal_mark(rest, words, separator, source);
  for (std::size_t r = 0; r < rest.size(); ++r)
  {
    auto &w = words[r];
    while (w.size() > names.size() && w.back().empty())
      w.pop_back();
    const std::string where = source + ":" + std::to_string(rest[r].number) + ": ";
    if (w.size() != names.size())
      throw InputError(where + "the row has " + std::to_string(w.size()) + " columns instead of " +
                       std::to_string(names.size()) + " (is the file cut off" +
                       (separator == ',' ? ", or do commas stand for decimal points between commas?)" : "?)"));
    std::vector<double> row(w.size(), std::numeric_limits<double>::quiet_NaN());
    for (std::size_t i = 0; i < w.size(); ++i)
      if (double value; to_number(w[i], mark, value))
        row[i] = value;
      else if (lenient)
        unread.push_back({rows.size(), i, w[i]});
      else
        throw InputError(where + "'" + w[i] + "' in column '" + names[i] + "' is not a finite number");
    rows.push_back(row);
    lines.push_back(rest[r].number);
  }
}

int CsvTable::find(const std::string &name) const
{
  const auto it = std::find(names.begin(), names.end(), name);
  return it == names.end() ? -1 : int(it - names.begin());
}

std::vector<double> CsvTable::column(const int index) const
{
  std::vector<double> values;
  for (const auto &row : rows)
    values.push_back(row.at(std::size_t(index)));
  return values;
}

void CsvWriter::open(const std::string &file, const std::string &comment, const std::vector<std::string> &names)
{
  file_ = file;
  n_ = names.size();
  for (const auto &name : names)
    if (name.find_first_of(",\n\r") != std::string::npos || std::count(names.begin(), names.end(), name) > 1)
      throw RunError("the table '" + file + "' would have the column '" + name +
                     "' twice, or with a separator in its name; nobody could read it");
  out_.open(file);
  if (!out_)
    throw RunError("the file '" + file + "' cannot be written");
  if (!comment.empty())
    out_ << "# " << comment << '\n';
  for (std::size_t i = 0; i < n_; ++i)
    out_ << (i > 0 ? "," : "") << names[i];
  out_ << std::endl;
}

void CsvWriter::append(const std::vector<double> &values)
{
  if (values.size() != n_)
    throw RunError("a row of '" + file_ + "' has " + std::to_string(values.size()) + " values instead of " +
                   std::to_string(n_));
  for (std::size_t i = 0; i < n_; ++i)
    out_ << (i > 0 ? "," : "") << format(values[i], 14);
  out_ << std::endl;
  if (!out_)
    throw RunError("the file '" + file_ + "' cannot be written (is the disk full?)");
}
} // namespace fe2
