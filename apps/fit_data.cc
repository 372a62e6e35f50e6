// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/fit_data.h>

#include <lib/base/errors.h>
#include <lib/base/parameter_tree.h>
#include <lib/io/csv_table.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
DataKind kind_of(const std::string &text)
{
  if (text == "relaxation")
    return DataKind::relaxation;
  if (text == "dynamic")
    return DataKind::dynamic;
  if (text == "creep")
    return DataKind::creep;
  throw InputError("--kind '" + text + "'; " + suggest(text, {"relaxation", "dynamic", "creep"}));
}

int find_column(const CsvTable &table, const std::string &name, const std::string &file)
{
  int column = table.find(name);
  char *end = nullptr;
  const long number = std::strtol(name.c_str(), &end, 10);
  if (column < 0 && *end == 0 && number >= 1 && std::size_t(number) <= table.names.size())
    column = int(number) - 1;
  if (column < 0)
    throw InputError("'" + file + "' has no column '" + name + "'; " + suggest(name, table.names));
  if (std::count(table.names.begin(), table.names.end(), name) > 1)
    throw InputError("'" + file + "' has several columns '" + name + "'; choose one by its number");
  return column;
}

struct Selection
{
  int column;
  double low, high;
};

std::vector<Selection> read_selections(const CommandLine &line, const CsvTable &table, const std::string &file)
{
  std::vector<Selection> selections;
  for (const auto &text : line.all("--select"))
  {
    const auto equals = text.find('='), colon = text.find(':', equals);
    if (equals == std::string::npos || colon == std::string::npos)
      throw InputError("--select '" + text + "': write --select COLUMN=LOW:HIGH");
    const auto bound = [&text](const std::string &number)
    {
      char *end = nullptr;
      const double value = std::strtod(number.c_str(), &end);
      if (number.empty() || *end != 0)
        throw InputError("--select '" + text + "': '" + number + "' is not a number");
      return value;
    };
    selections.push_back({find_column(table, text.substr(0, equals), file),
                          bound(text.substr(equals + 1, colon - equals - 1)), bound(text.substr(colon + 1))});
  }
  return selections;
}

std::vector<int> read_columns(const CommandLine &line, const CsvTable &table, const std::string &file,
                              const std::size_t n)
{
  auto names = split(line.value("--columns"), ',');
  if (names.empty())
    for (std::size_t i = 1; i <= n; ++i)
      names.push_back(std::to_string(i));
  if (names.size() != n)
    throw InputError("--columns: " + std::to_string(names.size()) + " columns instead of " + std::to_string(n));
  std::vector<int> columns;
  for (const auto &name : names)
    columns.push_back(find_column(table, name, file));
  return columns;
}

/// Lines above the numbers, and rows that a missing number makes useless: how many, and the first of them.
void tell_unread(const CsvTable &table, const std::vector<int> &columns, const std::string &file, Log &log)
{
  for (const auto &note : table.notes)
    log.line("not data: " + note);
  std::vector<std::string> texts;
  std::size_t last_row = table.rows.size();
  for (const auto &u : table.unread)
    if (std::find(columns.begin(), columns.end(), int(u.column)) != columns.end() && u.row != last_row)
    {
      last_row = u.row;
      texts.push_back("line " + std::to_string(table.lines[u.row]) + " ('" + u.text + "' in column '" +
                      table.names[u.column] + "')");
    }
  if (texts.empty())
    return;
  constexpr std::size_t most = 5;
  std::string list;
  for (std::size_t i = 0; i < std::min(most, texts.size()); ++i)
    list += (i > 0 ? ", " : "") + texts[i];
  log.warning(std::to_string(texts.size()) + " of " + std::to_string(table.rows.size()) + " rows of '" + file +
              "' are not used, because a number is missing: " + list + (texts.size() > most ? ", ..." : ""));
}
} // namespace

ViscoelasticData read_data(const MPI_Comm comm, const CommandLine &line, const std::string &file, Log &log)
{
  const CsvTable table = CsvTable::read(comm, file, true);
  ViscoelasticData data;
  data.kind = kind_of(line.value("--kind", "relaxation"));
  const bool dynamic = data.kind == DataKind::dynamic;
  if (line.has("--hertz") && !dynamic)
    throw InputError("--hertz belongs to --kind dynamic");
  const auto columns = read_columns(line, table, file, dynamic ? 3 : 2);
  const auto selections = read_selections(line, table, file);
  auto used = columns;
  for (const auto &s : selections)
    used.push_back(s.column);
  tell_unread(table, used, file, log);
  const double shift = std::pow(10., line.number("--log10-shift", 0));
  const double scale = (line.has("--hertz") ? 2 * std::acos(-1.) : 1.) * (dynamic ? 1 / shift : shift);
  for (const auto &row : table.rows)
  {
    bool use = true;
    for (const auto &s : selections)
      use = use && row[std::size_t(s.column)] >= s.low && row[std::size_t(s.column)] <= s.high;
    for (const int c : columns)
      use = use && !std::isnan(row[std::size_t(c)]);
    if (!use)
      continue;
    data.x.push_back(row[std::size_t(columns[0])] * scale);
    data.first.push_back(row[std::size_t(columns[1])]);
    data.second.push_back(dynamic ? row[std::size_t(columns[2])] : 0.);
  }
  if (data.x.empty())
    throw InputError("'" + file + "': no row is left");
  return data;
}
} // namespace fe2
