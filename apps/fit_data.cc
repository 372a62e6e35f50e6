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
  throw InputError("--kind '" + text + "'; " + suggest(text, {"relaxation", "dynamic", "creep", "series"}));
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
/// The column of temperatures: named by --temperature, or called T or temp...; -1: none.
int temperature_column(const CommandLine &line, const CsvTable &table, const std::vector<int> &columns,
                       const std::string &file)
{
  const std::string name = line.value("--temperature");
  if (name == "none")
    return -1;
  if (!name.empty())
    return find_column(table, name, file);
  for (std::size_t k = 0; k < table.names.size(); ++k)
  {
    std::string lower = table.names[k];
    std::transform(lower.begin(), lower.end(), lower.begin(), [](const unsigned char c) { return std::tolower(c); });
    const bool called_so = table.names[k] == "T" || table.names[k].rfind("T_", 0) == 0 || lower.rfind("temp", 0) == 0;
    if (called_so && std::find(columns.begin(), columns.end(), int(k)) == columns.end())
      return int(k);
  }
  return -1;
}

/// Kelvin if the units, the end of the name or --temperature-unit say so; otherwise degrees Celsius.
void set_unit(FitData &d, const CommandLine &line, const CsvTable &table, const std::size_t column)
{
  std::string unit = line.value("--temperature-unit");
  if (!unit.empty() && unit != "C" && unit != "K")
    throw InputError("--temperature-unit '" + unit + "' must be C or K");
  const std::string given = column < table.units.size() ? table.units[column] : "", name = table.names[column];
  if (unit.empty() && (given.find('F') != std::string::npos || name.find("_F") != std::string::npos))
    throw InputError("the temperatures in column '" + name + "' seem to be in degrees Fahrenheit; convert them");
  if (unit.empty())
    unit = given == "K" || given == "[K]" || given == "(K)" || given == "kelvin" || given == "Kelvin" ||
                   (name.size() > 2 && name.substr(name.size() - 2) == "_K") || name.find("[K]") != std::string::npos ||
                   name.find("(K)") != std::string::npos
               ? "K"
               : "C";
  d.absolute_zero = unit == "K" ? 0 : -273.15;
  d.temperature_unit = unit == "K" ? "K" : "degrees Celsius";
}

std::string list_of(const std::vector<Isotherm> &isotherms)
{
  std::string text;
  for (const auto &i : isotherms)
    text += (text.empty() ? "" : ", ") + format(i.temperature, 5);
  return text;
}

void make_master_curve(FitData &d, const CommandLine &line, const PronyFitSettings &settings)
{
  if (!(d.isotherms.front().temperature > d.absolute_zero))
    throw InputError("the temperature " + format(d.isotherms.front().temperature, 6) + " " + d.temperature_unit +
                     " is below the absolute zero; say --temperature-unit");
  d.reference = d.isotherms.size() / 2;
  if (line.has("--reference-temperature"))
  {
    const double wanted = line.number("--reference-temperature", 0);
    for (std::size_t i = 0; i < d.isotherms.size(); ++i)
      if (std::abs(d.isotherms[i].temperature - wanted) < std::abs(d.isotherms[d.reference].temperature - wanted))
        d.reference = i;
    if (std::abs(d.isotherms[d.reference].temperature - wanted) > 1)
      throw InputError("--reference-temperature " + format(wanted, 6) +
                       " must be that of an isotherm, within 1; they are " + list_of(d.isotherms));
  }
  if (line.has("--log10-shift"))
    throw InputError("--log10-shift shifts data of one temperature; of isotherms, choose --reference-temperature");
  shift_isotherms(d.isotherms, d.reference, settings);
  d.data = master_curve(d.isotherms);
}
} // namespace

FitData read_data(const MPI_Comm comm, const CommandLine &line, const std::string &file,
                  const PronyFitSettings &settings, Log &log)
{
  const CsvTable table = CsvTable::read(comm, file, true);
  FitData result;
  ViscoelasticData &data = result.data;
  data.kind = kind_of(line.value("--kind", "relaxation"));
  const bool dynamic = data.kind == DataKind::dynamic;
  if (line.has("--hertz") && !dynamic)
    throw InputError("--hertz belongs to --kind dynamic");
  const auto columns = read_columns(line, table, file, dynamic ? 3 : 2);
  const auto selections = read_selections(line, table, file);
  const int temperature = temperature_column(line, table, columns, file);
  auto used = columns;
  for (const auto &s : selections)
    used.push_back(s.column);
  if (temperature >= 0)
    used.push_back(temperature);
  tell_unread(table, used, file, log);
  const double shift = std::pow(10., line.number("--log10-shift", 0));
  const double scale = (line.has("--hertz") ? 2 * std::acos(-1.) : 1.) * (dynamic ? 1 / shift : shift);
  std::vector<double> temperatures;
  for (const auto &row : table.rows)
  {
    bool use = true;
    for (const auto &s : selections)
      use = use && row[std::size_t(s.column)] >= s.low && row[std::size_t(s.column)] <= s.high;
    for (const int c : used)
      use = use && !std::isnan(row[std::size_t(c)]);
    if (!use)
      continue;
    data.x.push_back(row[std::size_t(columns[0])] * scale);
    data.first.push_back(row[std::size_t(columns[1])]);
    data.second.push_back(dynamic ? row[std::size_t(columns[2])] : 0.);
    temperatures.push_back(temperature < 0 ? 0. : row[std::size_t(temperature)]);
  }
  if (data.x.empty())
    throw InputError("'" + file + "': no row is left");
  result.isotherms = group_isotherms(data, temperatures);
  if (result.isotherms.size() < 2)
    result.isotherms.clear();
  else
  {
    check_data(data); // before shifts are sought
    set_unit(result, line, table, std::size_t(temperature));
    log.line("isotherms by column '" + table.names[std::size_t(temperature)] + "' in " + result.temperature_unit +
             " (--temperature none fits all rows as one curve): " + list_of(result.isotherms));
    make_master_curve(result, line, settings);
  }
  return result;
}

PronySeries read_series(const MPI_Comm comm, const CommandLine &line, const std::string &file)
{
  const CsvTable table = CsvTable::read(comm, file);
  const auto columns = read_columns(line, table, file, 2);
  for (const char *option : {"--select", "--hertz", "--log10-shift", "--times", "--per-decade", "--temperature",
                             "--reference-temperature", "--shift-law", "--bulk-data"})
    if (line.has(option))
      throw InputError(std::string(option) + " belongs to data that are fitted, not to --kind series");
  PronySeries series;
  series.equilibrium = line.number("--equilibrium", 0);
  if (series.equilibrium < 0)
    throw InputError("--equilibrium " + format(series.equilibrium) + " must not be negative");
  for (std::size_t r = 0; r < table.rows.size(); ++r)
  {
    const double time = table.rows[r][std::size_t(columns[0])], modulus = table.rows[r][std::size_t(columns[1])];
    if (!(time > 0) || !(modulus > 0))
      throw InputError(file + ":" + std::to_string(table.lines[r]) + ": relaxation time " + format(time) +
                       " and modulus " + format(modulus) + " must be positive");
    if (std::count(series.times.begin(), series.times.end(), time) > 0)
      throw InputError(file + ":" + std::to_string(table.lines[r]) + ": the relaxation time " + format(time) +
                       " stands twice");
    series.times.push_back(time);
    series.moduli.push_back(modulus);
  }
  return series;
}

ShiftResult fit_shift_laws(const FitData &d, const CommandLine &line, const std::string &csv)
{
  ShiftResult result;
  const double reference = d.isotherms[d.reference].temperature, zero = d.absolute_zero;
  constexpr double gas_constant = 8.31446261815324;
  const ShiftLaw wlf = fit_wlf(d.isotherms, reference), arrhenius = fit_arrhenius(d.isotherms, reference, zero);
  const auto quality = [](const ShiftLaw &law) { return ", RMS error of log10 a_T " + format(law.error, 3); };
  std::string shifts, weak;
  CsvWriter table;
  if (!csv.empty())
    table.open(csv, "temperatures in " + d.temperature_unit + ", a_T = 1 at " + format(reference, 6),
               {"temperature", "log10_a_T", "wlf", "arrhenius"});
  for (const auto &i : d.isotherms)
  {
    shifts += (shifts.empty() ? "" : ", ") + format(i.temperature, 5) + ": " + format(i.log10_shift, 4);
    if (!i.well_determined)
      weak += (weak.empty() ? "" : ", ") + format(i.temperature, 5);
    const double t = i.temperature - reference;
    if (table.is_open())
      table.append({i.temperature, i.log10_shift, wlf.exists && wlf.c2 + t > 0 ? -wlf.c1 * t / (wlf.c2 + t) : 0.,
                    arrhenius.energy_by_r / std::log(10.) * (1 / (i.temperature - zero) - 1 / (reference - zero))});
  }
  result.texts.push_back(std::to_string(d.isotherms.size()) + " isotherms shifted to " + format(reference, 6) + " " +
                         d.temperature_unit + "; log10 a_T " + shifts);
  if (!weak.empty())
    result.warnings.push_back("the moduli that link the isotherms at " + weak +
                              " to the others change by less than 1 %: their shifts are uncertain and not used for "
                              "WLF and Arrhenius");
  if (wlf.exists)
    result.texts.push_back("WLF: C1 = " + format(wlf.c1, 6) + ", C2 = " + format(wlf.c2, 6) + quality(wlf));
  if (arrhenius.exists)
    result.texts.push_back("Arrhenius: E_a = " + format(arrhenius.energy_by_r * gas_constant, 6) + " J/mol" +
                           quality(arrhenius));
  const std::string wanted = line.value("--shift-law", "better");
  if (wanted != "better" && wanted != "wlf" && wanted != "arrhenius")
    throw InputError("--shift-law '" + wanted + "'; " + suggest(wanted, {"better", "wlf", "arrhenius"}));
  const bool by_wlf =
      wanted == "wlf" || (wanted == "better" && wlf.exists && (!arrhenius.exists || wlf.error <= arrhenius.error));
  const ShiftLaw &law = by_wlf ? wlf : arrhenius;
  if (!law.exists)
  {
    result.warnings.push_back("no " + std::string(wanted == "better" ? "WLF or Arrhenius" : wanted) +
                              " law fits these shifts; the material holds at the reference temperature only");
    return result;
  }
  constexpr double poor = 0.3;
  if (law.error > poor)
    result.warnings.push_back("neither law follows the shifts well: the RMS error of log10 a_T of the one that is "
                              "written is " +
                              format(law.error, 3));
  result.entries = {{"Time-temperature shift", by_wlf ? "wlf" : "arrhenius"},
                    {"Reference temperature", format(by_wlf ? reference : reference - zero, 12)}};
  if (by_wlf)
    result.entries.insert(result.entries.end(), {{"WLF C1", format(law.c1, 12)}, {"WLF C2", format(law.c2, 12)}});
  else
    result.entries.emplace_back("Activation energy", format(law.energy_by_r * gas_constant, 12));
  result.texts.push_back("temperatures of the material: " + (by_wlf ? d.temperature_unit : std::string("K")));
  return result;
}
} // namespace fe2
