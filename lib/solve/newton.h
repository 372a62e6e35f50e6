// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Newton's method with a backtracking line search, for whatever has a residual: the macroscale problem, an RVE, a mixed
 * stress path. The caller owns unknowns and directions; callbacks:
 *
 *     residual()     evaluates at the current unknowns
 *     direction()    solves for the Newton direction at the last residual; returns |direction| / |unknowns|
 *     step(alpha)    sets unknowns = base + alpha * direction, base being those at the last direction()
 *
 * Converged when |r| <= relative_tolerance * reference or |r| <= absolute_tolerance, or when the last full increment
 * was below increment_tolerance (if that is positive), or when |r| is noise. A solution may be free of forces, so the
 * reference is at least 1e-3 of the smaller one of those before and after the first step; later ones, of steps that go
 * astray, are no scale. The first step is taken in full: it carries the prescribed
 * changes.
 */
#ifndef fe2_lib_solve_newton_h
#define fe2_lib_solve_newton_h

#include <lib/base/parameters.h>

#include <functional>
#include <string>
#include <vector>

namespace fe2
{
struct NewtonSettings
{
  unsigned int max_iterations = 20;
  double relative_tolerance = 1e-8;
  double absolute_tolerance = 0;
  double increment_tolerance = 0;
  unsigned int max_line_search = 6;

  void declare(Parameters &parameters);
};

struct NewtonResidual
{
  bool valid = true; ///< false: the evaluation failed
  double norm = 0;
  double reference = 0; ///< scale of the forces
  double noise = 0;     ///< errors of the evaluation: no residual is to be lowered below it
  std::string message;  ///< why it failed
};

struct NewtonResult
{
  bool converged = false;
  unsigned int iterations = 0;
  std::vector<double> residuals; ///< |r| / reference before each iteration and at the end
  std::string message;
  double residual() const { return residuals.empty() ? 0. : residuals.back(); }
};

struct NewtonProblem
{
  std::function<NewtonResidual()> residual;
  std::function<double()> direction;
  std::function<void(double)> step;
  /// A first step that carries prescribed changes is taken even if the residual is small.
  bool first_step_needed = false;
};

NewtonResult solve_newton(const NewtonSettings &settings, const NewtonProblem &problem);

/// |direction| / |unknowns| in any unit: finite where the unknowns are zero, NaN where the direction is.
double relative_step(const double direction, const double unknowns);
} // namespace fe2

#endif
