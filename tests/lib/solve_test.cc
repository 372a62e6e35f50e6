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

namespace
{
TimeSettings time_settings(const double start, const double end, const double dt, const std::string &largest,
                           const double least = 0)
{
  Parameters p(test::tree(""));
  Faults faults;
  TimeSettings s;
  s.start = start;
  s.end = end;
  s.initial_dt = dt;
  s.largest_dt = largest;
  s.least_dt = least;
  s.validate(p, faults);
  faults.throw_if_any("test");
  return s;
}
} // namespace

BOOST_AUTO_TEST_CASE(no_step_reaches_over_the_times_of_the_largest_step)
{
  TimeStepper stepper(time_settings(0, 4, 1, "0: 1, 2.5: 0.125, 3: 0.5"));
  std::set<double> times;
  while (!stepper.done())
  {
    const double bound = stepper.time() < 2.5 ? 1 : stepper.time() < 3 ? 0.125 : 0.5;
    BOOST_CHECK_LE(stepper.dt(), bound);
    stepper.accept(1);
    times.insert(stepper.time());
  }
  BOOST_CHECK(times.count(2.5) && times.count(3.));
  // 1, 1.75, 2.5, then 4 steps of 0.125 and, growing after two of them, 0.125 0.125 0.25 and 0.5
  BOOST_CHECK_GE(times.size(), 3u + 4 + 2);
  // A corner of a load history is hit with its own bits, beside a bound that is one rounding away.
  TimeSettings s = time_settings(0, 1, 0.25, "0: 0.25, 0.3: 0.0625");
  s.stops = {0.1 + 0.2};
  TimeStepper beside(s);
  times.clear();
  while (!beside.done())
  {
    beside.accept(1);
    times.insert(beside.time());
    if (beside.time() >= 0.3)
      BOOST_CHECK_LE(beside.dt(), 0.0625 * (1 + 1e-6));
  }
  BOOST_CHECK(times.count(0.1 + 0.2) == 1 && times.count(0.3) == 0);
  BOOST_CHECK_THROW(time_settings(0, 1, 1, "0: 1, 0.5: 1e-4", 1e-3), InputError); // below the least step
  BOOST_CHECK_CLOSE(time_settings(0, 1, 1, "0: 1, 0.5: 1e-4").least_dt, 1e-4 / 1024, 1e-10);
}

BOOST_AUTO_TEST_CASE(time_never_stands_still)
{
  BOOST_CHECK_THROW(time_settings(1e6, 1e6 + 1, 1e-11, ""), InputError);
  TimeSettings late = time_settings(0, 1, 1e-11, ""); // of a path: start and end come later
  late.start = 1e6;
  late.end = 1e6 + 1;
  BOOST_CHECK_THROW(TimeStepper{late}, InputError);
  TimeStepper bounded(time_settings(0, 2e6, 1e6, "0: 1e6, 1e6: 1e-11"));
  BOOST_CHECK_THROW(bounded.accept(1), RunError);
  TimeStepper cut(time_settings(1e6, 1e6 + 1, 1, "", 1e-14));
  unsigned int cuts = 0;
  for (; cut.reject(0.5) && cuts < 100; ++cuts)
    BOOST_CHECK_GT(cut.next_time(), cut.time());
  BOOST_CHECK_EQUAL(cuts, 28u); // 2^-28 = 3.7e-9 > 16 epsilon 1e6 = 3.6e-9 > 2^-29
}

// Each solver of both libraries is given a matrix that it cannot solve with, and must name what is wrong with it.
namespace
{
/// n x n, from its upper triangle by value(i, j); tridiagonal.
Mat make_matrix(const int n, const std::function<double(int, int)> &value)
{
  Mat a;
  MatCreateSeqAIJ(PETSC_COMM_SELF, n, n, 3, nullptr, &a);
  for (int i = 0; i < n; ++i)
    for (int j = std::max(0, i - 1); j <= std::min(n - 1, i + 1); ++j)
      MatSetValue(a, i, j, value(std::min(i, j), std::max(i, j)), INSERT_VALUES);
  MatAssemblyBegin(a, MAT_FINAL_ASSEMBLY);
  MatAssemblyEnd(a, MAT_FINAL_ASSEMBLY);
  return a;
}

LinearFault solve_with(const LinearSolverSettings &settings, const Mat a, const bool symmetric = true,
                       const double rhs = 1, std::vector<double> *solution = nullptr)
{
  Vec x, b;
  MatCreateVecs(a, &x, &b);
  int n = 0;
  VecGetSize(b, &n);
  for (int i = 0; i < n; ++i)
    VecSetValue(b, i, i == 0 ? rhs : 0., INSERT_VALUES);
  VecAssemblyBegin(b);
  VecAssemblyEnd(b);
  LinearFault fault;
  {
    const auto solver = make_linear_solver(PETSC_COMM_SELF, settings, "test_", 0);
    solver->set_matrix(a, symmetric);
    fault = solver->solve(b, x).fault;
  }
  const double *entries;
  VecGetArrayRead(x, &entries);
  if (solution != nullptr)
    solution->assign(entries, entries + n);
  VecRestoreArrayRead(x, &entries);
  VecDestroy(&x);
  VecDestroy(&b);
  return fault;
}

LinearSolverSettings settings_of(const std::string &library, const std::string &method,
                                 const std::string &preconditioner = "auto")
{
  LinearSolverSettings s;
  s.library = library;
  s.method = method;
  s.preconditioner = preconditioner;
  return s;
}

const std::vector<LinearSolverSettings> &all_linear_solvers()
{
  static const std::vector<LinearSolverSettings> list = {
      settings_of("petsc", "mumps"),         settings_of("petsc", "cg"),
      settings_of("petsc", "cg", "hypre"),   settings_of("petsc", "cg", "jacobi"),
      settings_of("petsc", "gmres", "none"), settings_of("trilinos", "mumps"),
      settings_of("trilinos", "klu"),        settings_of("trilinos", "cg"),
      settings_of("trilinos", "cg", "none"), settings_of("trilinos", "gmres", "jacobi")};
  return list;
}
std::string name_of(const LinearSolverSettings &s)
{
  return s.library + " " + s.method + " " + s.preconditioner;
}
/// A bar of springs, held at its left end (value 1) or free (0).
double bar(const int i, const int j, const int n, const double held)
{
  return i != j ? -1. : i == 0 ? 1 + held : i == n - 1 ? 1. : 2.;
}
} // namespace

BOOST_AUTO_TEST_CASE(linear_solvers_solve_and_name_their_failures)
{
  using Kind = LinearFault::Kind;
  constexpr int n = 40;
  const Mat good = make_matrix(n, [](int i, int j) { return bar(i, j, n, 1); });
  const Mat singular = make_matrix(n, [](int i, int j) { return bar(i, j, n, 0); });
  const Mat indefinite = make_matrix(n, [](int i, int j) { return i == j ? (i % 2 == 0 ? 1. : -2.) : 0.; });
  const Mat nan = make_matrix(n, [](int i, int j) { return i == 3 && j == 3 ? std::nan("") : bar(i, j, n, 1); });
  for (const auto &s : all_linear_solvers())
  {
    const std::string name = name_of(s);
    std::vector<double> x;
    const auto solved = solve_with(s, good, true, 1, &x);
    BOOST_CHECK_MESSAGE(!solved, name << ": " << solved.text);
    for (const double value : x) // the first spring carries the force 1, the others none
      BOOST_CHECK_CLOSE(value, 1., 1e-6);
    const auto of_singular = solve_with(s, singular), of_nan = solve_with(s, nan),
               of_indefinite = solve_with(s, indefinite), of_rhs = solve_with(s, good, true, std::nan(""));
    BOOST_CHECK_MESSAGE(of_singular, name);
    BOOST_CHECK_MESSAGE(!s.is_direct() || of_singular.kind == Kind::singular, name << ": " << of_singular.text);
    BOOST_CHECK_MESSAGE(of_nan.kind == Kind::not_finite, name << ": " << of_nan.text);
    BOOST_CHECK_MESSAGE(of_rhs.kind == Kind::not_finite, name << ": " << of_rhs.text);
    // Direct solvers and GMRES do not mind.
    BOOST_CHECK_MESSAGE(s.method == "cg" || !of_indefinite, name << ": " << of_indefinite.text);
    BOOST_TEST_MESSAGE(name << ": singular: " << of_singular.text << "; NaN: " << of_nan.text
                            << "; indefinite: " << of_indefinite.text);
  }
  LinearSolverSettings few = settings_of("petsc", "cg", "none");
  few.max_iterations = 3;
  const auto stopped = solve_with(few, good);
  BOOST_CHECK(stopped.kind == Kind::no_convergence);
  BOOST_CHECK_MESSAGE(stopped.text.find("3 iterations") != std::string::npos, stopped.text);
  BOOST_CHECK_THROW(solve_with(few, good, false), InputError);
  for (Mat a : {good, singular, indefinite, nan})
    MatDestroy(&a);
}

// A zero diagonal: pivots wait for others, the workspace fills (INFOG(1) = -9 below 200 % of reserve), and the solution
// is right.
BOOST_AUTO_TEST_CASE(full_workspace_of_mumps_is_enlarged)
{
  constexpr int m = 60, n = m * m;
  Mat a;
  MatCreateSeqAIJ(PETSC_COMM_SELF, n, n, 5, nullptr, &a);
  std::uint64_t state = 1;
  const auto random = [&state]
  {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return double(state >> 33) / 2147483648.;
  };
  const auto couple = [&](const int i, const int j)
  {
    const double value = std::pow(10., -2 * random()) * (random() - 0.5);
    MatSetValue(a, i, j, value, INSERT_VALUES);
    MatSetValue(a, j, i, value, INSERT_VALUES);
  };
  for (int k = 0; k < n; ++k)
  {
    MatSetValue(a, k, k, 0, INSERT_VALUES);
    if ((k + 1) % m != 0)
      couple(k, k + 1);
    if (k + m < n)
      couple(k, k + m);
  }
  MatAssemblyBegin(a, MAT_FINAL_ASSEMBLY);
  MatAssemblyEnd(a, MAT_FINAL_ASSEMBLY);
  Vec x, b, rest;
  MatCreateVecs(a, &x, &b);
  VecDuplicate(b, &rest);
  VecSet(x, 1);
  MatMult(a, x, b);
  for (const std::string library : {"petsc", "trilinos"})
  {
    const auto solver = make_linear_solver(PETSC_COMM_SELF, settings_of(library, "mumps"), "test_", 0);
    solver->set_matrix(a, true);
    const auto result = solver->solve(b, x);
    BOOST_CHECK_MESSAGE(result.converged(), result.fault.text);
    if (const auto *petsc = dynamic_cast<const PetscSolver *>(solver.get()))
      BOOST_CHECK_GE(petsc->reserve(), 4 * mumps::first_reserve);
    MatMult(a, x, rest);
    VecAXPY(rest, -1, b);
    double residual = 0, norm = 0;
    VecNorm(rest, NORM_2, &residual);
    VecNorm(b, NORM_2, &norm);
    BOOST_CHECK_LE(residual, 1e-8 * norm);
    BOOST_TEST_MESSAGE(library << ": residual " << residual / norm);
  }
  for (Vec v : {x, b, rest})
    VecDestroy(&v);
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

// Units of the stiffness and of the forces: twenty decades and more of each.
BOOST_AUTO_TEST_CASE(linear_solvers_do_not_know_units)
{
  constexpr int n = 90; // below the restart of GMRES
  for (const double stiffness : {1e-20, 1e-10, 1., 1e10, 1e20})
  {
    const Mat a = make_matrix(n, [&](int i, int j) { return stiffness * bar(i, j, n, 1); });
    for (const double force : {1e-20, 1., 1e20})
      for (const auto &s : all_linear_solvers())
      {
        std::vector<double> x;
        const auto fault = solve_with(s, a, true, force, &x);
        BOOST_CHECK_MESSAGE(!fault, name_of(s) << " at " << stiffness << ", " << force << ": " << fault.text);
        for (const double value : {x.front(), x.back()})
          BOOST_CHECK_MESSAGE(std::abs(value * stiffness / force - 1) < 1e-6,
                              name_of(s) << " at " << stiffness << ", " << force << ": " << value * stiffness / force);
      }
    Mat m = a;
    MatDestroy(&m);
  }
}

BOOST_AUTO_TEST_CASE(mumps_failures_are_not_all_singular)
{
  using Kind = LinearFault::Kind;
  BOOST_CHECK(mumps::fault(-10, 3).kind == Kind::singular);
  BOOST_CHECK(mumps::fault(-9, 1000).kind == Kind::memory);
  BOOST_CHECK(mumps::fault(-13, 1000).kind == Kind::memory);
  BOOST_CHECK(mumps::fault(-3, 0).kind == Kind::other);
  BOOST_CHECK(mumps::workspace_is_full(-9) && mumps::workspace_is_full(-8) && !mumps::workspace_is_full(-10) &&
              !mumps::workspace_is_full(-13));
}

BOOST_AUTO_TEST_SUITE_END()
