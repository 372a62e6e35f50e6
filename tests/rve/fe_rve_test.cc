// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/microstructure.h>
#include <rve/models/fe_rve.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <Eigen/Eigenvalues>

using namespace fe2;

namespace
{
const std::string materials = R"(
subsection Materials
  subsection glass
    set Type = linear_elastic
    set Young's modulus = 72000
    set Poisson's ratio = 0.22
  end
  subsection soft
    set Type = linear_elastic
    set Young's modulus = 3000
    set Poisson's ratio = 0.35
  end
  subsection polymer
    set Type = prony
    set Equilibrium bulk modulus = 4000
    set Equilibrium shear modulus = 300
    set Shear moduli = 500, 200
    set Shear relaxation times = 0.5, 8
  end
  subsection bent
    set Type = power_law
  end
end
)";

std::string model(const std::string &phases, const std::string &microstructure, const std::string &more = "")
{
  return "subsection Micro models\nsubsection r\nset Type = fe_rve\nset Phases = " + phases + "\n" + more +
         "subsection Microstructure\n" + microstructure + "end\nend\nend\n";
}

const std::string fibres = "set Type = fibres\nset Volume fraction = 0.45\nset Resolution = 2\n";
const std::string hexagonal = fibres + "set Array = hexagonal\n";
const std::string sphere = "set Type = sphere\nset Resolution = 4\n";

LocalPool make_pool(const std::string &text, const unsigned int n = 1)
{
  test::Models models(materials + text);
  LocalPool pool({models("r")}, {"r"});
  std::vector<PointDefinition> points(n);
  for (unsigned int i = 0; i < n; ++i)
    points[i].id.quadrature = i;
  pool.create(points);
  return pool;
}

Matrix6 stiffness(const std::string &text, const double dt = 0)
{
  return test::Models(materials + text)("r")->initial_tangent(Increment{dt, {}});
}
} // namespace

BOOST_AUTO_TEST_SUITE(fe_rve)

BOOST_AUTO_TEST_CASE(fractions_are_exact)
{
  for (const auto &text : {fibres, hexagonal})
  {
    const auto rve = std::dynamic_pointer_cast<FeRve<2>>(test::Models(materials + model("soft, glass", text))("r"));
    BOOST_CHECK_CLOSE(rve->space().fraction(1), 0.45, 1e-10);
    BOOST_CHECK_CLOSE(rve->space().fraction(0), 0.55, 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(stiffness_lies_between_reuss_and_voigt)
{
  const auto mixture = [](const std::string &rule)
  {
    return test::Models(materials +
                        "subsection Micro models\nsubsection r\nset Type = mixture\nset Phases = soft, "
                        "glass\nset Fractions = 0.55, 0.45\nset Rule = " +
                        rule + "\nend\nend\n")("r")
        ->initial_tangent(Increment());
  };
  const Matrix6 voigt = mixture("voigt"), reuss = mixture("reuss");
  for (const auto &text : {fibres, hexagonal})
  {
    const Matrix6 c = stiffness(model("soft, glass", text));
    BOOST_CHECK_SMALL((c - c.transpose()).norm(), 1e-8);
    for (const Matrix6 &d : {Matrix6(voigt - c), Matrix6(c - reuss)})
      BOOST_CHECK_GT(Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(d).eigenvalues()[0], -1e-8);
  }
}

BOOST_AUTO_TEST_CASE(hexagonal_array_is_transversely_isotropic)
{
  const Matrix6 c = stiffness(model("soft, glass", hexagonal, "set Degree = 2\n"));
  BOOST_CHECK_CLOSE(c(0, 0), c(1, 1), 0.02);
  BOOST_CHECK_CLOSE(c(3, 3), c(0, 0) - c(0, 1), 0.1);
  BOOST_CHECK_CLOSE(c(4, 4), c(5, 5), 0.02);
  // Prism axis 1 permutes the components.
  const Matrix6 d = stiffness(model("soft, glass", hexagonal, "set Degree = 2\nset Prism axis = 1\n"));
  BOOST_CHECK_CLOSE(d(0, 0), c(2, 2), 1e-8);
  BOOST_CHECK_CLOSE(d(1, 1), c(0, 0), 1e-8);
  BOOST_CHECK_CLOSE(d(3, 3), c(4, 4), 1e-8);
}

BOOST_AUTO_TEST_CASE(prism_equals_extruded_solid)
{
  const std::string laminate = "set Type = laminate\nset Fractions = 0.3, 0.7\nset Normal = 2\n";
  const Matrix6 prism = stiffness(model("soft, glass", laminate));
  const Matrix6 solid = stiffness(model("soft, glass", laminate + "set Dimension = 3\nset Elements in plane = 2\n"));
  BOOST_CHECK_SMALL((prism - solid).norm() / solid.norm(), 1e-12);
}

BOOST_AUTO_TEST_CASE(linear_solvers_agree)
{
  for (const auto &text : {fibres, sphere})
  {
    const Matrix6 reference = stiffness(model("polymer, glass", text, "set Linear solver = cholmod\n"), 0.3);
    for (const char *solver : {"umfpack", "mumps", "cg_gamg"})
    {
      const Matrix6 c =
          stiffness(model("polymer, glass", text, std::string("set Linear solver = ") + solver + "\n"), 0.3);
      BOOST_CHECK_MESSAGE((c - reference).norm() < 1e-9 * reference.norm(), solver);
    }
  }
}

BOOST_AUTO_TEST_CASE(tangents_agree_with_differences)
{
  for (const auto &text : {model("polymer, glass", fibres), model("polymer, glass", sphere)})
  {
    LocalPool pool = make_pool(text);
    pool.evaluate({test::request(test::some_strain(), 0.2)});
    pool.commit();
    BOOST_CHECK_SMALL(test::tangent_error(pool, test::request(2 * test::some_strain(), 0.5)), 1e-8);
  }
  for (const auto &text : {model("bent, soft", fibres), model("bent, soft", sphere)})
  {
    LocalPool pool = make_pool(text);
    BOOST_CHECK_SMALL(test::tangent_error(pool, test::request(2 * test::some_strain(), 1)), 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(newton_converges_quadratically)
{
  test::Models models(materials + model("bent, soft", fibres));
  LocalPool pool({models("r")}, {"r"});
  pool.create({PointDefinition()});
  const auto response = pool.evaluate({test::request(5 * test::some_strain(), 1)}).front();
  BOOST_CHECK(response.status == Status::converged);
  BOOST_CHECK_GE(response.iterations, 2u);
  BOOST_CHECK_LE(response.iterations, 8u);
  // Again from the trial's fields: nothing is left to do.
  BOOST_CHECK_EQUAL(pool.evaluate({test::request(5 * test::some_strain(), 1)}).front().iterations, 0u);
}

BOOST_AUTO_TEST_CASE(shortcut_for_linear_phases_equals_newton)
{
  const std::string text = materials + model("polymer, glass", fibres);
  test::Models models(text);
  const auto shortcut = models("r");
  const auto microstructure = Registry<Microstructure>::factory("fibres")();
  Parameters p(test::tree(fibres));
  microstructure->declare(p);
  std::string type = "fibres";
  p.add_selection("Type", type, "", "fibres");
  Faults faults;
  p.parse(faults);
  FeRveSettings settings;
  settings.linear_shortcut = false;
  settings.newton.relative_tolerance = 1e-13;
  settings.b_bar = true; // as the file has it for a polymer that becomes incompressible
  const auto newton = std::make_shared<FeRve<2>>(
      microstructure->create<2>(),
      std::vector<Phase>{{"polymer", models.materials.find("polymer")}, {"glass", models.materials.find("glass")}},
      settings);
  LocalPool a({shortcut}, {"a"}), b({newton}, {"b"});
  a.create({PointDefinition()});
  b.create({PointDefinition()});
  double t = 0;
  for (const double dt : {0., 0.1, 0.1, 2.})
  {
    t += dt;
    const auto request = test::request((1 + t) * test::some_strain(), dt);
    const auto x = a.evaluate({request}).front(), y = b.evaluate({request}).front();
    BOOST_CHECK_SMALL((x.stress - y.stress).norm() / y.stress.norm(), 1e-11);
    BOOST_CHECK_SMALL((x.tangent - y.tangent).norm() / y.tangent.norm(), 1e-11);
    a.commit();
    b.commit();
    BOOST_CHECK_LE(a.statistics().hill_mandel_gap, 1e-12);
    BOOST_CHECK_LE(b.statistics().hill_mandel_gap, 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(histories_survive_repetition_rollback_and_company)
{
  const std::string text = model("polymer, glass", fibres);
  LocalPool alone = make_pool(text), busy = make_pool(text, 40);
  for (const double dt : {0.1, 0.3, 0.3})
  {
    const auto wanted = test::request(test::some_strain(1e-3 * (1 + dt)), dt);
    // Trials with other strains and another dt, rolled back, must leave no trace.
    alone.evaluate({test::request(-3 * test::some_strain(), dt)});
    alone.evaluate({test::request(-3 * test::some_strain(), 7)});
    alone.rollback();
    alone.evaluate({test::request(9 * test::some_strain(), dt)});
    const auto x = alone.evaluate({wanted}).front(), again = alone.evaluate({wanted}).front();
    BOOST_CHECK(x.stress == again.stress && x.tangent == again.tangent);
    std::vector<MicroRequest> all;
    for (unsigned int i = 0; i < 40; ++i)
      all.push_back(test::request((1. + i) * test::some_strain(1e-3 * (1 + dt)), dt, i));
    const auto y = busy.evaluate(all).front();
    BOOST_CHECK_SMALL((x.stress - y.stress).norm() / x.stress.norm(), 1e-12);
    alone.commit();
    busy.commit();
  }
  BOOST_CHECK_SMALL((Eigen::VectorXd::Map(alone.store().at(PointId()).committed.history.data(), 50) -
                     Eigen::VectorXd::Map(busy.store().at(PointId()).committed.history.data(), 50))
                        .norm(),
                    1e-12);
}

BOOST_AUTO_TEST_CASE(an_rve_without_free_unknowns_works)
{
  const std::string one = "set Type = laminate\nset Fractions = 1\nset Elements = 1\n";
  const Matrix6 c = stiffness(model("soft", one));
  const double k = 3000 / (3 * (1 - 0.7)), g = 3000 / 2.7;
  BOOST_CHECK_SMALL((c - mandel::isotropic(k, g)).norm() / c.norm(), 1e-13);
  LocalPool pool = make_pool(model("polymer", one));
  BOOST_CHECK(pool.evaluate({test::request(test::some_strain(), 0.1)}).front().status == Status::converged);
  pool.commit();
}

BOOST_AUTO_TEST_CASE(cached_operators_are_bounded_and_come_back)
{
  LocalPool pool = make_pool(model("polymer, glass", fibres, "set Cached operators = 2\n"));
  const auto first = pool.evaluate({test::request(test::some_strain(), 0.1)}).front();
  for (const double dt : {0.2, 0.3, 0.4})
    pool.evaluate({test::request(test::some_strain(), dt)});
  const auto again = pool.evaluate({test::request(test::some_strain(), 0.1)}).front();
  BOOST_CHECK(first.tangent == again.tangent && first.tangent_id == again.tangent_id);
  BOOST_CHECK_SMALL((first.stress - again.stress).norm(), 1e-12 * first.stress.norm());
}

namespace
{
RveMesh<2> single_cell(const double shift)
{
  RveMesh<2> mesh;
  mesh.nodes = {{0, 0}, {1, 0}, {0, 1}, {1 + shift, 1}};
  mesh.add_cell({0, 1, 2, 3}, 0);
  mesh.lattice[0] = dealii::Point<2>(1, 0);
  mesh.lattice[1] = dealii::Point<2>(0, 1);
  return mesh;
}
} // namespace

BOOST_AUTO_TEST_CASE(a_mesh_that_is_not_periodic_is_refused)
{
  test::Models models(materials);
  const std::vector<Phase> phases = {{"soft", models.materials.find("soft")}};
  BOOST_CHECK_NO_THROW(FeRve<2>(single_cell(0), phases, FeRveSettings()));
  try
  {
    FeRve<2>(single_cell(0.1), phases, FeRveSettings());
    BOOST_ERROR("no error");
  }
  catch (const InputError &e)
  {
    BOOST_CHECK_MESSAGE(
        std::string(e.what()).find("not periodic: the boundary node at (1.1, 1, 0)") != std::string::npos, e.what());
  }
}

BOOST_AUTO_TEST_SUITE_END()
