// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/newton.h>
#include <lib/solve/petsc_solver.h>
#include <lib/solve/time_stepper.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <set>

using namespace fe2;

namespace
{
/// Newton's method for f(x) = 0 of one unknown.
NewtonResult solve_scalar(double &x, const std::function<double(double)> &f, const std::function<double(double)> &df)
{
  NewtonSettings settings;
  settings.relative_tolerance = 1e-12;
  double base = x, direction = 0;
  NewtonProblem problem;
  problem.residual = [&]
  {
    NewtonResidual r;
    r.norm = std::abs(f(x));
    r.reference = 1;
    return r;
  };
  problem.direction = [&]
  {
    base = x;
    direction = -f(x) / df(x);
    return std::abs(direction);
  };
  problem.step = [&](const double alpha) { x = base + alpha * direction; };
  return solve_newton(settings, problem);
}
} // namespace

BOOST_AUTO_TEST_SUITE(solve)

BOOST_AUTO_TEST_CASE(newton_needs_one_step_if_linear_and_converges_quadratically_if_not)
{
  double x = 5;
  BOOST_CHECK_EQUAL(solve_scalar(
                        x, [](double y) { return 3 * y - 6; }, [](double) { return 3.; })
                        .iterations,
                    1u);
  BOOST_CHECK_CLOSE(x, 2., 1e-12);
  x = 2;
  const auto result = solve_scalar(
      x, [](double y) { return y * y - 2; }, [](double y) { return 2 * y; });
  BOOST_CHECK(result.converged);
  const auto &r = result.residuals;
  for (std::size_t k = 2; k < r.size(); ++k)
    BOOST_CHECK(r[k] <= 0.2 * r[k - 1] * r[k - 1] + 1e-15);
}

BOOST_AUTO_TEST_CASE(line_search_saves_a_divergent_newton)
{
  double x = 3; // plain Newton diverges for atan beyond 1.39
  const auto result = solve_scalar(
      x, [](double y) { return std::atan(y); }, [](double y) { return 1 / (1 + y * y); });
  BOOST_CHECK(result.converged);
  BOOST_CHECK_SMALL(x, 1e-10);
}

BOOST_AUTO_TEST_CASE(newton_says_why_it_stopped)
{
  double x = 1;
  const auto result = solve_scalar(
      x, [](double y) { return y * y + 1; }, [](double y) { return 2 * y; });
  BOOST_CHECK(!result.converged);
  BOOST_CHECK(!result.message.empty());
}

BOOST_AUTO_TEST_CASE(steps_hit_stops_with_equal_bits)
{
  TimeSettings s;
  s.end = 1;
  s.initial_dt = 0.1;
  s.stops = {0.35, 0.7};
  s.least_dt = 1e-4;
  TimeStepper stepper(s);
  std::set<double> times, dts;
  while (!stepper.done())
  {
    dts.insert(stepper.dt());
    stepper.accept(1);
    times.insert(stepper.time());
  }
  BOOST_CHECK(times.count(0.35) && times.count(0.7) && times.count(1.));
  BOOST_CHECK_EQUAL(times.size(), 11u); // 0.1, 0.2, 0.275, 0.35, ..., 0.7, 0.8, 0.9, 1
  BOOST_CHECK(dts.count(0.1));
  BOOST_CHECK_LE(dts.size(), 3u); // 0.1 and the halves of the rests
}

BOOST_AUTO_TEST_CASE(many_equal_steps_stay_equal)
{
  TimeSettings s;
  s.end = 100;
  s.initial_dt = 0.01;
  s.least_dt = 1e-4;
  TimeStepper stepper(s);
  std::set<double> dts;
  unsigned int n = 0;
  for (; !stepper.done(); ++n)
  {
    dts.insert(stepper.dt());
    stepper.accept(1);
  }
  BOOST_CHECK_EQUAL(n, 10000u);
  BOOST_CHECK_EQUAL(dts.size(), 1u);
  BOOST_CHECK_EQUAL(stepper.time(), 100.);
}

BOOST_AUTO_TEST_CASE(steps_grow_within_bounds_and_are_cut)
{
  Parameters p(test::tree(""));
  Faults faults;
  TimeSettings s;
  s.end = 10;
  s.initial_dt = 0.125;
  s.largest_dt = "0: 0.125, 1: 1";
  s.least_dt = 0.01;
  s.validate(p, faults);
  BOOST_CHECK(faults.empty());
  TimeStepper stepper(s);
  double largest = 0;
  while (!stepper.done())
  {
    if (stepper.time() < 1)
      BOOST_CHECK_EQUAL(stepper.dt(), 0.125);
    largest = std::max(largest, stepper.dt());
    stepper.accept(1);
  }
  BOOST_CHECK_EQUAL(largest, 1.);
  TimeStepper cut(s);
  BOOST_CHECK(cut.reject(0.5));
  BOOST_CHECK_EQUAL(cut.dt(), 0.0625);
  BOOST_CHECK(cut.reject(0.25));
  BOOST_CHECK_EQUAL(cut.dt(), 0.015625);
  BOOST_CHECK(!cut.reject(0.5));
  s.largest_dt = "0: x";
  s.validate(p, faults);
  BOOST_CHECK(!faults.empty());
}

BOOST_AUTO_TEST_CASE(petsc_reports_a_singular_matrix)
{
  Mat a;
  MatCreateSeqDense(PETSC_COMM_SELF, 2, 2, nullptr, &a);
  MatSetType(a, MATSEQAIJ);
  MatDestroy(&a);
  MatCreateSeqAIJ(PETSC_COMM_SELF, 2, 2, 2, nullptr, &a);
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j)
      MatSetValue(a, i, j, 1, INSERT_VALUES);
  MatAssemblyBegin(a, MAT_FINAL_ASSEMBLY);
  MatAssemblyEnd(a, MAT_FINAL_ASSEMBLY);
  Vec x, b;
  MatCreateVecs(a, &x, &b);
  VecSetValue(b, 0, 1, INSERT_VALUES);
  VecAssemblyBegin(b);
  VecAssemblyEnd(b);
  {
    PetscSolver solver(PETSC_COMM_SELF, LinearSolverSettings(), "test_");
    solver.set_matrix(a, true);
    const auto result = solver.solve(b, x);
    BOOST_CHECK(!result.converged);
    BOOST_CHECK(!result.message.empty());
    LinearSolverSettings cg;
    cg.method = "cg";
    PetscSolver refuses(PETSC_COMM_SELF, cg, "test_");
    BOOST_CHECK_THROW(refuses.set_matrix(a, false), InputError);
  }
  VecDestroy(&x);
  VecDestroy(&b);
  MatDestroy(&a);
}

/// A bar that carries 1 at most. No state is one of equilibrium under 1.5, whatever the strain.
BOOST_AUTO_TEST_CASE(newton_does_not_take_a_limit_load_for_converged)
{
  for (const double tangent : {1e-3, 1e-9})
  {
    double x = 0, base = 0, direction = 0;
    unsigned int calls = 0;
    NewtonProblem problem;
    problem.residual = [&] // one step goes astray, to enormous forces
    {
      const bool stray = ++calls == 3;
      return NewtonResidual{true, stray ? 1e12 : 1.5 - std::min(x, 1.), stray ? 1e12 : 1.5, 0, ""};
    };
    problem.direction = [&]
    {
      base = x;
      direction = (1.5 - std::min(x, 1.)) / (x < 1 ? 1. : tangent);
      return direction / std::max(std::abs(x), 1e-300);
    };
    problem.step = [&](const double alpha) { x = base + alpha * direction; };
    NewtonSettings settings;
    settings.max_line_search = 0;
    settings.max_iterations = 6;
    const auto result = solve_newton(settings, problem);
    BOOST_CHECK(!result.converged);
    BOOST_CHECK_EQUAL(result.iterations, 6u);
  }
}

/// The solution is free of forces: the scale is that of the start.
BOOST_AUTO_TEST_CASE(newton_converges_to_a_state_without_forces)
{
  double x = 1, base = 1, direction = 0;
  NewtonProblem problem;
  problem.residual = [&] { return NewtonResidual{true, std::abs(x + x * x), std::abs(x + x * x), 0, ""}; };
  problem.direction = [&]
  {
    base = x;
    direction = -(x + x * x) / (1 + 2 * x);
    return 1.;
  };
  problem.step = [&](const double alpha) { x = base + alpha * direction; };
  const auto result = solve_newton(NewtonSettings(), problem);
  BOOST_CHECK(result.converged);
  BOOST_CHECK_SMALL(x, 1e-10);
}

BOOST_AUTO_TEST_SUITE_END()
