// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Phases whose stiffnesses differ by many orders of magnitude, with default tolerances: voxel RVEs against finite
 * elements, and both against limits that are known.
 */
#include <lib/base/log.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>

using namespace fe2;

namespace
{
std::string text(const std::string &type, const double contrast, const std::string &phases,
                 const std::string &more = "")
{
  return R"(
subsection Materials
  subsection soft
    set Type = linear_elastic
    set Young's modulus = 1
    set Poisson's ratio = 0.3
  end
  subsection sphere
    set Type = linear_elastic
    set Poisson's ratio = 0.3
    set Young's modulus = )" +
         format(contrast) + R"(
  end
  subsection metal
    set Type = j2_plasticity
    set Young's modulus = 1
    set Poisson's ratio = 0.3
    set Yield stress = 0.002
    set Hardening modulus = 0.01
  end
  subsection polymer
    set Type = prony
    set Equilibrium bulk modulus = 1
    set Equilibrium shear modulus = 0.3
    set Shear moduli = 0.5, 0.2
    set Shear relaxation times = 0.5, 8
  end
end
subsection Micro models
  subsection r
    set Type = )" +
         type + "\n    set Phases = " + phases + "\n" + more + R"(
    subsection Microstructure
      set Type = sphere
      set Resolution = 6
    end
  end
end
)";
}
const std::vector<double> contrasts = {1e-10, 1e-6, 1e-3, 1e4, 1e6, 1e8, 1e10};

double difference(const ComponentMatrix &a, const ComponentMatrix &b)
{
  return (a - b).norm() / b.norm();
}

LocalPool make_pool(const std::string &parameters)
{
  LocalPool pool({test::Models(parameters)("r")}, {"r"});
  pool.create({PointDefinition()});
  return pool;
}
} // namespace

BOOST_AUTO_TEST_SUITE(contrast)

BOOST_AUTO_TEST_CASE(linear_stiffness)
{
  for (const double c : contrasts)
  {
    const auto fourier = test::Models(text("fourier_rve", c, "soft, sphere"))("r")->initial_tangent(Increment()),
               finite = test::Models(text("fe_rve", c, "soft, sphere"))("r")->initial_tangent(Increment());
    BOOST_CHECK_SMALL(difference(fourier, finite), 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(newton_without_elastic_check_and_plastic_tangent)
{
  for (const std::string check : {"true", "false"})
    for (const double c : contrasts)
    {
      auto fourier = make_pool(text("fourier_rve", c, "metal, sphere", "set Elastic check = " + check + "\n")),
           finite = make_pool(text("fe_rve", c, "metal, sphere"));
      for (const double size : {1e-6, 4e-3, 6e-3})
      {
        const auto a = fourier.evaluate({test::request(test::some_strain(size), 0.1)}).front(),
                   b = finite.evaluate({test::request(test::some_strain(size), 0.1)}).front();
        BOOST_REQUIRE_MESSAGE(a.status == Status::converged, c << " fourier " << a.message);
        BOOST_REQUIRE_MESSAGE(b.status == Status::converged, c << " finite " << b.message);
        fourier.commit();
        finite.commit();
        const double stress = (a.stress - b.stress).norm() / b.stress.norm();
        // Stresses of the stiff phase carry rounding errors of its modulus, and localization starts from single
        // precision, whose square counts.
        const double rounding = 1e-14 * std::max(c, 1.);
        BOOST_CHECK_SMALL(stress, 1e-8 + rounding);
        BOOST_CHECK_SMALL(difference(a.tangent, b.tangent), 4e-6 + 3 * rounding);
      }
    }
}

BOOST_AUTO_TEST_CASE(prony_steps)
{
  for (const double c : contrasts)
  {
    auto fourier = make_pool(text("fourier_rve", c, "polymer, sphere")),
         finite = make_pool(text("fe_rve", c, "polymer, sphere"));
    for (unsigned int step = 0; step < 3; ++step)
    {
      const auto request = test::request(test::some_strain(1e-3 * (step + 1)), 0.3);
      const auto a = fourier.evaluate({request}).front(), b = finite.evaluate({request}).front();
      BOOST_REQUIRE(a.status == Status::converged && b.status == Status::converged);
      fourier.commit();
      finite.commit();
      const double stress = (a.stress - b.stress).norm() / b.stress.norm();
      BOOST_CHECK_SMALL(stress, 1e-8);
      BOOST_CHECK_SMALL(difference(a.tangent, b.tangent), 1e-8);
    }
  }
}

/// Rigid spheres and holes are the limits, approached with the first power of the contrast.
BOOST_AUTO_TEST_CASE(limits)
{
  const auto c = [](const std::string &type, const double contrast)
  { return test::Models(text(type, contrast, "soft, sphere"))("r")->initial_tangent(Increment()); };
  for (const std::string type : {"fourier_rve", "fe_rve"})
    for (const double sign : {1., -1.})
    {
      const auto limit = c(type, std::pow(10., 10 * sign)), near = c(type, std::pow(10., 4 * sign)),
                 nearer = c(type, std::pow(10., 6 * sign));
      BOOST_CHECK_CLOSE((near - limit).norm() / (nearer - limit).norm(), 100., 1.);
      BOOST_CHECK_LT((near - limit).norm() / limit.norm(), 1e-3);
    }
}

/// Random voids, most of the volume, in which parts of the solid hang by edges or float.
BOOST_AUTO_TEST_CASE(many_voids)
{
  const std::string materials =
      "subsection Materials\nsubsection solid\nset Type = linear_elastic\nset Young's modulus "
      "= 1\nset Poisson's ratio = 0.3\nend\nsubsection pore\nset Type = void\nend\nsubsection "
      "almost\nset Type = linear_elastic\nset Young's modulus = 1e-9\nset Poisson's ratio = "
      "0.3\nend\nend\n";
  for (const double share : {0.6, 0.65, 0.7})
    for (unsigned int seed = 1; seed <= 10; ++seed)
    {
      std::mt19937 random(seed);
      const std::string file = "test_voids_" + std::to_string(getpid()) + ".txt";
      std::ofstream out(file);
      for (unsigned int v = 0; v < 512; ++v)
        out << (double(random()) < share * 4294967296. ? 1 : 0) << '\n';
      out.close();
      const auto stiffness = [&](const std::string &second)
      {
        return test::Models(materials +
                            "subsection Micro models\nsubsection r\nset Type = fourier_rve\nset Phases = "
                            "solid, " +
                            second + "\nsubsection Microstructure\nset Type = voxels\nset File = " + file +
                            "\nset Voxels = 8, 8, 8\nend\nend\nend\n")("r")
            ->initial_tangent(Increment());
      };
      BOOST_CHECK_NO_THROW(BOOST_CHECK_SMALL((stiffness("pore") - stiffness("almost")).norm(), 1e-6));
      std::remove(file.c_str());
    }
}

BOOST_AUTO_TEST_SUITE_END()
