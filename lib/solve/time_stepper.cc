// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/time_stepper.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
namespace
{
constexpr double snap = 1e-9; ///< relative: closer than this is the same

/// Shorter steps have less than four bits left beside the time.
double digits(const double time)
{
  return 16 * std::numeric_limits<double>::epsilon() * std::abs(time);
}
} // namespace

void TimeSettings::declare(Parameters &p)
{
  p.add("Start", start, "Time of the initial state [time].", Range::any);
  p.add("End", end, "Time at which the run ends [time].", Range::any);
  p.add("Initial step", initial_dt,
        "First increment dt0; increments are dt0 * 2^k, but for those before a stop [time].", Range::positive);
  p.add("Least step", least_dt, "The run fails rather than take a smaller increment; 0: dt0 / 1024 [time].",
        Range::non_negative);
  p.add("Largest step", largest_dt,
        "Bound for growing increments: one number, or 'from time: bound' pairs such as '0: 0.01, 1: 0.1', whose times "
        "are hit exactly. Empty: dt0.");
  p.add("Stops", stops, "Times that are hit exactly, such as corners of load histories [time].", Range::any);
  p.add("Increments before growth", increments_before_growth, "Easy increments in a row before dt is doubled.", 1);
  p.add("Easy iterations", easy_iterations, "An increment of at most so many Newton iterations is easy.", 1);
}

void TimeSettings::validate(Parameters &p, Faults &faults)
{
  if (!(end > start))
    faults.add(p.where("End"), format(end), "must be later than Start = " + format(start));
  if (initial_dt < digits(start))
    faults.add(p.where("Initial step"), format(initial_dt),
               "is lost in the rounding of Start = " + format(start) + "; count the time from nearer to the start");
  if (least_dt > initial_dt)
    faults.add(p.where("Initial step"), format(initial_dt),
               "is below the least step " + format(least_dt) + "; lower 'Least step' or raise 'Initial step'");
  bounds_.clear();
  for (const auto &piece : split(largest_dt, ','))
  {
    const auto pair = split(piece, ':');
    char *rest1 = nullptr, *rest2 = nullptr;
    const std::string from = pair.size() == 2 ? pair[0] : "-1e300", bound = pair.empty() ? "" : pair.back();
    const double t = std::strtod(from.c_str(), &rest1), value = std::strtod(bound.c_str(), &rest2);
    if (pair.size() > 2 || bound.empty() || from.empty() || *rest1 != 0 || *rest2 != 0 || !(value > 0))
      faults.add(p.where("Largest step"), largest_dt,
                 "is a positive number or pairs 'from time: bound' between commas");
    else
      bounds_.emplace_back(t, value);
  }
  double least_bound = initial_dt;
  for (const auto &b : bounds_)
    least_bound = std::min(least_bound, b.second);
  if (least_bound < least_dt)
    faults.add(p.where("Largest step"), largest_dt,
               "is below the least step " + format(least_dt) + "; lower 'Least step'");
  if (least_dt == 0)
    least_dt = least_bound / 1024;
  const auto not_later = [](const auto &a, const auto &b) { return b.first <= a.first; };
  if (std::adjacent_find(bounds_.begin(), bounds_.end(), not_later) != bounds_.end())
    faults.add(p.where("Largest step"), largest_dt, "the times must rise");
}

double TimeSettings::bound(const double time) const
{
  double value = initial_dt;
  for (const auto &[from, largest] : bounds_)
    if (time >= from - resolution(from))
      value = largest;
  return value;
}

std::vector<double> TimeSettings::bound_times() const
{
  std::vector<double> times;
  for (const auto &b : bounds_)
    times.push_back(b.first);
  return times;
}

double TimeSettings::resolution(const double time) const
{
  return snap * std::min(initial_dt, end - start) + 0.5 * digits(time);
}

TimeStepper::TimeStepper(const TimeSettings &settings)
    : settings_(settings), stops_(settings.stops), time_(settings.start)
{
  if (!(settings.initial_dt >= least_dt()))
    throw InputError("the initial step " + format(settings.initial_dt) + " is lost in the rounding of the start time " +
                     format(settings.start) + "; count the time from nearer to the start, or take longer steps");
  stops_.push_back(settings.end);
  std::sort(stops_.begin(), stops_.end());
  const auto one = [&](const double a, const double b) { return std::abs(b - a) <= settings.resolution(b); };
  stops_.erase(std::remove_if(stops_.begin(), stops_.end(),
                              [&](const double t)
                              { return t <= settings.start || one(settings.start, t) || t > settings.end; }),
               stops_.end());
  stops_.erase(std::unique(stops_.begin(), stops_.end(), one), stops_.end());
  if (stops_.empty())
    stops_.push_back(settings.end);
  stops_.back() = settings.end;
  // The user's stops keep their digits: load histories have corners and jumps there.
  for (const double t : settings.bound_times())
    if (t > settings.start && t < settings.end && !one(settings.start, t) &&
        std::none_of(stops_.begin(), stops_.end(), [&](const double stop) { return one(stop, t); }))
      stops_.insert(std::upper_bound(stops_.begin(), stops_.end(), t), t);
  while (ladder() > settings_.bound(time_) * (1 + snap))
    --level_;
  plan();
}

double TimeStepper::ladder() const
{
  return std::ldexp(settings_.initial_dt, level_);
}

double TimeStepper::least_dt() const
{
  return std::max(settings_.least_dt, digits(time_));
}

bool TimeStepper::done() const
{
  return time_ >= settings_.end;
}

void TimeStepper::plan()
{
  if (done())
    return;
  const double stop = *std::upper_bound(stops_.begin(), stops_.end(), time_);
  const double rest = stop - time_, step = ladder();
  if (step < digits(time_))
    throw RunError("the step " + format(step) + " is lost in the rounding of the time " + format(time_, 12) +
                   "; take longer steps (Largest step), or count the time from nearer to where they are short");
  const auto same = [](const double a, const double b) { return std::abs(a - b) <= 1e-6 * b; };
  at_stop_ = rest <= step || same(rest, step);
  if (same(rest, step))
    dt_ = step;
  else if (rest < step)
    dt_ = rest;
  else if (rest < 2 * step && !same(rest, 2 * step))
    dt_ = rest / 2;
  else
    dt_ = step;
  // Equal steps must have equal bits: those of the ladder, or of the first of two halves.
  if (same(dt_, last_dt_))
    dt_ = last_dt_;
  for (int k = level_ - 1; k > level_ - 60; --k)
    if (same(dt_, std::ldexp(settings_.initial_dt, k)))
      dt_ = std::ldexp(settings_.initial_dt, k);
  next_time_ = at_stop_ ? stop : time_ + dt_;
}

void TimeStepper::accept(const unsigned int iterations)
{
  time_ = next_time_;
  last_dt_ = dt_;
  easy_ = iterations <= settings_.easy_iterations ? easy_ + 1 : 0;
  const double bound = settings_.bound(time_) * (1 + snap);
  if (easy_ >= settings_.increments_before_growth && 2 * ladder() <= bound)
  {
    ++level_;
    easy_ = 0;
  }
  while (ladder() > bound)
    --level_;
  plan();
}

bool TimeStepper::reject(const double factor)
{
  easy_ = 0;
  const double target = dt_ * std::clamp(factor, 1. / 64, 0.5);
  while (ladder() > target * (1 + snap))
    --level_;
  if (ladder() < least_dt() * (1 - snap))
    return false;
  plan();
  return true;
}
} // namespace fe2
