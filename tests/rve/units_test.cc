// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Units decide nothing: each kind of RVE in units of stress S, strain E and length L that run over 20 decades. Stresses
 * are S E, tangents S.
 */
#include <lib/base/log.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cstdio>

using namespace fe2;

namespace
{
std::string text(const double x)
{
  return format(x, 17);
}

struct Units
{
  double stress = 1, strain = 1, length = 1;
};

/// A metal with hard, warm inclusions as squares in a plane cell.
std::string case_text(const Units &u, const std::string &model, const std::string &more)
{
  const std::string file = "units_" + std::to_string(getpid()) + ".txt";
  test::write_file(file, "0 0 0 0 1 1 0 0 1 1 0 0 0 0 0 0 0 0 1 0 0 0 0 0\n");
  const std::string voxels = model == "mixture" ? "set Rule = reuss\nset Fractions = 0.8, 0.2\n"
                                                : "subsection Microstructure\nset Type = voxels\nset File = " + file +
                                                      "\nset Voxels = 6, 4\nset Size = " + text(3 * u.length) + ", " +
                                                      text(2 * u.length) + "\nend\n";
  return "subsection Materials\nsubsection metal\nset Type = j2_plasticity\nset Young's modulus = " + text(u.stress) +
         "\nset Poisson's ratio = 0.3\nset Yield stress = " + text(0.5 * u.stress * u.strain) +
         "\nset Hardening modulus = " + text(0.1 * u.stress) +
         "\nend\nsubsection hard\nset Type = linear_elastic\nset Young's modulus = " + text(8 * u.stress) +
         "\nset Poisson's ratio = 0.2\nset Thermal expansion = " + text(0.01 * u.strain) +
         "\nset Stress-free temperature = 20\nend\nend\nsubsection Micro models\nsubsection r\nset Type = " + model +
         "\nset Phases = metal, hard\n" + more + voxels + "end\nend\n";
}

/// Two increments, the second into plastic flow: stress and tangent in the units of one.
std::vector<double> answers(const Units &u, const std::string &model, const std::string &more)
{
  LocalPool pool({test::Models(case_text(u, model, more))("r")}, {"r"});
  pool.create({PointDefinition()});
  std::vector<double> values;
  for (const double size : {0.3, 1.2})
  {
    MicroRequest r = test::request(u.strain * test::some_strain(size), 1);
    r.increment.fields = {{20, 20 + 5 * size}};
    const MicroResponse response = pool.evaluate({r}).front();
    BOOST_REQUIRE_MESSAGE(response.status == Status::converged, model << ": " << response.message);
    for (int i = 0; i < 6; ++i)
      values.push_back(response.stress[i] / (u.stress * u.strain));
    for (int i = 0; i < 36; ++i)
      values.push_back(response.tangent.data()[i] / u.stress);
    pool.commit();
  }
  std::remove(("units_" + std::to_string(getpid()) + ".txt").c_str());
  return values;
}
} // namespace

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(units_do_not_change_an_rve)
{
  const std::vector<std::pair<std::string, std::string>> models = {
      {"fe_rve", ""},
      {"fe_rve", "set Plane stress = macro\n"},
      {"fe_rve", "set Plane stress = local\n"},
      {"fe_rve", "set Boundary conditions = uniform_traction\n"},
      {"fe_rve", "set Boundary conditions = weak_periodic\n"},
      {"fe_rve", "set Linear solver = mumps\n"},
      {"fe_rve", "set Linear solver = cg_gamg\n"},
      {"fourier_rve", ""},
      {"mixture", ""}};
  for (const auto &[model, more] : models)
  {
    const auto expected = answers({}, model, more);
    double size = 0;
    for (const double x : expected)
      size = std::max(size, std::abs(x));
    for (const double factor : {1e-10, 1e-5, 3., 1e5, 1e10})
      for (const int which : {0, 1, 2})
      {
        Units u;
        (which == 0 ? u.stress : which == 1 ? u.strain : u.length) = factor;
        const auto got = answers(u, model, more);
        double error = 0;
        for (std::size_t i = 0; i < expected.size(); ++i)
          error = std::max(error, std::abs(got[i] - expected[i]) / size);
        BOOST_CHECK_MESSAGE(error < 1e-5, model << " " << more
                                                << (which == 0   ? "stress "
                                                    : which == 1 ? "strain "
                                                                 : "length ")
                                                << factor << ": differs by " << error);
      }
  }
}

BOOST_AUTO_TEST_SUITE_END()
