// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/command_line.h>
#include <apps/commands.h>
#include <apps/field_comparison.h>

#include <lib/base/log.h>
#include <lib/base/parameter_tree.h>
#include <lib/io/csv_table.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace fe2
{
namespace
{
const std::vector<Option> options = {
    {"--rtol", true, "relative tolerance (a reference table may say '# rtol: X'; otherwise 1e-6)"},
    {"--atol", true, "absolute tolerance (or '# atol: X' in the reference; otherwise 0)"},
    {"--columns", true, "compare only these columns of a table, such as a,b"},
    {"--help", false, "this text"}};

struct Tolerance
{
  double relative = 1e-6, absolute = 0;

  void validate() const
  {
    if (!(relative >= 0 && relative < 1))
      throw InputError("rtol " + format(relative) + " must be at least 0 and below 1");
    if (!(absolute >= 0))
      throw InputError("atol " + format(absolute) + " must not be negative");
  }
  /// `scale`: size of the vector or tensor that the value is a component of. What solvers leave of a component that is
  /// zero is a fraction of the others: up to 1e-8 of the scale (less for smaller relative tolerances) it is noise.
  bool accepts(const double difference, const double reference, const double scale) const
  {
    constexpr double noise = 1e-8;
    return std::abs(difference) <=
           std::max({relative * std::abs(reference), absolute, std::min(relative, noise) * scale});
  }
  std::string text() const { return "rtol " + format(relative) + ", atol " + format(absolute); }
};

/// The vector or tensor of a component: its name without x, 11, xy and the like. Forces on boundaries balance each
/// other, so that they have one scale, and so have displacements of points.
std::string owner_of(const std::string &name)
{
  std::string owner;
  for (const auto &word : split(name, '_'))
  {
    const bool digits = word.size() == 2 && word.find_first_not_of("123") == std::string::npos;
    const bool letters = !word.empty() && word.size() <= 2 && word.find_first_not_of("xyz") == std::string::npos;
    if (!digits && !letters)
      owner += (owner.empty() ? "" : "_") + word;
  }
  for (const char *one : {"reaction", "displacement"})
    if (owner.rfind(one, 0) == 0)
      return one;
  return owner;
}

struct Row
{
  std::string name;
  std::size_t n = 0, outside = 0;
  double largest = 0, relative = 0;
  std::string where;
};

std::string pad(const std::string &text, const std::size_t width)
{
  return text + std::string(text.size() < width ? width - text.size() : 1, ' ');
}

/// Looks for "# rtol: 1e-3" in the comments of a reference table.
void read_tolerance(const std::string &text, const std::string &name, double &value)
{
  const auto at = text.find("# " + name + ":");
  if (at == std::string::npos)
    return;
  const char *begin = text.c_str() + at + name.size() + 3;
  char *end = nullptr;
  value = std::strtod(begin, &end);
  if (end == begin)
    throw InputError("the reference says '# " + name + ":' without a number");
}

void refuse_duplicates(const CsvTable &table, const std::string &what)
{
  for (const auto &name : table.names)
    if (std::count(table.names.begin(), table.names.end(), name) > 1)
      throw InputError("the " + what + " has several columns '" + name + "': which one is meant is not clear");
}

/// Largest absolute value of each column's vector or tensor, over all rows.
std::map<std::string, double> scales_of(const CsvTable &table)
{
  std::map<std::string, double> scales;
  for (std::size_t k = 0; k < table.names.size(); ++k)
    for (const auto &row : table.rows)
    {
      double &scale = scales[owner_of(table.names[k])];
      scale = std::max(scale, std::abs(row[k]));
    }
  return scales;
}

/// The value of a column at a key (time), interpolated. Where a time stands several times (a jump), `from_last` counts
/// from the last of these rows.
bool interpolate(const CsvTable &table, const int column, const double key, std::size_t from_last, double &value)
{
  const auto &rows = table.rows;
  const auto c = std::size_t(column);
  bool found = false;
  for (std::size_t i = rows.size(); i-- > 0;)
    if (std::abs(rows[i][0] - key) <= 1e-9 * std::abs(key))
    {
      value = rows[i][c];
      found = true;
      if (from_last-- == 0)
        break;
    }
  if (found)
    return true;
  for (std::size_t i = 1; i < rows.size(); ++i)
    if (rows[i - 1][0] < key && key < rows[i][0])
    {
      const double s = (key - rows[i - 1][0]) / (rows[i][0] - rows[i - 1][0]);
      value = rows[i - 1][c] + s * (rows[i][c] - rows[i - 1][c]);
      return true;
    }
  return false;
}

std::vector<Row> compare_tables(const CsvTable &result, const CsvTable &reference, const Tolerance &tolerance,
                                const std::vector<std::string> &columns)
{
  refuse_duplicates(result, "result");
  refuse_duplicates(reference, "reference");
  for (const auto &name : columns)
    if (reference.find(name) < 0)
      throw InputError("the reference has no column '" + name + "'; " + suggest(name, reference.names));
  const bool single = result.rows.size() == 1 && reference.rows.size() == 1;
  if (!single && result.names.front() != reference.names.front())
    throw InputError("the first columns differ: '" + result.names.front() + "' and '" + reference.names.front() + "'");
  const auto scales = scales_of(reference);
  std::vector<Row> rows;
  for (std::size_t k = single ? 0 : 1; k < reference.names.size(); ++k)
  {
    if (!columns.empty() && std::find(columns.begin(), columns.end(), reference.names[k]) == columns.end())
      continue;
    const int column = result.find(reference.names[k]);
    if (column < 0)
      throw InputError("the result has no column '" + reference.names[k] + "'; " +
                       suggest(reference.names[k], result.names));
    Row row;
    row.name = reference.names[k];
    const double scale = scales.at(owner_of(row.name));
    for (std::size_t i = 0; i < reference.rows.size(); ++i)
    {
      const auto &r = reference.rows[i];
      std::size_t later = 0; // rows of the same time that follow
      while (i + later + 1 < reference.rows.size() && reference.rows[i + later + 1][0] == r[0])
        ++later;
      double value = 0;
      if (single)
        value = result.rows[0][std::size_t(column)];
      else if (!interpolate(result, column, r[0], later, value))
        throw InputError("the result does not reach " + reference.names.front() + " = " + format(r[0]));
      const double difference = value - r[k];
      ++row.n;
      row.outside += tolerance.accepts(difference, r[k], scale) ? 0 : 1;
      row.relative = std::max(row.relative, r[k] != 0 ? std::abs(difference / r[k]) : 0.);
      if (std::abs(difference) >= row.largest || std::isnan(difference))
      {
        row.largest = std::abs(difference);
        row.where =
            reference.names.front() + " = " + format(r[0], 6) + ": " + format(value, 9) + " against " + format(r[k], 9);
      }
    }
    rows.push_back(row);
  }
  if (rows.empty())
    throw InputError("nothing would be compared: '" + reference.names.front() +
                     "' only says which rows belong together; " +
                     (columns.empty() ? "the reference needs a second column" : "name another column by --columns"));
  return rows;
}

bool report_tables(const std::vector<Row> &rows, const Tolerance &tolerance, Log &log)
{
  log.line(tolerance.text());
  log.line(pad("column", 32) + pad("rows", 7) + pad("outside", 9) + pad("largest", 12) + pad("relative", 12) + "where");
  bool good = true;
  std::size_t n = 0;
  for (const auto &r : rows)
  {
    n += r.n;
    log.line(pad(r.name, 32) + pad(std::to_string(r.n), 7) + pad(std::to_string(r.outside), 9) +
             pad(format(r.largest, 3), 12) + pad(format(r.relative, 3), 12) + r.where);
    good = good && r.outside == 0;
  }
  log.line("compared: " + std::to_string(rows.size()) + " columns, " + std::to_string(n) + " values");
  return good;
}

bool report_fields(const std::vector<FieldDifference> &fields, const Tolerance &tolerance, Log &log)
{
  log.line(tolerance.text() + " on the root mean square of the difference");
  log.line(pad("field", 24) + pad("rms relative", 14) + pad("rms reference", 15) + pad("largest", 12) + "where");
  // What a rank or a clock decides is shown but not judged.
  const std::vector<std::string> informative = {"owner", "micro_cost"};
  std::map<std::string, double> scales;
  for (const auto &f : fields)
  {
    double &scale = scales[owner_of(f.name)];
    scale = std::hypot(scale, f.reference);
  }
  bool good = true;
  std::size_t n_fields = 0, n = 0;
  for (const auto &f : fields)
  {
    const bool judged =
        f.n + f.outside > 0 && std::find(informative.begin(), informative.end(), f.name) == informative.end();
    const bool inside = f.outside == 0 && tolerance.accepts(f.difference, f.reference, scales.at(owner_of(f.name)));
    n_fields += judged ? 1 : 0;
    n += judged ? f.n : 0;
    std::string where;
    for (const double x : f.where)
      where += format(x, 5) + " ";
    if (f.outside > 0)
      where += "(" + std::to_string(f.outside) + " points are not covered)";
    log.line(pad(f.name, 24) + pad(f.reference > 0 ? format(f.difference / f.reference, 3) : "-", 14) +
             pad(format(f.reference, 3), 15) + pad(format(f.largest, 3), 12) + where + (judged ? "" : "(not judged)"));
    good = good && (inside || !judged);
  }
  if (n_fields == 0)
    throw InputError("nothing would be compared: the reference has no fields that are judged");
  log.line("compared: " + std::to_string(n_fields) + " fields, " + std::to_string(n) + " values");
  return good;
}

bool is_hdf5(const std::string &file)
{
  return file.size() > 3 && file.substr(file.size() - 3) == ".h5";
}
} // namespace

int command_compare(const CommandContext &context)
{
  const CommandLine line("compare", context.arguments, {"RESULT", "REFERENCE"}, options);
  Log log(context.rank == 0);
  if (line.has("--help"))
  {
    log.line(usage("compare", {"RESULT", "REFERENCE"}, options) +
             "\nCSV tables (columns of the reference by name, interpolated in the first column) or HDF5 fields. Noise"
             "\naround zero is judged by the largest value of its vector or tensor (1e-8 of it, rtol if that is less)."
             "\nExit code 0: within tolerance, 1: outside, 2: cannot be compared, or nothing would be.");
    return exit_done;
  }
  const std::string result = line.positional(0), reference = line.positional(1);
  Tolerance tolerance;
  bool good;
  if (is_hdf5(result) && is_hdf5(reference))
  {
    tolerance = {line.number("--rtol", 1e-6), line.number("--atol", 0)};
    tolerance.validate();
    good = report_fields(compare_fields(result, reference), tolerance, log);
  }
  else
  {
    const std::string text = read_text_file(context.comm, reference);
    read_tolerance(text, "rtol", tolerance.relative);
    read_tolerance(text, "atol", tolerance.absolute);
    tolerance = {line.number("--rtol", tolerance.relative), line.number("--atol", tolerance.absolute)};
    tolerance.validate();
    const auto rows = compare_tables(CsvTable::read(context.comm, result), CsvTable::parse(text, reference), tolerance,
                                     split(line.value("--columns"), ','));
    good = report_tables(rows, tolerance, log);
  }
  log.line(good ? "equal within tolerance" : "DIFFERENT");
  return good ? exit_done : exit_failed;
}
} // namespace fe2
