// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/fit_output.h>

#include <lib/base/log.h>
#include <lib/io/csv_table.h>

#include <rve/materials/prony_interconversion.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
void write_comparison(const std::string &file, const FitData &fitted, const PronySeries &series)
{
  const ViscoelasticData &data = fitted.data;
  const bool dynamic = data.kind == DataKind::dynamic;
  std::vector<std::string> names =
      dynamic ? std::vector<std::string>{"omega", "storage", "loss", "fitted_storage", "fitted_loss"}
              : std::vector<std::string>{"time", data.kind == DataKind::creep ? "compliance" : "modulus", "fitted"};
  std::vector<std::pair<double, double>> measured; // temperature, and time before the shift
  for (const auto &isotherm : fitted.isotherms)
    for (const double x : isotherm.data.x)
      measured.emplace_back(isotherm.temperature, x);
  if (!measured.empty())
    names.insert(names.end(), {"temperature", dynamic ? "measured_omega" : "measured_time"});
  CsvWriter out;
  out.open(file, measured.empty() ? "measured against fitted" : "measured and shifted against fitted", names);
  const auto values = model_values(series, data);
  for (std::size_t i = 0; i < data.x.size(); ++i)
  {
    std::vector<double> row = {data.x[i], data.first[i], values[i].first};
    if (dynamic)
      row = {data.x[i], data.first[i], data.second[i], values[i].first, values[i].second};
    if (!measured.empty())
      row.insert(row.end(), {measured[i].first, measured[i].second});
    out.append(row);
  }
}

void write_series(const std::string &base, const std::string &measured, const PronySeries &series)
{
  const auto creep = to_retardation(series);
  CsvWriter out;
  out.open(base + "_retardation.csv",
           "compliance of the " + measured + ": J(t) = " + format(creep.instantaneous, 12) +
               " + sum J_i (1 - exp(-t / " + "lambda_i)) + " + format(creep.fluidity, 12) + " t",
           {"retardation_time", "compliance"});
  for (std::size_t i = 0; i < creep.times.size(); ++i)
    out.append({creep.times[i], creep.compliances[i]});
  CsvWriter moduli;
  moduli.open(base + "_dynamic.csv", measured, {"omega", "storage", "loss", "tan_delta"});
  const auto [low, high] = std::minmax_element(series.times.begin(), series.times.end());
  const double shortest = series.times.empty() ? 1 : *low, longest = series.times.empty() ? 1 : *high;
  constexpr int per_decade = 10;
  const int first = int(std::floor(-std::log10(longest))) - 2, last = int(std::ceil(-std::log10(shortest))) + 2;
  for (int k = 0; k <= per_decade * (last - first); ++k)
  {
    const double omega = std::pow(10., first + double(k) / per_decade);
    moduli.append({omega, series.storage(omega), series.loss(omega), series.loss(omega) / series.storage(omega)});
  }
}
} // namespace fe2
