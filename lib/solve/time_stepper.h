// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Increments of time from a ladder dt0 * 2^k: equal steps have equal bits, so that operators which depend on dt are
 * shared. Stops (listed times, corners of load histories, the end) are hit exactly; the two steps before a stop share
 * the rest evenly. The times of 'Largest step' are stops, so that no step reaches over one. `accept` may grow,
 * `reject` cuts, but not to steps that the time swallows (16 of its last digits).
 */
#ifndef fe2_lib_solve_time_stepper_h
#define fe2_lib_solve_time_stepper_h

#include <lib/base/parameters.h>

namespace fe2
{
struct TimeSettings
{
  double start = 0;
  double end = 1;
  double initial_dt = 1;
  double least_dt = 0; ///< 0: initial_dt / 2^10
  std::string largest_dt;
  std::vector<double> stops;
  unsigned int increments_before_growth = 2;
  unsigned int easy_iterations = 5;

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults);
  /// Largest step at a time, from pairs (from this time on, largest dt).
  double bound(const double time) const;
  std::vector<double> bound_times() const;
  /// Times that differ by less are one: rounding of sums of steps and of numbers in files.
  double resolution(const double time) const;

private:
  std::vector<std::pair<double, double>> bounds_;
};

class TimeStepper
{
public:
  explicit TimeStepper(const TimeSettings &settings);

  double time() const { return time_; }
  bool done() const;
  /// The step to try next and the time at its end.
  double dt() const { return dt_; }
  double next_time() const { return next_time_; }
  /// Whether next_time is one of the stops.
  bool at_stop() const { return at_stop_; }
  double end() const { return stops_.back(); }

  void accept(const unsigned int iterations);
  /// Cuts by about `factor`; false if that would fall below the least dt.
  bool reject(const double factor);

private:
  void plan();
  double ladder() const;
  /// The least step that moves the time on.
  double least_dt() const;

  TimeSettings settings_;
  std::vector<double> stops_;
  double time_, dt_ = 0, last_dt_ = 0, next_time_ = 0;
  bool at_stop_ = false;
  int level_ = 0;
  unsigned int easy_ = 0;
};
} // namespace fe2

#endif
