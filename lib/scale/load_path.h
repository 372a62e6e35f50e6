// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A macroscopic path of one point: for each component either the strain or the stress is given, piecewise linear in
 * time. Two rows of one time are a jump, evaluated with dt = 0; a first row that is not zero is a jump at the start
 * (two rows there, of which the first is not zero, are two jumps). Columns: time, strain_11 or stress_11, ...,
 * strain_23 or stress_23 (tensor components), and perhaps temperature.
 */
#ifndef fe2_lib_scale_load_path_h
#define fe2_lib_scale_load_path_h

#include <lib/base/kinematics.h>
#include <lib/io/csv_table.h>
#include <lib/solve/time_stepper.h>

namespace fe2
{
struct LoadPathSettings
{
  std::string file;
  std::string columns;
  std::string rows;
  std::string other_components = "must be given";
  TimeSettings time;
  bool tangents = false;

  void declare(Parameters &parameters);
};

class LoadPath
{
public:
  /// Throws InputError: components given twice or not at all, times that fall, a table of less than one row.
  LoadPath(const MPI_Comm comm, const LoadPathSettings &settings, Parameters &parameters);

  struct Values
  {
    ComponentVector target; ///< Mandel strain or stress by component
    double temperature = 0;
  };
  const std::vector<bool> &stress_controlled() const { return stress_controlled_; }
  bool has_temperature() const { return temperature_column_ >= 0; }
  /// Values at a time; at a jump those before it, or after it.
  Values at(const double time, const bool after_jump) const;
  /// Rows of this time, if any: two are a jump.
  unsigned int rows_at(const double time) const;
  bool starts_at_zero() const { return at(start(), false).target.isZero(0); }
  bool jumps_at(const double time) const { return rows_at(time) == 2 || (time == start() && !starts_at_zero()); }
  double start() const { return table_.rows.front()[0]; }
  double end() const { return table_.rows.back()[0]; }
  std::vector<double> times() const { return table_.column(0); }

private:
  void assign_columns(const LoadPathSettings &settings, const std::string &where);
  Values values_of(const std::vector<double> &row) const;

  CsvTable table_; ///< times in column 0
  std::vector<bool> stress_controlled_;
  std::vector<int> columns_; ///< of each component; -1: zero
  int temperature_column_ = -1;
};
} // namespace fe2

#endif
