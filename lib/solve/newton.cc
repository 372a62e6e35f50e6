// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/newton.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
void NewtonSettings::declare(Parameters &p)
{
  p.add("Iterations", max_iterations, "Largest number of Newton iterations of an increment.", 1);
  p.add("Relative tolerance", relative_tolerance,
        "Converged when the residual is below this fraction of the internal and external forces.", Range::tolerance);
  p.add("Absolute tolerance", absolute_tolerance, "Converged when the residual is below this force; 0: not used.",
        Range::non_negative);
  p.add("Increment tolerance", increment_tolerance,
        "Converged when the last step is below this fraction of the unknowns; 0: not used.", Range::below_one);
  p.add("Line search steps", max_line_search, "Most halvings of a Newton step; 0: full steps.", 0, 60);
}

namespace
{
bool is_converged(const NewtonSettings &s, const NewtonResidual &r)
{
  return r.norm <= s.relative_tolerance * r.reference || r.norm <= s.absolute_tolerance || r.norm <= r.noise;
}

/// Halves the step until the residual falls; leaves the last one tried.
NewtonResidual search(const NewtonSettings &s, const NewtonProblem &problem, const double before, const bool full_step)
{
  double alpha = 1;
  problem.step(alpha);
  NewtonResidual r = problem.residual();
  if (full_step)
    return r;
  for (unsigned int k = 0; k < s.max_line_search && !(r.valid && r.norm < before); ++k)
  {
    if (r.valid && is_converged(s, r))
      break;
    alpha /= 2;
    problem.step(alpha);
    r = problem.residual();
  }
  return r;
}
} // namespace

NewtonResult solve_newton(const NewtonSettings &s, const NewtonProblem &user_problem)
{
  NewtonResult result;
  NewtonProblem problem = user_problem;
  double first = -1, least = 0; // references of the start and what follows of it
  problem.residual = [&]
  {
    NewtonResidual fresh = user_problem.residual();
    if (first < 0)
      first = least = fresh.reference;
    else if (result.iterations <= 1)
      least = std::min(first, fresh.reference);
    fresh.reference = std::max(fresh.reference, 1e-3 * least);
    fresh.noise = std::max(fresh.noise, 1e-14 * first);
    return fresh;
  };
  NewtonResidual r = problem.residual();
  const auto note = [&result, &r] { result.residuals.push_back(r.reference > 0 ? r.norm / r.reference : r.norm); };
  double increment = 1;
  for (;;)
  {
    if (!r.valid || !std::isfinite(r.norm))
    {
      result.message = r.valid ? "the residual is not a finite number" : r.message;
      return result;
    }
    note();
    const bool must_step = problem.first_step_needed && result.iterations == 0;
    const bool small_increment = s.increment_tolerance > 0 && increment <= s.increment_tolerance;
    if (!must_step && (is_converged(s, r) || small_increment))
    {
      result.converged = true;
      return result;
    }
    if (result.iterations == s.max_iterations)
    {
      result.message = "no convergence in " + std::to_string(s.max_iterations) + " iterations (residual " +
                       format(result.residual()) + ")";
      return result;
    }
    increment = problem.direction();
    if (!std::isfinite(increment))
    {
      result.message = "the linear solver failed";
      return result;
    }
    ++result.iterations;
    r = search(s, problem, r.norm, result.iterations == 1 && problem.first_step_needed);
  }
}

double relative_step(const double direction, const double unknowns)
{
  return unknowns > 0 ? std::min(direction / unknowns, 1e300) : direction > 0 ? 1. : direction;
}
} // namespace fe2
