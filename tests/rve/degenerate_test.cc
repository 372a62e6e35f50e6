// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Voxel RVEs with one voxel along an axis, laminates as voxels, phases without stiffness.
 */
#include <rve/elastic_constants.h>
#include <rve/microstructure.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <random>

using namespace fe2;

namespace
{
const std::string materials = R"(
subsection Materials
  subsection soft
    set Type = linear_elastic
    set Young's modulus = 1
    set Poisson's ratio = 0.3
  end
  subsection hard
    set Type = linear_elastic
    set Young's modulus = 20
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
end
)";

std::string model(const std::string &type, const std::string &phases, const std::string &more)
{
  return materials + "subsection Micro models\nsubsection r\nset Type = " + type + "\nset Phases = " + phases + "\n" +
         more + "end\nend\n";
}

std::string microstructure(const std::string &lines)
{
  return "subsection Microstructure\n" + lines + "end\n";
}

Matrix6 stiffness(const std::string &type, const std::string &more)
{
  return test::Models(model(type, "soft, hard", more))("r")->initial_tangent(Increment());
}

std::string image(const std::array<unsigned int, 3> &n, const std::string &file)
{
  std::mt19937 random(3);
  std::ofstream out(file);
  for (unsigned int v = 0; v < n[0] * n[1] * n[2]; ++v)
    out << (v < 2 ? v : random() % 2) << '\n';
  return "set Type = voxels\nset File = " + file + "\nset Voxels = " + std::to_string(n[0]) + ", " +
         std::to_string(n[1]) + (n[2] > 1 ? ", " + std::to_string(n[2]) : "") + "\n";
}

std::string fault_of(const std::string &text)
{
  try
  {
    test::Models models(text);
    models("r");
  }
  catch (const InputError &e)
  {
    return e.what();
  }
  return "no error";
}

void check_contains(const std::string &text, const std::string &part)
{
  BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, text + " lacks " + part);
}
} // namespace

BOOST_AUTO_TEST_SUITE(degenerate)

BOOST_AUTO_TEST_CASE(one_voxel_along_an_axis)
{
  const std::string file = "test_thin_" + std::to_string(getpid()) + ".txt";
  for (const auto &n : std::vector<std::array<unsigned int, 3>>{
           {1, 5, 4}, {5, 1, 4}, {1, 1, 6}, {1, 6, 1}, {6, 1, 1}, {1, 2, 1}, {2, 2, 2}, {1, 7, 2}})
  {
    const std::string lines = microstructure(image(n, file));
    const Matrix6 fourier = stiffness("fourier_rve", "set Tolerance = 1e-12\n" + lines),
                  fe = stiffness("fe_rve", lines);
    BOOST_TEST_CONTEXT(n[0] << " x " << n[1] << " x " << n[2])
    BOOST_CHECK_SMALL((fourier - fe).norm() / fe.norm(), 1e-9);
    // Plastic flow uses the transforms of one right-hand side.
    std::vector<Vector6> stress;
    for (const std::string type : {"fourier_rve", "fe_rve"})
    {
      test::Models models(
          model(type, "soft, metal", "subsection Newton\nset Relative tolerance = 1e-10\nend\n" + lines));
      LocalPool pool({models("r")}, {"r"});
      pool.create({PointDefinition()});
      const auto r = pool.evaluate({test::request(test::some_strain(5e-3), 0.1)}).front();
      BOOST_REQUIRE_MESSAGE(r.status == Status::converged, r.message);
      stress.push_back(r.stress);
    }
    BOOST_TEST_CONTEXT(n[0] << " x " << n[1] << " x " << n[2])
    BOOST_CHECK_SMALL((stress[0] - stress[1]).norm() / stress[1].norm(), 1e-7);
  }
  std::remove(file.c_str());
}

BOOST_AUTO_TEST_CASE(laminates_have_the_voxels_that_fit)
{
  for (const std::string normal : {"1", "2", "3"})
    for (const std::string fractions : {"0.01, 0.99", "0.35, 0.65", "0.125, 0.375, 0.3, 0.2"})
    {
      const std::string lines = microstructure("set Type = laminate\nset Dimension = 3\nset Fractions = " + fractions +
                                               "\nset Normal = " + normal + "\n");
      const Matrix6 fourier = stiffness("fourier_rve", "set Tolerance = 1e-12\n" + lines),
                    fe = stiffness("fe_rve", lines);
      BOOST_TEST_CONTEXT(fractions << " normal to " << normal)
      BOOST_CHECK_SMALL((fourier - fe).norm() / fe.norm(), 1e-9);
    }
  // A number that does not fit is told, one that loses a layer is refused.
  const std::string thin = microstructure("set Type = laminate\nset Fractions = 0.01, 0.99\n");
  test::Models told(model("fourier_rve", "soft, hard", "set Resolution = 64\n" + thin));
  check_contains(told("r")->describe(), "0.015625, 0.98438 instead of 0.01, 0.99; 200 voxels fit");
  check_contains(fault_of(model("fourier_rve", "soft, hard", "set Resolution = 20\n" + thin)),
                 "a layer of thickness 0.01 gets no voxel of 20");
  check_contains(fault_of(model("fourier_rve", "soft, hard",
                                microstructure("set Type = laminate\nset Fractions = 0.31415926, 0.68584074\n"))),
                 "no number of voxels up to 4096");
}

BOOST_AUTO_TEST_CASE(phases_without_stiffness_are_refused)
{
  check_contains(fault_of(model("single_phase", "pore", "")), "nothing to carry a stress");
  check_contains(fault_of(model("mixture", "soft, pore", "set Rule = reuss\nset Fractions = 0.7, 0.3\n")),
                 "has no compliance");
  check_contains(fault_of(model("mixture", "pore", "set Rule = voigt\nset Fractions = 1\n")),
                 "nothing to carry a stress");
  check_contains(fault_of(model("mixture", "soft, hard",
                                "set Rule = reuss\nset Fractions = 0.7, 0.3\nset Plane stress = local\n")),
                 "has no compliance");
  // The rule of mixtures with pores is exact.
  const Matrix6 c = test::Models(model("mixture", "soft, pore", "set Rule = voigt\nset Fractions = 0.7, 0.3\n"))("r")
                        ->initial_tangent(Increment());
  BOOST_CHECK_CLOSE(isotropic_part(c).young(), 0.7, 1e-10);
  BOOST_CHECK_EQUAL(isotropic_part(Matrix6::Zero()).young(), 0.);
}

BOOST_AUTO_TEST_SUITE_END()
