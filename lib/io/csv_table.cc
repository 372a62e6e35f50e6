// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/csv_table.h>

#include <lib/base/log.h>
#include <lib/base/parameter_tree.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace fe2
{
namespace
{
bool to_number(const std::string &text, double &value)
{
  char *end = nullptr;
  value = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == 0 && std::isfinite(value);
}

std::vector<std::string> fields(const std::string &line)
{
  if (line.find(',') != std::string::npos)
    return split(line, ',');
  if (line.find(';') != std::string::npos)
    return split(line, ';');
  std::stringstream stream(line);
  std::vector<std::string> words;
  for (std::string word; stream >> word;)
    words.push_back(word);
  return words;
}
} // namespace

CsvTable CsvTable::read(const MPI_Comm comm, const std::string &file, const bool lenient)
{
  return parse(read_text_file(comm, file), file, lenient);
}

CsvTable CsvTable::parse(const std::string &text, const std::string &source, const bool lenient)
{
  CsvTable table;
  std::stringstream in(text);
  unsigned int number = 0;
  for (std::string raw; std::getline(in, raw);)
  {
    ++number;
    const std::string line = trim(raw);
    if (line.empty() || line[0] == '#' || line[0] == '/')
      continue;
    const auto words = fields(line);
    const std::string where = source + ":" + std::to_string(number) + ": ";
    double value;
    if (table.names.empty())
    {
      if (!to_number(words[0], value))
      {
        table.names = words;
        continue;
      }
      for (std::size_t i = 1; i <= words.size(); ++i)
        table.names.push_back(std::to_string(i));
    }
    if (lenient && table.rows.empty() && words.size() != table.names.size() && to_number(words[0], value))
    {
      // The line before was a remark, not a row of names.
      table.names.clear();
      for (std::size_t i = 1; i <= words.size(); ++i)
        table.names.push_back(std::to_string(i));
    }
    if (words.size() != table.names.size())
      throw InputError(where + "the row has " + std::to_string(words.size()) + " columns instead of " +
                       std::to_string(table.names.size()) + " (is the file cut off?)");
    std::vector<double> row;
    for (std::size_t i = 0; i < words.size(); ++i)
      if (to_number(words[i], value))
        row.push_back(value);
      else if (lenient)
        row.push_back(std::numeric_limits<double>::quiet_NaN());
      else
        throw InputError(where + "'" + words[i] + "' in column '" + table.names[i] + "' is not a finite number");
    table.rows.push_back(row);
  }
  if (table.rows.empty())
    throw InputError(source + ": the table has no rows");
  return table;
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
