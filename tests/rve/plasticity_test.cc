// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/plane_stress_material.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace fe2;
using test::evaluate;
using test::material;

namespace
{
const std::string elastic = "set Young's modulus = 200\nset Poisson's ratio = 0.3\n";
const std::string j2 = "set Type = j2_plasticity\n" + elastic;
const std::vector<std::string> hardenings = {
    "set Yield stress = 0.3\n",
    "set Yield stress = 0.3\nset Hardening modulus = 5\nset Kinematic modulus = 8\n",
    "set Yield stress = 0.3\nset Hardening = voce\nset Hardening modulus = 1\nset Saturation stress = 0.2\nset "
    "Saturation rate = 300\n",
    "set Hardening = table\nset Plastic strains = 0, 0.002, 0.01\nset Yield stresses = 0.3, 0.4, 0.5\nset Kinematic "
    "modulus = 2\n",
    "set Yield stress = 0.3\nset Hardening modulus = 5\nset Viscosity = 0.5\n",
    "set Yield stress = 0.3\nset Kinematic modulus = 5\nset Viscosity = 10\nset Rate exponent = 4\n"};

const Increment step{0.1, {}};

/// Two plastic increments in different directions; returns the history.
std::vector<double> harden(const PhaseMaterial &m)
{
  std::vector<double> history(m.history_names().size(), 0.);
  Vector6 strain = test::some_strain(6e-3);
  history = evaluate(m, step, strain, history).history;
  strain[0] -= 4e-3;
  strain[4] += 5e-3;
  return evaluate(m, step, strain, history).history;
}

double tangent_error(const PhaseMaterial &m, const Increment &increment, const Vector6 &strain,
                     const std::vector<double> &history)
{
  const auto at = evaluate(m, increment, strain, history);
  Matrix6 differences;
  const double h = 1e-8;
  for (int j = 0; j < 6; ++j)
  {
    Vector6 plus = strain, minus = strain;
    plus[j] += h;
    minus[j] -= h;
    differences.col(j) =
        (evaluate(m, increment, plus, history).stress - evaluate(m, increment, minus, history).stress) / (2 * h);
  }
  return (at.tangent - differences).norm() / at.tangent.norm();
}
} // namespace

BOOST_AUTO_TEST_SUITE(plasticity)

BOOST_AUTO_TEST_CASE(tangents_agree_with_differences_and_histories_stay)
{
  for (const auto &hardening : hardenings)
  {
    const auto m = material(j2 + hardening);
    const auto history = harden(*m);
    BOOST_CHECK_GT(history[6], 1e-3); // it has flowed
    const auto before = history;
    const Vector6 strain = test::some_strain(1.2e-2);
    BOOST_CHECK_SMALL(tangent_error(*m, step, strain, history), 1e-6);
    const auto first = evaluate(*m, step, strain, history), again = evaluate(*m, step, strain, history);
    BOOST_CHECK(before == history && first.history == again.history);
    BOOST_CHECK_EQUAL((first.stress - again.stress).norm(), 0);
    BOOST_CHECK_GT(first.history[6], history[6]);
    BOOST_CHECK_SMALL((first.tangent - first.tangent.transpose()).norm(), 1e-12 * first.tangent.norm());
    // Plastic strains have no volume; a small step back is elastic.
    BOOST_CHECK_SMALL(first.history[0] + first.history[1] + first.history[2], 1e-15);
    const auto back = evaluate(*m, Increment(), Vector6(0.999 * strain), first.history);
    BOOST_CHECK_EQUAL(back.history[6], first.history[6]);
  }
}

// A trial that passes the yield stress by a rounding error only.
BOOST_AUTO_TEST_CASE(the_smallest_steps_converge)
{
  for (const auto &hardening : hardenings)
  {
    const auto m = material(j2 + hardening);
    const auto history = harden(*m);
    Vector6 strain = test::some_strain(1.2e-2);
    const auto flowed = evaluate(*m, step, strain, history).history;
    for (int i = -40; i <= 40; ++i)
      BOOST_CHECK_NO_THROW(evaluate(*m, step, Vector6((1 + i * 1e-16) * strain), flowed));
    for (const double size : {1e-15, 1e-13, 1e-11, 1e-9})
      BOOST_CHECK_NO_THROW(evaluate(*m, step, Vector6((1 + size) * strain), flowed));
  }
}

BOOST_AUTO_TEST_CASE(the_yield_condition_holds)
{
  for (std::size_t k = 0; k < 4; ++k) // rate-independent
  {
    const auto m = material(j2 + hardenings[k]);
    auto history = harden(*m);
    const auto r = evaluate(*m, step, test::some_strain(1.5e-2), history);
    Vector6 plastic;
    std::copy_n(r.history.begin(), 6, plastic.data());
    const double p = r.history[6], kinematic = k == 1 ? 8 : k == 3 ? 2 : 0;
    const double yield = k == 0      ? 0.3
                         : k == 1    ? 0.3 + 5 * p
                         : k == 2    ? 0.3 + p + 0.2 * (1 - std::exp(-300 * p))
                         : p < 0.002 ? 0.3 + 50 * p
                         : p < 0.01  ? 0.4 + 12.5 * (p - 0.002)
                                     : 0.5;
    const Vector6 relative = mandel::deviatoric() * r.stress - 2. / 3. * kinematic * plastic;
    BOOST_CHECK_CLOSE(std::sqrt(1.5) * relative.norm(), yield, 1e-9);
  }
}

// Pure shear at a constant rate; linear viscosity (N = 1), no hardening: q' + q / theta = 3 G (e' + sigma_0 / (eta 3 G)
// ...) tends to sigma_0 (1 + eta e').
BOOST_AUTO_TEST_CASE(perzyna_reaches_its_steady_overstress)
{
  const auto m = material(j2 + "set Yield stress = 0.3\nset Viscosity = 0.5\n");
  std::vector<double> history(7, 0.);
  const double rate = 0.02; // of the equivalent strain
  Vector6 strain = Vector6::Zero();
  Vector6 stress;
  for (int i = 1; i <= 400; ++i)
  {
    strain[3] = std::sqrt(1.5) * rate * 0.05 * i; // |e| = sqrt(3/2) e_eq
    const auto r = evaluate(*m, {0.05, {}}, strain, history);
    history = r.history;
    stress = r.stress;
  }
  BOOST_CHECK_CLOSE(mandel::von_mises(stress), 0.3 * (1 + 0.5 * rate), 1e-6);
  // No time, no flow.
  const auto jump = evaluate(*m, Increment(), Vector6(2 * strain), history);
  BOOST_CHECK_EQUAL(jump.history[6], history[6]);
  // A small viscosity is the rate-independent limit.
  const auto limit = material(j2 + "set Yield stress = 0.3\nset Viscosity = 1e-9\n");
  const auto inviscid = material(j2 + "set Yield stress = 0.3\n");
  const std::vector<double> virgin(7, 0.);
  const Vector6 e = test::some_strain(8e-3);
  BOOST_CHECK_SMALL((evaluate(*limit, step, e, virgin).stress - evaluate(*inviscid, step, e, virgin).stress).norm(),
                    1e-8);
}

BOOST_AUTO_TEST_CASE(offsets_shift_the_strain)
{
  const std::string thermal =
      "set Thermal expansion = 1e-5\nset Stress-free temperature = 20\nset Eigenstrain = 1e-3, 0, "
      "0, 2e-3, 0, -1e-3\n";
  const auto plain = material("set Type = linear_elastic\n" + elastic),
             m = material("set Type = linear_elastic\n" + elastic + thermal);
  const Increment warm{1, {{20, 120}}};
  Vector6 offset;
  offset << 2e-3, 1e-3, 1e-3, 2e-3 * mandel::sqrt2, 0, -1e-3 * mandel::sqrt2;
  const Vector6 e = test::some_strain();
  BOOST_CHECK_SMALL((evaluate(*m, warm, e, {}).stress - evaluate(*plain, warm, Vector6(e - offset), {}).stress).norm(),
                    1e-12);
  BOOST_CHECK(m->is_linear() && m->uses_temperature() && !m->tangent_uses_temperature() && m->has_initial_stress());
  // Plasticity sees the mechanical strain.
  const auto plastic = material(j2 + hardenings[1] + thermal), without = material(j2 + hardenings[1]);
  const std::vector<double> virgin(7, 0.);
  const Vector6 large = test::some_strain(8e-3);
  BOOST_CHECK_SMALL((evaluate(*plastic, warm, large, virgin).stress -
                     evaluate(*without, warm, Vector6(large - offset), virgin).stress)
                        .norm(),
                    1e-12);
  BOOST_CHECK_SMALL(tangent_error(*plastic, warm, large, virgin), 1e-6);
}

BOOST_AUTO_TEST_CASE(local_plane_stress_has_no_normal_stress)
{
  const double e = 200, nu = 0.3;
  const auto linear = in_plane_stress(material("set Type = linear_elastic\n" + elastic));
  const Matrix6 c = linear->initial_tangent(Increment());
  BOOST_CHECK_CLOSE(c(0, 0), e / (1 - nu * nu), 1e-10);
  BOOST_CHECK_CLOSE(c(0, 1), nu * e / (1 - nu * nu), 1e-10);
  BOOST_CHECK_CLOSE(c(3, 3), e / (1 + nu), 1e-10);
  BOOST_CHECK_EQUAL(c.row(2).norm() + c.col(2).norm(), 0);
  for (const auto &hardening : hardenings)
  {
    const auto m = in_plane_stress(material(j2 + hardening));
    std::vector<double> history(m->history_names().size(), 0.);
    BOOST_CHECK_EQUAL(history.size(), 8);
    Vector6 strain = test::some_strain(8e-3);
    history = evaluate(*m, step, strain, history).history;
    strain[1] += 5e-3;
    const auto r = evaluate(*m, step, strain, history);
    BOOST_CHECK_EQUAL(r.stress[2], 0);
    BOOST_CHECK_SMALL(tangent_error(*m, step, strain, history), 1e-6);
    // The three-dimensional law with the strain that was found.
    const auto solid = material(j2 + hardening);
    Vector6 full = strain;
    full[2] = r.history[7];
    const auto check = evaluate(*solid, step, full, {history.begin(), history.begin() + 7});
    BOOST_CHECK_SMALL((check.stress - r.stress).norm(), 1e-10);
  }
}

BOOST_AUTO_TEST_SUITE_END()
