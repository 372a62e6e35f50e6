// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/command_line.h>
#include <apps/commands.h>

#include <lib/base/log.h>
#include <lib/base/parameter_tree.h>
#include <lib/io/csv_table.h>

#include <rve/prony_fit/prony_fit.h>

#include <cmath>
#include <complex>
#include <filesystem>
#include <fstream>

namespace fe2
{
namespace
{
const std::vector<Option> options = {
    {"--kind", true, "relaxation (time, modulus), dynamic (frequency, storage, loss), creep (time, compliance)"},
    {"--columns", true, "names or numbers of the columns, such as freq_hz,G_storage_pa,G_loss_pa (default 1,2[,3])"},
    {"--select", true, "use only rows with LOW <= column <= HIGH: --select temperature_C=19:21 (may be repeated)"},
    {"--hertz", false, "frequencies are in Hz instead of rad/s"},
    {"--log10-shift", true,
     "log10 a_T of the temperature that is wanted: times of the data are multiplied by a_T, frequencies divided"},
    {"--modulus", true, "young (default) or shear: what the data measure"},
    {"--poisson", true, "constant Poisson's ratio, to make bulk and shear series of it"},
    {"--bulk", true, "constant bulk modulus instead"},
    {"--bulk-data", true, "second data file, of the bulk modulus (same kind and columns)"},
    {"--times", true, "relaxation times (of creep data: retardation times) t1,t2,... instead of log-spaced ones"},
    {"--per-decade", true,
     "terms per decade; default: the fewest (1 to 4) with an error below --tolerance, or within 10 % "
     "of that of 4 per decade"},
    {"--tolerance", true, "relative RMS error that is good enough (0.01)"},
    {"--window", true, "T1,T2: fold terms that a run between these times cannot see"},
    {"--fold-tolerance", true, "relative error of the modulus that folding may cause (0.001)"},
    {"--name", true, "name of the material (polymer)"},
    {"--output", true, "parameter file to write (NAME.prm); the comparison goes to NAME_fit.csv beside it"},
    {"--overwrite", false, "replace files that exist"},
    {"--help", false, "this text"}};

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
  return column;
}

ViscoelasticData read_data(const MPI_Comm comm, const CommandLine &line, const std::string &file)
{
  CsvTable table = CsvTable::read(comm, file, true);
  ViscoelasticData data;
  data.kind = kind_of(line.value("--kind", "relaxation"));
  auto names = split(line.value("--columns"), ',');
  const std::size_t n = data.kind == DataKind::dynamic ? 3 : 2;
  if (line.has("--hertz") && data.kind != DataKind::dynamic)
    throw InputError("--hertz belongs to --kind dynamic");
  if (names.empty())
    for (std::size_t i = 1; i <= n; ++i)
      names.push_back(std::to_string(i));
  if (names.size() != n)
    throw InputError("--columns: " + std::to_string(names.size()) + " columns instead of " + std::to_string(n));
  std::vector<int> columns;
  for (const auto &name : names)
    columns.push_back(find_column(table, name, file));
  struct Selection
  {
    int column;
    double low, high;
  };
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
  const double shift = std::pow(10., line.number("--log10-shift", 0));
  const double scale =
      (line.has("--hertz") ? 2 * std::acos(-1.) : 1.) * (data.kind == DataKind::dynamic ? 1 / shift : shift);
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
    data.second.push_back(n == 3 ? row[std::size_t(columns[2])] : 0.);
  }
  if (data.x.empty())
    throw InputError("'" + file + "': no row is left");
  return data;
}

/// Data of Young's modulus turned into shear modulus for a constant bulk modulus: G = 3 K E / (9 K - E), for complex
/// moduli too; compliances obey 1 / G = 3 / E - 1 / (3 K).
void to_shear(ViscoelasticData &data, const double bulk)
{
  for (std::size_t i = 0; i < data.x.size(); ++i)
  {
    if (data.kind == DataKind::creep)
    {
      data.first[i] = 3 * data.first[i] - 1 / (3 * bulk);
      continue;
    }
    const std::complex<double> e(data.first[i], data.second[i]);
    if (!(9 * bulk > e.real()))
      throw InputError("--bulk " + format(bulk) + " is below a ninth of the largest Young's modulus");
    const auto g = 3. * bulk * e / (9. * bulk - e);
    data.first[i] = g.real();
    data.second[i] = g.imag();
  }
}

std::string list(const std::vector<double> &values, const double factor = 1)
{
  std::string text;
  for (const double v : values)
    text += (text.empty() ? "" : ", ") + format(factor * v, 12);
  return text;
}

class Writer
{
public:
  Writer(const std::string &name, const std::string &source) : name_(name)
  {
    text_ = "# Prony series fitted by fe2 fit-prony to " + std::filesystem::path(source).filename().string() +
            "\nsubsection Materials\n  subsection " + name + "\n    set Type = prony\n";
  }
  void comment(const std::string &line) { text_ += "    # " + line + "\n"; }
  void set(const std::string &entry, const std::string &value) { text_ += "    set " + entry + " = " + value + "\n"; }
  void series(const std::string &equilibrium, const std::string &moduli, const std::string &times, const PronySeries &s,
              const double factor)
  {
    set(equilibrium, format(factor * s.equilibrium, 12));
    set(moduli, list(s.moduli, factor));
    set(times, list(s.times));
  }
  std::string finish() const { return text_ + "  end\nend\n"; }

private:
  std::string name_, text_;
};

PronyFit fit_and_fold(const ViscoelasticData &data, const PronyFitSettings &settings, const CommandLine &line, Log &log,
                      const std::string &what, Writer &writer)
{
  PronyFit fit = fit_prony(data, settings);
  std::string text = what + ": " + std::to_string(data.x.size()) + " rows, " + std::to_string(fit.series.times.size()) +
                     " terms of " + std::to_string(fit.n_candidates) + " candidates" +
                     (fit.per_decade > 0 ? " (" + std::to_string(fit.per_decade) + " per decade)" : "") +
                     ", relative RMS error " + format(100 * fit.error, 4) + " %, largest " +
                     format(100 * fit.largest_error, 3) + " %, instantaneous " + format(fit.series.instantaneous(), 6) +
                     ", equilibrium " + format(fit.series.equilibrium, 6);
  log.line(text);
  writer.comment(text);
  const auto window = line.numbers("--window");
  if (window.empty())
    return fit;
  if (window.size() != 2 || !(window[0] > 0) || !(window[1] > window[0]))
    throw InputError("--window needs two times T1,T2 with 0 < T1 < T2");
  const auto folded = fold(fit.series, window[0], window[1], line.number("--fold-tolerance", 1e-3));
  text = what + ": " + std::to_string(folded.series.times.size()) + " of " + std::to_string(fit.series.times.size()) +
         " terms kept for times " + format(window[0]) + " to " + format(window[1]) + ", folding error " +
         format(100 * folded.error, 3) + " %";
  log.line(text);
  writer.comment(text);
  fit.series = folded.series;
  return fit;
}

void write_comparison(const std::string &file, const ViscoelasticData &data, const PronySeries &series)
{
  const bool dynamic = data.kind == DataKind::dynamic;
  CsvWriter out;
  if (dynamic)
    out.open(file, "measured against fitted", {"omega", "storage", "loss", "fitted_storage", "fitted_loss"});
  else
    out.open(file, "measured against fitted",
             {"time", data.kind == DataKind::creep ? "compliance" : "modulus", "fitted"});
  for (std::size_t i = 0; i < data.x.size(); ++i)
  {
    const auto [first, second] = model_value(series, data.kind, data.x[i]);
    if (dynamic)
      out.append({data.x[i], data.first[i], data.second[i], first, second});
    else
      out.append({data.x[i], data.first[i], first});
  }
}

void refuse_existing(const std::string &file, const bool overwrite)
{
  if (std::filesystem::exists(file) && !overwrite)
    throw InputError("the file '" + file + "' exists; add --overwrite, or choose another by --output");
}
} // namespace

int command_fit_prony(const CommandContext &context)
{
  const CommandLine line("fit-prony", context.arguments, {"DATA.csv"}, options);
  Log log(context.rank == 0);
  if (line.has("--help"))
  {
    log.line(usage("fit-prony", {"DATA.csv"}, options));
    return exit_done;
  }
  const std::string file = line.positional(0), name = line.value("--name", "polymer");
  const std::string prm = line.value("--output", name + ".prm");
  const std::string csv = prm.substr(0, prm.rfind(".prm")) + "_fit.csv";
  refuse_existing(prm, line.has("--overwrite"));
  refuse_existing(csv, line.has("--overwrite"));
  const int ways = int(line.has("--poisson")) + int(line.has("--bulk")) + int(line.has("--bulk-data"));
  if (ways != 1)
    throw InputError("fe2 fit-prony: say how bulk and shear follow: one of --poisson, --bulk, --bulk-data");
  const bool shear_data = line.value("--modulus", "young") == "shear";
  if (!shear_data && line.value("--modulus", "young") != "young")
    throw InputError("--modulus '" + line.value("--modulus") + "' must be young or shear");
  if (line.has("--bulk-data") && !shear_data)
    throw InputError("--bulk-data needs --modulus shear: Young's and bulk data would have to be converted together");
  const double nu = line.number("--poisson", 0), bulk = line.number("--bulk", 0);
  if (!(nu > -1 && nu < 0.5))
    throw InputError("--poisson " + format(nu) + " must lie between -1 and 0.5");
  if (line.has("--bulk") && !(bulk > 0))
    throw InputError("--bulk " + format(bulk) + " must be positive");

  PronyFitSettings settings;
  settings.times = line.numbers("--times");
  for (const double t : settings.times)
    if (!(t > 0) || !std::isfinite(t))
      throw InputError("--times: relaxation times must be positive");
  const double density = line.number("--per-decade", 0);
  if (density < 0 || density > 20 || density != std::floor(density))
    throw InputError("--per-decade must be a whole number from 1 to 20");
  settings.per_decade = unsigned(density);
  settings.tolerance = line.number("--tolerance", 0.01);

  ViscoelasticData data = read_data(context.comm, line, file);
  if (line.has("--bulk") && !shear_data)
    to_shear(data, bulk);
  Writer writer(name, file);
  const bool young = line.has("--poisson");
  const PronyFit fit =
      fit_and_fold(data, settings, line, log, young && !shear_data ? "Young's modulus" : "shear modulus", writer);
  if (young)
  {
    writer.series("Equilibrium Young's modulus", "Young's moduli", "Relaxation times", fit.series,
                  shear_data ? 2 * (1 + nu) : 1);
    writer.set("Poisson's ratio", format(nu, 12));
  }
  else
  {
    writer.series("Equilibrium shear modulus", "Shear moduli", "Shear relaxation times", fit.series, 1);
    if (line.has("--bulk"))
      writer.set("Equilibrium bulk modulus", format(bulk, 12));
    else
    {
      const auto bulk_data = read_data(context.comm, line, line.value("--bulk-data"));
      const PronyFit bulk_fit = fit_and_fold(bulk_data, settings, line, log, "bulk modulus", writer);
      writer.series("Equilibrium bulk modulus", "Bulk moduli", "Bulk relaxation times", bulk_fit.series, 1);
    }
  }
  if (context.rank == 0)
  {
    std::ofstream out(prm);
    out << writer.finish();
    if (!out)
      throw RunError("the file '" + prm + "' cannot be written");
    write_comparison(csv, data, fit.series);
  }
  log.line("Wrote " + prm + " (to include in a parameter file) and " + csv);
  return exit_done;
}
} // namespace fe2
