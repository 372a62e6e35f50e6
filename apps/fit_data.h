// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Measured data as fe2 fit-prony reads them: columns, selected rows, units; what is not used is told.
 */
#ifndef fe2_apps_fit_data_h
#define fe2_apps_fit_data_h

#include <apps/command_line.h>

#include <lib/base/log.h>

#include <rve/prony_fit/master_curve.h>

#include <mpi.h>

namespace fe2
{
struct FitData
{
  ViscoelasticData data;           ///< of isotherms: the master curve
  std::vector<Isotherm> isotherms; ///< empty: one temperature
  std::size_t reference = 0;       ///< of the isotherms
  double absolute_zero = 0;        ///< in the unit of the temperatures
  std::string temperature_unit;    ///< "degrees Celsius" or "K"
};

/// Collective. By the options --kind, --columns, --select, --hertz, --log10-shift, --temperature. Throws InputError.
FitData read_data(const MPI_Comm comm, const CommandLine &line, const std::string &file,
                  const PronyFitSettings &settings, Log &log);

/// Collective. Relaxation times and moduli of a given series (--kind series), with --equilibrium. Throws InputError.
PronySeries read_series(const MPI_Comm comm, const CommandLine &line, const std::string &file);

/// What the isotherms give for the material: lines of text, and its entries with values (none: no law holds).
struct ShiftResult
{
  std::vector<std::string> texts, warnings;
  std::vector<std::pair<std::string, std::string>> entries;
};
/// Fits WLF and Arrhenius to the shifts and writes the shifts with both laws to a table, if `csv` has a name.
ShiftResult fit_shift_laws(const FitData &data, const CommandLine &line, const std::string &csv);
} // namespace fe2

#endif
