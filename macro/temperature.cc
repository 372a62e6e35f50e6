// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/temperature.h>

#include <lib/io/csv_table.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace fe2
{
template <int dim>
void Temperature<dim>::initialize(const MPI_Comm comm, const std::string &expression, const std::string &file,
                                  const std::map<std::string, double> &constants)
{
  if (!expression.empty() && !file.empty())
    throw InputError("Temperature and Temperature file exclude each other");
  if (!expression.empty())
    function_.initialize("Temperature", {expression}, constants);
  else if (!file.empty())
    read(comm, file);
}

template <int dim>
void Temperature<dim>::read(const MPI_Comm comm, const std::string &file)
{
  const CsvTable table = CsvTable::read(comm, file);
  const std::vector<std::string> known = {"x", "y", "z"};
  std::vector<std::size_t> columns;
  std::size_t target = table.names.size();
  for (std::size_t k = 0; k < table.names.size(); ++k)
  {
    const auto axis = std::find(known.begin(), known.begin() + dim, table.names[k]);
    if (table.names[k] == "temperature")
      target = k;
    else if (table.names[k] == "time" || axis != known.begin() + dim)
    {
      columns.push_back(k);
      axes_.push_back(table.names[k] == "time" ? dim : unsigned(axis - known.begin()));
      const auto all = table.column(int(k));
      const std::set<double> values(all.begin(), all.end());
      ticks_.emplace_back(values.begin(), values.end());
    }
    else
      throw InputError("Temperature file '" + file + "': the column '" + table.names[k] + "' is none of time, x, y" +
                       (dim == 3 ? ", z" : "") + ", temperature");
  }
  std::size_t n = 1;
  for (const auto &t : ticks_)
    n *= t.size();
  if (target == table.names.size() || columns.empty() || n != table.rows.size())
    throw InputError("Temperature file '" + file + "': " + std::to_string(table.rows.size()) +
                     " rows are no full grid of the values in its columns (" + std::to_string(n) +
                     "), or the column 'temperature' is missing");
  values_.assign(n, std::nan(""));
  for (const auto &row : table.rows)
  {
    std::size_t index = 0, stride = 1;
    for (std::size_t k = 0; k < columns.size(); stride *= ticks_[k].size(), ++k)
      index += stride *
               std::size_t(std::lower_bound(ticks_[k].begin(), ticks_[k].end(), row[columns[k]]) - ticks_[k].begin());
    values_[index] = row[target];
  }
  if (std::any_of(values_.begin(), values_.end(), [](const double v) { return !std::isfinite(v); }))
    throw InputError("Temperature file '" + file + "': a point of the grid stands twice, another is missing");
}

template <int dim>
double Temperature<dim>::value(const dealii::Point<dim> &x, const double time) const
{
  if (values_.empty())
    return function_.value(x, time, 0);
  // Multilinear: halves the number of candidates with each column.
  std::vector<std::pair<std::size_t, double>> corners = {{0, 1.}};
  std::size_t stride = 1;
  for (std::size_t k = 0; k < ticks_.size(); stride *= ticks_[k].size(), ++k)
  {
    const auto &t = ticks_[k];
    const double at = std::min(std::max(axes_[k] < dim ? x[axes_[k]] : time, t.front()), t.back());
    const auto upper = std::size_t(std::lower_bound(t.begin(), t.end(), at) - t.begin());
    const std::size_t lower = upper == 0 ? 0 : upper - 1;
    const double weight = upper == lower ? 1. : (at - t[lower]) / (t[upper] - t[lower]);
    std::vector<std::pair<std::size_t, double>> next;
    for (const auto &[index, w] : corners)
    {
      next.emplace_back(index + stride * lower, w * (1 - weight));
      next.emplace_back(index + stride * upper, w * weight);
    }
    corners = next;
  }
  double sum = 0;
  for (const auto &[index, w] : corners)
    sum += w == 0 ? 0. : w * values_[index];
  return sum;
}

template class Temperature<2>;
template class Temperature<3>;
} // namespace fe2
