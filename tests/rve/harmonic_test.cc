// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Complex stiffnesses against series and laminates in closed form, both RVE solvers against each other; fields and
 * their largest values.
 */
#include <rve/microstructure.h>

#include <tests/helpers.h>

#include <Eigen/LU>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

using namespace fe2;

namespace
{
const std::string materials = R"(
subsection Materials
  subsection polymer
    set Type = prony
    set Equilibrium bulk modulus = 4
    set Bulk moduli = 2
    set Bulk relaxation times = 3
    set Equilibrium shear modulus = 0.03
    set Shear moduli = 0.5, 0.8
    set Shear relaxation times = 0.5, 8
  end
  subsection glass
    set Type = linear_elastic
    set Young's modulus = 70
    set Poisson's ratio = 0.2
  end
  subsection metal
    set Type = j2_plasticity
    set Young's modulus = 100
    set Poisson's ratio = 0.3
    set Yield stress = 0.2
    set Hardening modulus = 1
  end
  subsection pore
    set Type = void
  end
  subsection warm
    set Type = prony
    set Equilibrium Young's modulus = 1
    set Young's moduli = 2
    set Relaxation times = 1
    set Poisson's ratio = 0.3
    set Time-temperature shift = wlf
    set Reference temperature = 20
  end
end
)";

std::shared_ptr<MicroModel> model(const std::string &type, const std::string &phases, const std::string &more)
{
  return test::Models(materials + "subsection Micro models\nsubsection r\nset Type = " + type +
                      "\nset Phases = " + phases + "\n" + more + "end\nend\n")("r");
}

std::string microstructure(const std::string &lines)
{
  return "subsection Microstructure\n" + lines + "end\n";
}

ComplexMatrix6 at(MicroModel &m, const double omega)
{
  const auto c = m.harmonic_tangent(omega, {});
  BOOST_REQUIRE(c.has_value());
  return *c;
}

double difference(const ComplexMatrix6 &a, const ComplexMatrix6 &b)
{
  return (a - b).norm() / b.norm();
}

/// Layers normal to axis 1: stresses 11, 12, 13 and strains 22, 33, 23 are common.
ComplexMatrix6 laminate(const std::vector<ComplexMatrix6> &c, const std::vector<double> &f)
{
  using M = Eigen::Matrix3cd;
  const int common[3] = {0, 3, 4}, rest[3] = {1, 2, 5};
  const auto block = [](const ComplexMatrix6 &x, const int(&r)[3], const int(&k)[3])
  {
    M b;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        b(i, j) = x(r[i], k[j]);
    return b;
  };
  M s = M::Zero(), t = M::Zero(), bb = M::Zero();
  for (std::size_t p = 0; p < c.size(); ++p)
  {
    const M inverse = block(c[p], common, common).inverse(), ab = block(c[p], common, rest);
    s += f[p] * inverse;
    t += f[p] * inverse * ab;
    bb += f[p] * (block(c[p], rest, rest) - ab.transpose() * inverse * ab);
  }
  const M aa = s.inverse(), ab = aa * t, full = bb + t.transpose() * aa * t;
  ComplexMatrix6 result;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
    {
      result(common[i], common[j]) = aa(i, j);
      result(common[i], rest[j]) = ab(i, j);
      result(rest[j], common[i]) = ab(i, j);
      result(rest[i], rest[j]) = full(i, j);
    }
  return result;
}

const std::string sphere = microstructure("set Type = sphere\nset Resolution = 6\n");
const std::string tight = "set Tolerance = 1e-12\n";
} // namespace

BOOST_AUTO_TEST_SUITE(harmonic)

BOOST_AUTO_TEST_CASE(a_series_is_exact)
{
  const auto m = model("single_phase", "polymer", "");
  for (const double w : {0., 1e-3, 0.7, 1e6})
  {
    const std::complex<double> i(0, 1);
    const auto maxwell = [&](const double modulus, const double tau)
    { return modulus * i * w * tau / (1. + i * w * tau); };
    const auto k = 4. + maxwell(2, 3), g = 0.03 + maxwell(0.5, 0.5) + maxwell(0.8, 8);
    const ComplexMatrix6 exact = 3. * k * mandel::volumetric().cast<std::complex<double>>() +
                                 2. * g * mandel::deviatoric().cast<std::complex<double>>();
    BOOST_CHECK_SMALL(difference(at(*m, w), exact), 1e-13);
  }
  // At the temperature where a_T = 1/10, ten times the frequency has the same moduli.
  const auto warm = model("single_phase", "warm", "");
  const double t = 20 + 51.6 / (17.44 - 1);
  BOOST_CHECK_SMALL(difference(*warm->harmonic_tangent(5, {{t, t}}), at(*warm, 0.5)), 1e-12);
  BOOST_CHECK(!model("single_phase", "metal", "")->harmonic_tangent(1, {}));
  BOOST_CHECK(!model("fe_rve", "polymer, metal", sphere)->harmonic_tangent(1, {}));
}

BOOST_AUTO_TEST_CASE(laminates_are_exact)
{
  const auto polymer = model("single_phase", "polymer", ""), glass = model("single_phase", "glass", "");
  const std::string layers = microstructure("set Type = laminate\nset Dimension = 3\nset Fractions = 0.3, 0.7\n");
  const auto fe = model("fe_rve", "polymer, glass", layers),
             fourier = model("fourier_rve", "polymer, glass", tight + layers);
  for (const double w : {0., 0.01, 0.3, 2., 1e5})
  {
    const auto exact = laminate({at(*polymer, w), at(*glass, w)}, {0.3, 0.7});
    BOOST_TEST_CONTEXT("omega " << w)
    {
      BOOST_CHECK_SMALL(difference(at(*fe, w), exact), 1e-11);
      BOOST_CHECK_SMALL(difference(at(*fourier, w), exact), 1e-9);
    }
  }
  // The rules of mixture along and across.
  const auto voigt = model("mixture", "polymer, glass", "set Rule = voigt\nset Fractions = 0.3, 0.7\n"),
             reuss = model("mixture", "polymer, glass", "set Rule = reuss\nset Fractions = 0.3, 0.7\n");
  const auto c = laminate({at(*polymer, 0.3), at(*glass, 0.3)}, {0.3, 0.7});
  BOOST_CHECK_SMALL(std::abs(at(*voigt, 0.3)(5, 5) / c(5, 5) - 1.), 1e-12);
  BOOST_CHECK_SMALL(std::abs(at(*reuss, 0.3)(3, 3) / c(3, 3) - 1.), 1e-12);
}

BOOST_AUTO_TEST_CASE(both_solvers_agree_and_meet_the_limits)
{
  const auto fe = model("fe_rve", "polymer, glass", sphere),
             fourier = model("fourier_rve", "polymer, glass", tight + sphere);
  for (const double w : {0.05, 1., 30.})
    BOOST_CHECK_SMALL(difference(at(*fourier, w), at(*fe, w)), 1e-9);
  Increment none, long_one;
  long_one.dt = 1e13;
  for (const std::string condition : {"periodic", "uniform_traction", "linear_displacement", "weak_periodic"})
  {
    const auto m = model("fe_rve", "polymer, glass", "set Boundary conditions = " + condition + "\n" + sphere);
    const ComplexMatrix6 fast = Matrix6(m->initial_tangent(none)).cast<std::complex<double>>(),
                         slow = Matrix6(m->initial_tangent(long_one)).cast<std::complex<double>>();
    BOOST_TEST_CONTEXT(condition)
    {
      BOOST_CHECK_SMALL((at(*m, 1e6).real() - fast.real()).norm() / fast.norm(), 1e-9);
      BOOST_CHECK_SMALL(difference(at(*m, 0), slow), 1e-9);
      BOOST_CHECK_SMALL((at(*m, 1e-6).real() - slow.real()).norm() / slow.norm(), 1e-9);
    }
  }
  // With pores, and with the plane stress of a sheet.
  const auto foam = model("fourier_rve", "polymer, pore", tight + sphere);
  BOOST_CHECK_SMALL(difference(at(*foam, 0), Matrix6(foam->initial_tangent(long_one)).cast<std::complex<double>>()),
                    1e-7);
  const auto sheet = model("single_phase", "warm", "set Plane stress = macro\n");
  const std::complex<double> i(0, 1), young = 1. + 2. * i / (1. + i);
  BOOST_CHECK_SMALL(std::abs(at(*sheet, 1)(0, 0) / (young / (1 - 0.09)) - 1.), 1e-12);
}

/// Hydrostatic strain of a laminate: the largest stresses lie in the stiff layer, everywhere in it.
BOOST_AUTO_TEST_CASE(largest_values_have_places)
{
  for (const std::string type : {"fe_rve", "fourier_rve"})
  {
    const auto m = model(type, "polymer, metal",
                         microstructure("set Type = laminate\nset Fractions = 0.25, 0.75\nset Normal = 2\n"));
    LocalPool pool({m}, {"r"});
    pool.create({PointDefinition()});
    Vector6 strain = Vector6::Zero();
    strain[0] = 0.02;
    const auto response = pool.evaluate({test::request(strain, 0.)}).front();
    BOOST_REQUIRE_MESSAGE(response.status == Status::converged, response.message);
    pool.commit();
    const auto &record = pool.store().at(PointId());
    const auto values = m->largest_values(record.definition, record.committed);
    const auto of_phase = [&](const std::string &phase) // no shear: the principal stresses are these
    {
      const auto s =
          pool.query({PointId()}, {"stress_11_" + phase, "stress_22_" + phase, "stress_33_" + phase}).front();
      return *std::max_element(s.begin(), s.end());
    };
    std::map<std::string, LargestValue> by_name;
    for (const auto &v : values)
      by_name[v.name] = v;
    BOOST_REQUIRE_EQUAL(values.size(), 7u);
    BOOST_CHECK_CLOSE(by_name.at("principal_stress_metal").value, of_phase("metal"), 1e-6);
    BOOST_CHECK_CLOSE(by_name.at("principal_stress_polymer").value, of_phase("polymer"), 1e-6);
    BOOST_CHECK_GT(by_name.at("equivalent_plastic_strain_metal").value, 0.01);
    BOOST_CHECK(by_name.at("von_mises_polymer").place[1] < 0.25 && by_name.at("von_mises_metal").place[1] > 0.25);
    BOOST_CHECK(by_name.at("von_mises_metal").place[1] < 1 && by_name.at("von_mises_metal").place[0] > 0);
  }
}

BOOST_AUTO_TEST_SUITE_END()
