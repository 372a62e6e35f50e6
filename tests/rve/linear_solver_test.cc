// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Linear solvers of RVEs: what they say when they fail, units, and the chain of several.
 */
#include <rve/finite_element/rve_linear_solver.h>
#include <rve/finite_element/solver_chain.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace fe2;
using Matrix = RveLinearSolver::Matrix;
using Kind = LinearFault::Kind;

namespace
{
constexpr int n_nodes = 60;

/// Nodes in a line, each direction a chain of springs whose first is held (1) or not (0).
Matrix chain(const double stiffness, const double held)
{
  std::vector<Eigen::Triplet<double>> entries;
  for (int i = 0; i < n_nodes; ++i)
    for (int k = 0; k < 3; ++k)
    {
      const double ends = (i == 0 ? held : 1.) + (i + 1 == n_nodes ? 0. : 1.);
      entries.emplace_back(3 * i + k, 3 * i + k, stiffness * ends);
      for (const int j : {i - 1, i + 1})
        if (j >= 0 && j < n_nodes)
          entries.emplace_back(3 * i + k, 3 * j + k, -stiffness);
    }
  Matrix m(3 * n_nodes, 3 * n_nodes);
  m.setFromTriplets(entries.begin(), entries.end());
  return m;
}

std::unique_ptr<RveLinearSolver> make(const std::string &name)
{
  std::vector<dealii::Point<3>> points;
  for (int i = 0; i < n_nodes; ++i)
    points.emplace_back(i, 0.1 * i * i, 0.3);
  return Registry<RveLinearSolver>::factory(name)(points, MPI_COMM_SELF);
}

/// Largest error of the solution under a force on the first node, which moves all nodes by 1; or the fault.
LinearFault solve(RveLinearSolver &solver, const Matrix &matrix, const double force, double &error)
{
  Eigen::MatrixXd columns = Eigen::MatrixXd::Zero(3 * n_nodes, 2);
  columns.topRows(3).setConstant(force);
  solver.analyze(matrix);
  if (!solver.factorize(matrix, true) || !solver.solve(columns))
    return solver.fault();
  error = (columns.array() - 1).abs().maxCoeff();
  return {};
}
} // namespace

BOOST_AUTO_TEST_SUITE(rve_linear_solvers)

BOOST_AUTO_TEST_CASE(they_solve_in_every_unit_and_name_their_failures)
{
  for (const std::string name : {"cholmod", "umfpack", "mumps", "cg_gamg"})
  {
    double error = 1;
    for (const double stiffness : {1e-20, 1e-10, 1., 1e10, 1e20})
    {
      const auto fault = solve(*make(name), chain(stiffness, 1), stiffness, error);
      BOOST_CHECK_MESSAGE(!fault && error < 1e-8, name << " at " << stiffness << ": " << fault.text << ", " << error);
    }
    const auto singular = solve(*make(name), chain(1, 0), 1, error);
    BOOST_CHECK_MESSAGE(singular, name);
    if (name != "cg_gamg")
      BOOST_CHECK_MESSAGE(singular.kind == Kind::singular || singular.kind == Kind::indefinite,
                          name << ": " << singular.text);
    Matrix bad = chain(1, 1);
    bad.coeffRef(7, 7) = std::nan("");
    const auto nan = solve(*make(name), bad, 1, error);
    BOOST_CHECK_MESSAGE(nan.kind == Kind::not_finite, name << ": " << nan.text);
    bad.coeffRef(7, 7) = -3;
    const auto indefinite = solve(*make(name), bad, 1, error);
    if (name == "cholmod" || name == "cg_gamg")
      BOOST_CHECK_MESSAGE(indefinite, name);
    if (name == "cholmod")
      BOOST_CHECK_MESSAGE(indefinite.kind == Kind::indefinite, indefinite.text);
    else if (name != "cg_gamg")
      BOOST_CHECK_MESSAGE(!indefinite, name << ": " << indefinite.text);
    BOOST_TEST_MESSAGE(name << ": singular: " << singular.text << "; NaN: " << nan.text
                            << "; indefinite: " << indefinite.text);
  }
}

namespace
{
/// Fails when it factorizes, or when it solves.
class Failing : public RveLinearSolver
{
public:
  Failing(const bool early, unsigned int &count) : early_(early), count_(count) {}
  void analyze(const Matrix &) override {}
  bool factorize(const Matrix &, const bool) override
  {
    ++count_;
    return !early_ || fail(Kind::memory, "too large");
  }
  bool solve(Eigen::MatrixXd &columns) override
  {
    columns.setConstant(7);
    return fail(Kind::no_convergence, "too slow");
  }
  std::unique_ptr<RveLinearSolver> sibling() const override { return std::make_unique<Failing>(early_, count_); }
  std::size_t bytes() const override { return 0; }

private:
  bool early_;
  unsigned int &count_;
};
} // namespace

BOOST_AUTO_TEST_CASE(the_next_solver_takes_over)
{
  unsigned int tried = 0;
  for (const bool early : {true, false})
  {
    tried = 0;
    const auto failing = [&] { return std::make_unique<Failing>(early, tried); };
    double error = 1;
    SolverChain solver({{"first", failing}, {"cholmod", [] { return make("cholmod"); }}});
    const auto before = solver.sibling();
    BOOST_CHECK(!solve(solver, chain(1, 1), 1, error) && error < 1e-8);
    BOOST_CHECK(!solve(solver, chain(2, 1), 2, error) && error < 1e-8);
    BOOST_CHECK(!solve(*solver.sibling(), chain(2, 1), 2, error) && error < 1e-8);
    BOOST_CHECK(!solve(*before, chain(2, 1), 2, error) && error < 1e-8);
    BOOST_CHECK_EQUAL(tried, 1u); // once for all
    // A mechanism stays one, and its place is known.
    Matrix bad = chain(1, 1);
    bad.coeffRef(7, 7) = -3;
    SolverChain direct({{"cholmod", [] { return make("cholmod"); }}, {"first", failing}});
    BOOST_CHECK(solve(direct, bad, 1, error).kind == Kind::indefinite);
    BOOST_CHECK_EQUAL(tried, 1u);
    SolverChain hopeless({{"first", failing}, {"second", failing}});
    const auto fault = solve(hopeless, chain(1, 1), 1, error);
    BOOST_CHECK_EQUAL(fault.text, early ? "first: too large; second: too large" : "first: too slow; second: too slow");
  }
}

BOOST_AUTO_TEST_SUITE_END()
