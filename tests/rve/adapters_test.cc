// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Plane stress, material frames, instances.
 */
#include <lib/scale/adapters/rotated.h>

#include <rve/elastic_constants.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace fe2;

namespace
{
const std::string materials = R"(
subsection Materials
  subsection soft
    set Type = linear_elastic
    set Young's modulus = 3
    set Poisson's ratio = 0.35
    set Thermal expansion = 1e-4
    set Stress-free temperature = 20
  end
  subsection hard
    set Type = linear_elastic
    set Young's modulus = 70
    set Poisson's ratio = 0.2
  end
  subsection polymer
    set Type = prony
    set Equilibrium bulk modulus = 4
    set Equilibrium shear modulus = 0.3
    set Shear moduli = 0.5, 0.2
    set Shear relaxation times = 0.5, 8
  end
  subsection metal
    set Type = j2_plasticity
    set Young's modulus = 100
    set Poisson's ratio = 0.3
    set Yield stress = 0.2
    set Hardening modulus = 3
  end
end
)";

std::string model(const std::string &phases, const std::string &plane_stress, const std::string &more = "")
{
  return materials + "subsection Micro models\nsubsection r\nset Type = fe_rve\nset Phases = " + phases +
         "\nset Plane stress = " + plane_stress + "\n" + more +
         "subsection Newton\nset Relative tolerance = 1e-12\nend\nsubsection Microstructure\nset Type = fibres\nset "
         "Resolution "
         "= "
         "1\nset Volume fraction = 0.4\nend\nend\nend\n";
}

LocalPool pool_of(const std::shared_ptr<MicroModel> &m, const PointDefinition &definition = PointDefinition())
{
  LocalPool pool({m}, {"r"});
  pool.create({definition});
  return pool;
}

MicroRequest in_plane(const double size, const double dt)
{
  Vector6 e = test::some_strain(size);
  e[2] = e[4] = e[5] = 0;
  return test::request(e, dt);
}

/// As test::tangent_error for the in-plane components only.
double plane_tangent_error(LocalPool &pool, const MicroRequest &at)
{
  const Matrix6 tangent = pool.evaluate({at}).front().tangent;
  double worst = 0;
  for (const int j : {0, 1, 3})
  {
    MicroRequest plus = at, minus = at;
    plus.gradient[j] += 1e-7;
    minus.gradient[j] -= 1e-7;
    const Vector6 d = (pool.evaluate({plus}).front().stress - pool.evaluate({minus}).front().stress) / 2e-7;
    worst = std::max(worst, (d - tangent.col(j)).norm() / tangent.norm());
  }
  return worst;
}
} // namespace

BOOST_AUTO_TEST_SUITE(adapters)

BOOST_AUTO_TEST_CASE(macroscopic_plane_stress_has_no_out_of_plane_stress)
{
  for (const char *phases : {"soft, hard", "polymer, hard", "metal, hard"})
  {
    auto pool = pool_of(test::Models(model(phases, "macro"))("r"));
    auto full = pool_of(test::Models(model(phases, "none"))("r"));
    for (const double size : {4e-3, 6e-3, 2e-3})
    {
      const auto request = in_plane(size, 0.3);
      const auto r = pool.evaluate({request}).front();
      BOOST_REQUIRE(r.status == Status::converged);
      BOOST_CHECK_LT(std::abs(r.stress[2]) + std::abs(r.stress[4]) + std::abs(r.stress[5]), 1e-14);
      BOOST_CHECK_SMALL(plane_tangent_error(pool, request), 1e-6);
      const auto again = pool.evaluate({request}).front();
      BOOST_CHECK_SMALL((again.stress - r.stress).norm(), 1e-10 * r.stress.norm());
      // The model itself, with the strains that were found.
      const auto check = full.evaluate({test::request(Vector6(r.gradient), 0.3)}).front();
      BOOST_CHECK_SMALL((check.stress - r.stress).norm(), 1e-8 * r.stress.norm());
      pool.commit();
      full.commit();
    }
  }
}

BOOST_AUTO_TEST_CASE(both_senses_are_one_for_a_homogeneous_material)
{
  const auto stiffness = [](const std::string &sense)
  {
    return test::Models(materials +
                        "subsection Micro models\nsubsection r\nset Type = single_phase\nset Phases = "
                        "hard\nset Plane stress = " +
                        sense + "\nend\nend\n")("r")
        ->initial_tangent(Increment());
  };
  const Matrix6 macro = stiffness("macro"), local = stiffness("local");
  BOOST_CHECK_CLOSE(macro(0, 0), 70 / (1 - 0.2 * 0.2), 1e-10);
  for (const int i : {0, 1, 3})
    for (const int j : {0, 1, 3})
      BOOST_CHECK_SMALL(macro(i, j) - local(i, j), 1e-12);
}

BOOST_AUTO_TEST_CASE(frames_rotate_strain_stress_and_tangent)
{
  const auto inner = test::Models(model("metal, hard", "none"))("r");
  PointDefinition turned;
  turned.frame = rotation_from_bunge(30, 50, 10);
  auto pool = pool_of(in_material_frame(inner), turned), plain = pool_of(inner);
  const Matrix6 q = mandel::rotation(turned.frame);
  for (const double size : {4e-3, 7e-3})
  {
    const Vector6 strain = test::some_strain(size), local = q.transpose() * strain;
    const auto r = pool.evaluate({test::request(strain, 0.1)}).front();
    const auto expected = plain.evaluate({test::request(local, 0.1)}).front();
    BOOST_CHECK_SMALL((r.stress - q * Vector6(expected.stress)).norm(), 1e-12 * r.stress.norm());
    BOOST_CHECK_SMALL((r.tangent - q * Matrix6(expected.tangent) * q.transpose()).norm(), 1e-12 * r.tangent.norm());
    BOOST_CHECK_SMALL(test::tangent_error(pool, test::request(strain, 0.1)), 2e-6);
    pool.evaluate({test::request(strain, 0.1)});
    pool.commit();
    plain.commit();
  }
}

// With shared operators too: tangents of different frames have different names.
BOOST_AUTO_TEST_CASE(linear_models_keep_their_shortcut_in_frames)
{
  const auto inner = test::Models(model("polymer, hard", "none"))("r");
  LocalPool pool({in_material_frame(inner)}, {"r"});
  std::vector<PointDefinition> points(3);
  for (unsigned int i = 0; i < 3; ++i)
    points[i].id.quadrature = i;
  points[1].frame = points[2].frame = rotation_from_bunge(90, 0, 0);
  points[2].frame = rotation_from_bunge(0, 90, 0);
  pool.create(points);
  std::vector<MicroRequest> requests;
  for (unsigned int i = 0; i < 3; ++i)
    requests.push_back(test::request(test::some_strain(), 0.5, i));
  const auto r = pool.evaluate(requests);
  BOOST_CHECK(r[0].tangent_id != 0 && r[1].tangent_id != 0 && r[0].tangent_id != r[1].tangent_id &&
              r[1].tangent_id != r[2].tangent_id);
  for (unsigned int i = 0; i < 3; ++i)
  {
    const Matrix6 q = mandel::rotation(points[i].frame);
    BOOST_CHECK_SMALL((r[i].tangent - q * Matrix6(r[0].tangent) * q.transpose()).norm(), 1e-12 * r[0].tangent.norm());
  }
}

// Thermal strains do not multiply operators: all temperatures share one tangent, stresses differ by the thermal part.
BOOST_AUTO_TEST_CASE(temperatures_share_the_operator_of_linear_phases)
{
  const auto m = test::Models(model("soft, hard", "none"))("r");
  LocalPool pool({m}, {"r"});
  std::vector<PointDefinition> points(2);
  points[1].id.quadrature = 1;
  pool.create(points);
  std::vector<MicroRequest> requests = {test::request(test::some_strain(), 1, 0),
                                        test::request(test::some_strain(), 1, 1)};
  requests[0].increment.fields = {{20, 20}};
  requests[1].increment.fields = {{20, 70}};
  const auto r = pool.evaluate(requests);
  BOOST_CHECK_EQUAL(r[0].tangent_id, r[1].tangent_id);
  BOOST_CHECK_SMALL((r[0].stress - r[0].tangent * requests[0].gradient).norm(), 1e-12 * r[0].stress.norm());
  BOOST_CHECK_GT((r[1].stress - r[0].stress).norm(), 1e-3 * r[0].stress.norm());
  pool.commit();
  BOOST_CHECK_LT(pool.statistics().hill_mandel_gap, 1e-10);
}

BOOST_AUTO_TEST_CASE(points_draw_their_instances)
{
  const std::string text = materials + R"(
subsection Micro models
  subsection r
    set Type = fe_rve
    set Phases = soft, hard
    set Instances = 3
    subsection Microstructure
      set Type = random_fibres
      set Size = 2
      set Resolution = 5
    end
  end
end
)";
  LocalPool pool({test::Models(text)("r")}, {"r"});
  std::vector<PointDefinition> points(6);
  std::vector<MicroRequest> requests;
  for (unsigned int i = 0; i < 6; ++i)
  {
    points[i].id.quadrature = i;
    points[i].instance = i;
    requests.push_back(test::request(test::some_strain(), 0, i));
  }
  pool.create(points);
  const auto r = pool.evaluate(requests);
  for (unsigned int i = 0; i < 3; ++i)
  {
    BOOST_CHECK_SMALL((r[i].stress - r[i + 3].stress).norm(), 1e-14);
    BOOST_CHECK_GT((r[i].stress - r[(i + 1) % 3].stress).norm(), 1e-3 * r[i].stress.norm());
  }
}

BOOST_AUTO_TEST_SUITE_END()
