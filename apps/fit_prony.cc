// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/command_line.h>
#include <apps/commands.h>
#include <apps/fit_data.h>
#include <apps/fit_output.h>

#include <lib/base/log.h>
#include <lib/base/parameter_tree.h>

#include <rve/materials/prony_interconversion.h>
#include <rve/prony_fit/prony_fit.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <optional>

namespace fe2
{
namespace
{
const std::vector<Option> options = {
    {"--kind", true,
     "relaxation (time, modulus), dynamic (frequency, storage, loss), creep (time, compliance); series: not fitted but "
     "given (relaxation time, modulus)"},
    {"--equilibrium", true, "equilibrium modulus of --kind series (0)"},
    {"--columns", true, "names or numbers of the columns, such as freq_hz,G_storage_pa,G_loss_pa (default 1,2[,3])"},
    {"--select", true, "use only rows with LOW <= column <= HIGH: --select temperature_C=19:21 (may be repeated)"},
    {"--hertz", false, "frequencies are in Hz instead of rad/s"},
    {"--log10-shift", true,
     "log10 a_T of the temperature that is wanted: times of the data are multiplied by a_T, frequencies divided"},
    {"--temperature", true,
     "column of temperatures (default: one called T or Temp...): isotherms are shifted to a master curve; none: all "
     "rows are one curve"},
    {"--temperature-unit", true, "C or K (default: as the units or the name say, otherwise C)"},
    {"--reference-temperature", true, "that of an isotherm (default: the middle one)"},
    {"--shift-law", true, "wlf or arrhenius for the material (default: the one that follows the shifts better)"},
    {"--modulus", true, "young (default) or shear: what the data measure"},
    {"--poisson", true, "constant Poisson's ratio, to make bulk and shear series of it"},
    {"--bulk", true, "constant bulk modulus instead; a series of Young's modulus becomes one of shear (other times)"},
    {"--bulk-data", true, "second data file, of the bulk modulus (same kind and columns)"},
    {"--times", true,
     "relaxation times (of creep data: retardation times) of what the data measure, t1,t2,... instead of log-spaced "
     "ones"},
    {"--per-decade", true,
     "terms per decade; default: the fewest (1 to 4) with an error below --tolerance, or within 10 % "
     "of that of 4 per decade; 8 or 16 where 4 miss the tolerance and these halve the error"},
    {"--tolerance", true, "relative RMS error that is good enough (0.01)"},
    {"--window", true, "T1,T2: fold terms that a run between these times cannot see"},
    {"--fold-tolerance", true, "relative error of the modulus that folding may cause (0.001)"},
    {"--name", true, "name of the material (polymer)"},
    {"--output", true,
     "parameter file to write (NAME.prm); beside it NAME_fit.csv (measured and fitted), NAME_retardation.csv, "
     "NAME_dynamic.csv (moduli over the angular frequency) and NAME_shifts.csv (of isotherms)"},
    {"--overwrite", false, "replace files that exist"},
    {"--help", false, "this text"}};

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
  Writer(const std::string &name, const std::string &source, const std::string &how) : name_(name)
  {
    text_ = "# Prony series " + how + " " + std::filesystem::path(source).filename().string() +
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

std::string percent(const double value, const int digits)
{
  return format(100 * value, digits) + " %";
}

std::string text_of(const FitError &error)
{
  return "relative RMS error " + percent(error.rms, 4) + ", largest " + percent(error.largest, 3);
}

/// A quantity from its data to the series that is written.
struct Task
{
  const CommandLine &line;
  Log &log;
  Writer &writer;
  PronyFitSettings settings;
  void tell(const std::string &text) const
  {
    log.line(text);
    writer.comment(text);
  }
  void warn(const std::string &text) const
  {
    log.warning(text);
    writer.comment("WARNING: " + text);
  }
};

PronySeries fit(const Task &task, const ViscoelasticData &data, const std::string &what)
{
  const PronyFit f = fit_prony(data, task.settings);
  task.tell(what + ": " + std::to_string(data.x.size()) + " rows, " + std::to_string(f.series.times.size()) +
            " terms of " + std::to_string(f.n_candidates) + " candidates" +
            (f.per_decade > 0 ? " (" + std::to_string(f.per_decade) + " per decade)" : "") + ", " + text_of(f.error) +
            ", instantaneous " + format(f.series.instantaneous(), 6) + ", equilibrium " +
            format(f.series.equilibrium, 6));
  return f.series;
}

/// The shear series of a series of Young's modulus for a constant bulk modulus.
PronySeries convert(const Task &task, const PronySeries &young, const double bulk)
{
  const double first = young.instantaneous(), last = young.equilibrium;
  if (!(first < 9 * bulk))
    throw InputError("--bulk " + format(bulk) + ": no shear modulus goes with the instantaneous Young's modulus " +
                     format(first, 6) + " of the fit, which must be below 9 K = " + format(9 * bulk, 6));
  task.tell("shear modulus: exact for the series of Young's modulus and K = " + format(bulk, 6) + "; Poisson's ratio " +
            format(0.5 - first / (6 * bulk), 4) + " (instantaneous) to " + format(0.5 - last / (6 * bulk), 4) +
            " (equilibrium)");
  if (first > 3 * bulk)
    task.log.warning("the instantaneous Poisson's ratio is negative; is the bulk modulus in the units of the data?");
  return young_to_shear(young, bulk);
}

struct Window
{
  double shortest = 0, longest = std::numeric_limits<double>::infinity();
  bool given = false;
};

Window read_window(const CommandLine &line)
{
  const auto times = line.numbers("--window");
  if (!line.has("--window"))
    return {};
  if (times.size() != 2 || !(times[0] > 0) || !(times[1] > times[0]))
    throw InputError("--window needs two times T1,T2 with 0 < T1 < T2");
  return {times[0], times[1], true};
}

PronySeries fold_terms(const Task &task, const PronySeries &series, const Window &window, const std::string &what)
{
  if (!window.given)
    return series;
  const auto folded = fold(series, window.shortest, window.longest, task.line.number("--fold-tolerance", 1e-3));
  task.tell(what + ": " + std::to_string(folded.series.times.size()) + " of " + std::to_string(series.times.size()) +
            " terms kept for times " + format(window.shortest) + " to " + format(window.longest) + ", folding error " +
            percent(folded.error, 3));
  return folded.series;
}

/// Largest ratio of values at one time.
double repeated_spread(const ViscoelasticData &data)
{
  std::map<double, std::pair<double, double>> ends;
  double spread = 1;
  for (std::size_t i = 0; i < data.x.size(); ++i)
  {
    auto &[low, high] = ends.emplace(data.x[i], std::make_pair(data.first[i], data.first[i])).first->second;
    low = std::min(low, data.first[i]);
    high = std::max(high, data.first[i]);
    spread = std::max(spread, high / low);
  }
  return spread;
}

/// What is written against the data; `series` is of what the data measure.
void tell_error(const Task &task, const PronySeries &series, const ViscoelasticData &data, const Window &window)
{
  const FitError error = fit_error(series, data, window.shortest, window.longest);
  const std::string rows = std::to_string(error.n_rows) + " rows" + (window.given ? " within the window" : "");
  task.tell("written material against the data, " + rows + ": " +
            (error.n_rows > 0 ? text_of(error) : "nothing to compare"));
  constexpr double poor = 0.1;
  if (!(error.rms > poor))
    return;
  const double spread = repeated_spread(data);
  task.warn("POOR FIT: the relative RMS error " + percent(error.rms, 4) + " is above " + percent(poor, 2) +
            (spread > 1 + poor
                 ? "; equal times (frequencies) have moduli that differ up to " + format(spread, 3) +
                       "-fold, so that no one curve goes through them: choose one temperature by --select, "
                       "or name the column of temperatures by --temperature"
                 : "; look at the comparison before you use this material"));
}

void refuse_existing(const std::string &file, const bool overwrite)
{
  if (std::filesystem::exists(file) && !overwrite)
    throw InputError("the file '" + file + "' exists; add --overwrite, or choose another by --output");
}

struct Moduli
{
  bool shear_data = false, by_poisson = false, by_bulk = false; ///< otherwise by a second data file
  double poisson = 0, bulk = 0;
};

Moduli read_moduli(const CommandLine &line)
{
  Moduli m;
  if (int(line.has("--poisson")) + int(line.has("--bulk")) + int(line.has("--bulk-data")) != 1)
    throw InputError("fe2 fit-prony: say how bulk and shear follow: one of --poisson, --bulk, --bulk-data");
  const std::string kind = line.value("--modulus", "young");
  if (kind != "shear" && kind != "young")
    throw InputError("--modulus '" + kind + "' must be young or shear");
  m.shear_data = kind == "shear";
  m.by_poisson = line.has("--poisson");
  m.by_bulk = line.has("--bulk");
  if (line.has("--bulk-data") && !m.shear_data)
    throw InputError("--bulk-data needs --modulus shear: Young's and bulk data would have to be converted together");
  m.poisson = line.number("--poisson", 0);
  m.bulk = line.number("--bulk", 0);
  if (!(m.poisson > -1 && m.poisson < 0.5))
    throw InputError("--poisson " + format(m.poisson) + " must lie between -1 and 0.5");
  if (m.by_bulk && !(m.bulk > 0))
    throw InputError("--bulk " + format(m.bulk) + " must be positive");
  return m;
}

PronyFitSettings read_settings(const CommandLine &line)
{
  PronyFitSettings settings;
  settings.times = line.numbers("--times");
  for (const double t : settings.times)
    if (!(t > 0))
      throw InputError("--times: " + format(t) + " must be positive");
    else if (std::count(settings.times.begin(), settings.times.end(), t) > 1)
      throw InputError("--times: " + format(t) + " stands twice");
  const double density = line.number("--per-decade", 0);
  if (line.has("--per-decade") && (density < 1 || density > 20 || density != std::floor(density)))
    throw InputError("--per-decade must be a whole number from 1 to 20");
  settings.per_decade = unsigned(density);
  settings.tolerance = line.number("--tolerance", settings.tolerance);
  for (const char *option : {"--tolerance", "--fold-tolerance"})
    if (const double value = line.number(option, 0.1); !(value > 0 && value < 1))
      throw InputError(std::string(option) + " " + format(value) + " must be above 0 and below 1");
  return settings;
}

std::string measured_name(const Moduli &m)
{
  return m.shear_data ? "shear modulus" : "Young's modulus";
}

/// Fits (unless the series is `given`), converts and folds; fills the writer. Returns the written series as the data
/// measure it.
PronySeries make_material(const Task &task, const FitData &data, const std::optional<PronySeries> &given,
                          const Moduli &m, const MPI_Comm comm)
{
  const Window window = read_window(task.line);
  const bool converted = m.by_bulk && !m.shear_data;
  const std::string measured = measured_name(m);
  PronySeries series = given ? *given : fit(task, data.data, measured);
  if (converted)
    series = convert(task, series, m.bulk);
  series = fold_terms(task, series, window, converted ? "shear modulus" : measured);
  const PronySeries as_measured = converted ? shear_to_young(series, m.bulk) : series;
  if (!given)
    tell_error(task, as_measured, data.data, window);
  Writer &writer = task.writer;
  if (m.by_poisson)
  {
    writer.series("Equilibrium Young's modulus", "Young's moduli", "Relaxation times", series,
                  m.shear_data ? 2 * (1 + m.poisson) : 1);
    writer.set("Poisson's ratio", format(m.poisson, 12));
    return as_measured;
  }
  writer.series("Equilibrium shear modulus", "Shear moduli", "Shear relaxation times", series, 1);
  if (m.by_bulk)
    writer.set("Equilibrium bulk modulus", format(m.bulk, 12));
  else
  {
    const auto bulk_data = read_data(comm, task.line, task.line.value("--bulk-data"), task.settings, task.log);
    if (!data.isotherms.empty() || !bulk_data.isotherms.empty())
      throw InputError(
          "--bulk-data with several temperatures: bulk and shear would be shifted by laws of their own, but "
          "a material has one; choose one temperature by --select");
    const PronySeries bulk = fold_terms(task, fit(task, bulk_data.data, "bulk modulus"), window, "bulk modulus");
    tell_error(task, bulk, bulk_data.data, window);
    writer.series("Equilibrium bulk modulus", "Bulk moduli", "Bulk relaxation times", bulk, 1);
  }
  return as_measured;
}

/// Fits the laws of the shifts, tells them and writes their entries.
void write_shift_law(const Task &task, const FitData &data, const std::string &csv)
{
  const ShiftResult shifts = fit_shift_laws(data, task.line, csv);
  for (const auto &text : shifts.texts)
    task.tell(text);
  for (const auto &text : shifts.warnings)
    task.warn(text);
  for (const auto &[entry, value] : shifts.entries)
    task.writer.set(entry, value);
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
  const std::string prm = line.value("--output", name + ".prm"), base = prm.substr(0, prm.rfind(".prm"));
  for (const char *end : {".prm", "_fit.csv", "_shifts.csv", "_retardation.csv", "_dynamic.csv"})
    refuse_existing(end == std::string(".prm") ? prm : base + end, line.has("--overwrite"));
  const Moduli moduli = read_moduli(line);
  const PronyFitSettings settings = read_settings(line);
  std::optional<PronySeries> given;
  FitData data;
  if (line.value("--kind") == "series")
    given = read_series(context.comm, line, file);
  else if (line.has("--equilibrium"))
    throw InputError("--equilibrium belongs to --kind series");
  else
    data = read_data(context.comm, line, file, settings, log);
  Writer writer(name, file, given ? "of" : "fitted by fe2 fit-prony to");
  const Task task{line, log, writer, settings};
  const PronySeries series = make_material(task, data, given, moduli, context.comm);
  if (!data.isotherms.empty())
    write_shift_law(task, data, context.rank == 0 ? base + "_shifts.csv" : "");
  if (context.rank == 0)
  {
    std::ofstream out(prm);
    out << writer.finish();
    if (!out)
      throw RunError("the file '" + prm + "' cannot be written");
    if (!given)
      write_comparison(base + "_fit.csv", data, series);
    write_series(base, measured_name(moduli), series);
  }
  log.line("Wrote " + prm + " (to include in a parameter file) and " + base + (given ? "" : "_fit.csv, ") +
           (data.isotherms.empty() ? "" : "_shifts.csv, ") + "_retardation.csv, _dynamic.csv");
  return exit_done;
}
} // namespace fe2
