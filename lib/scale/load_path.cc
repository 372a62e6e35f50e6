// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/scale/load_path.h>

#include <lib/base/log.h>
#include <lib/base/tensors.h>

#include <algorithm>

namespace fe2
{
void LoadPathSettings::declare(Parameters &p)
{
  p.add_file("File", file,
             "CSV file with the columns described at 'Columns', relative to this file. Empty: use 'Rows'.");
  p.add("Columns", columns,
        "Names of the columns of 'Rows': time, then strain_11 or stress_11, ... (11, 22, 33, 12, 13, 23; tensor "
        "components), perhaps temperature.");
  p.add("Rows", rows, "Rows of numbers separated by ';'. Piecewise linear in time; two rows of one time are a jump.");
  p.add_selection("Other components", other_components,
                  "What holds for components without a column: they must be given, or have zero strain or zero stress.",
                  "must be given|zero strain|zero stress");
  p.add("Tangents", tangents, "Write the consistent tangent after every increment to tangents.csv.");
  p.add("Initial step", time.initial_dt, "First increment; all are this times a power of two [time].", Range::positive);
  p.add("Least step", time.least_dt, "Smallest increment; 0: initial / 1024 [time].", Range::non_negative);
  p.add("Largest step", time.largest_dt, "Bound for growing increments: a number or 'from time: bound' pairs.");
}

LoadPath::LoadPath(const MPI_Comm comm, const LoadPathSettings &s, Parameters &p)
{
  const std::string where = s.file.empty() ? p.where("Rows") : s.file;
  if (s.file.empty())
  {
    std::string text = s.columns + "\n";
    for (const auto &row : split(s.rows, ';'))
      text += row + "\n";
    if (trim(s.columns).empty() || trim(s.rows).empty())
      throw InputError(where + ": a path needs 'File', or 'Columns' and 'Rows'");
    table_ = CsvTable::parse(text, where);
  }
  else
    table_ = CsvTable::read(comm, where);
  if (table_.find("time") != 0)
    throw InputError(where + ": the first column must be 'time'");
  assign_columns(s, where);
  const auto t = times();
  for (std::size_t i = 1; i < t.size(); ++i)
    if (t[i] < t[i - 1] || (i > 1 && t[i] == t[i - 2]))
      throw InputError(where + ": row " + std::to_string(i + 1) + ": time " + format(t[i]) +
                       (t[i] < t[i - 1] ? " falls" : " stands three times; a jump is two rows of one time"));
}

void LoadPath::assign_columns(const LoadPathSettings &s, const std::string &where)
{
  const auto &names = component_names(Kinematics::small_strain);
  Faults faults;
  std::vector<std::string> allowed = {"time", "temperature"};
  for (const auto &n : names)
  {
    allowed.push_back("strain_" + n);
    allowed.push_back("stress_" + n);
    const int strain = table_.find("strain_" + n), stress = table_.find("stress_" + n);
    if (strain >= 0 && stress >= 0)
      faults.add(where, "", "too much is given: both strain_" + n + " and stress_" + n + "; keep one of them");
    if (strain < 0 && stress < 0 && s.other_components == "must be given")
      faults.add(where, "", "too little is given: add strain_" + n + " or stress_" + n + ", or set 'Other components'");
    stress_controlled_.push_back(stress >= 0 || (strain < 0 && s.other_components == "zero stress"));
    columns_.push_back(stress >= 0 ? stress : strain);
  }
  for (const auto &name : table_.names)
  {
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      faults.add(where, name, "unknown column; " + suggest(name, allowed));
    if (std::count(table_.names.begin(), table_.names.end(), name) > 1)
      faults.add(where, name, "too much is given: the column stands twice");
  }
  faults.throw_if_any("path");
  temperature_column_ = table_.find("temperature");
}

LoadPath::Values LoadPath::values_of(const std::vector<double> &row) const
{
  Values v;
  v.target = ComponentVector::Zero(int(columns_.size()));
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (columns_[i] >= 0)
      v.target[int(i)] = mandel::factor(int(i)) * row[std::size_t(columns_[i])];
  if (temperature_column_ >= 0)
    v.temperature = row[std::size_t(temperature_column_)];
  return v;
}

LoadPath::Values LoadPath::at(const double time, const bool after_jump) const
{
  const auto &rows = table_.rows;
  const auto later = std::find_if(rows.begin(), rows.end(),
                                  [&](const auto &row) { return after_jump ? row[0] > time : row[0] >= time; });
  if (later == rows.begin())
    return values_of(rows.front());
  const auto &a = *(later - 1);
  if (later == rows.end() || (after_jump && a[0] == time))
    return values_of(a);
  const double s = (time - a[0]) / ((*later)[0] - a[0]);
  Values from = values_of(a), to = values_of(*later);
  if (s == 1)
    return to;
  from.target += s * (to.target - from.target);
  from.temperature += s * (to.temperature - from.temperature);
  return from;
}

unsigned int LoadPath::rows_at(const double time) const
{
  const auto t = times();
  return unsigned(std::count(t.begin(), t.end(), time));
}
} // namespace fe2
