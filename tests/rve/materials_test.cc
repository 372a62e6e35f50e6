// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/csv_table.h>

#include <rve/materials/prony_interconversion.h>
#include <rve/prony_fit/nnls.h>
#include <rve/prony_fit/prony_fit.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace fe2;
using test::evaluate;
using test::material;

namespace
{
const std::string sls = "set Type = prony\nset Equilibrium bulk modulus = 5000\nset Equilibrium shear modulus = 300\n"
                        "set Shear moduli = 900, 200\nset Shear relaxation times = 2, 30\n"
                        "set Bulk moduli = 700\nset Bulk relaxation times = 5\n";

Matrix6 stiffness(const std::string &lines)
{
  return material("set Type = linear_elastic\n" + lines)->initial_tangent(Increment());
}
} // namespace

BOOST_AUTO_TEST_SUITE(materials)

BOOST_AUTO_TEST_CASE(isotropic_from_any_two_constants)
{
  const double e = 200, nu = 0.3, g = e / (2 * (1 + nu)), k = e / (3 * (1 - 2 * nu)), l = k - 2 * g / 3;
  const Matrix6 c = mandel::isotropic(k, g);
  const std::vector<std::pair<std::string, double>> constants = {
      {"Young's modulus", e}, {"Poisson's ratio", nu}, {"Shear modulus", g}, {"Bulk modulus", k}, {"Lame's lambda", l}};
  for (std::size_t i = 0; i < constants.size(); ++i)
    for (std::size_t j = i + 1; j < constants.size(); ++j)
    {
      const auto set = [](const auto &pair)
      { return "set " + pair.first + " = " + dealii::Utilities::to_string(pair.second) + "\n"; };
      const Matrix6 d = stiffness(set(constants[i]) + set(constants[j]));
      BOOST_CHECK_MESSAGE((d - c).norm() < 1e-5 * c.norm(), constants[i].first + " and " + constants[j].first);
    }
}

BOOST_AUTO_TEST_CASE(symmetry_classes_agree_where_they_meet)
{
  const Matrix6 iso = stiffness("set Young's modulus = 10\nset Poisson's ratio = 0.25\n");
  BOOST_CHECK_SMALL((stiffness("set Symmetry = cubic\nset C11 = 12\nset C12 = 4\nset C44 = 4\n") - iso).norm(), 1e-12);
  BOOST_CHECK_SMALL(
      (stiffness("set Symmetry = transversely isotropic\nset E1 = 10\nset E2 = 10\nset G12 = 4\nset nu12 = "
                 "0.25\nset nu23 = 0.25\n") -
       iso)
          .norm(),
      1e-12);
  BOOST_CHECK_SMALL(
      (stiffness("set Symmetry = orthotropic\nset E1 = 10\nset E2 = 10\nset E3 = 10\nset nu12 = 0.25\nset "
                 "nu13 = 0.25\nset nu23 = 0.25\nset G12 = 4\nset G13 = 4\nset G23 = 4\n") -
       iso)
          .norm(),
      1e-12);
  BOOST_CHECK_SMALL((stiffness("set Symmetry = anisotropic\nset Stiffness = 12,4,4,0,0,0, 12,4,0,0,0, 12,0,0,0, 4,0,0, "
                               "4,0, 4\nset Orientation = 10, 20, 30\n") -
                     iso)
                        .norm(),
                    1e-12);
  // A rotation by 90 degrees about z exchanges the axes 1 and 2.
  const std::string ti = "set Symmetry = transversely isotropic\nset E1 = 50\nset E2 = 10\nset G12 = 4\nset nu12 = "
                         "0.2\nset nu23 = 0.3\n";
  const Matrix6 a = stiffness(ti), b = stiffness(ti + "set Orientation = 90, 0, 0\n");
  BOOST_CHECK_CLOSE(a(0, 0), b(1, 1), 1e-10);
  BOOST_CHECK_CLOSE(a(0, 2), b(1, 2), 1e-10);
}

BOOST_AUTO_TEST_CASE(elastic_stress_is_the_tangent_times_the_strain)
{
  const auto m =
      material("set Type = linear_elastic\nset Symmetry = cubic\nset C11 = 170\nset C12 = 124\nset C44 = 75\n"
               "set Orientation = 20, 40, 60\n");
  const auto r = evaluate(*m, Increment(), test::some_strain(), {});
  BOOST_CHECK_SMALL((r.stress - r.tangent * test::some_strain()).norm(), 1e-14);
  BOOST_CHECK_SMALL((r.tangent - r.tangent.transpose()).norm(), 1e-12);
}

BOOST_AUTO_TEST_CASE(prony_is_exact_for_steps_and_ramps)
{
  const auto m = material(sls);
  const std::vector<double> virgin(m->history_names().size(), 0.);
  const Vector6 e = test::some_strain(), dev = mandel::deviatoric() * e, vol = mandel::volumetric() * e;
  const PronySeries shear{300, {900, 200}, {2, 30}}, bulk{5000, {700}, {5}};
  // Jump at t = 0, then uneven steps: sigma = 2 G(t) dev + 3 K(t) vol.
  auto r = evaluate(*m, Increment{0, {}}, e, virgin);
  double t = 0;
  for (const double dt : {0., 0.1, 3., 0.01, 40.})
  {
    if (dt > 0)
      r = evaluate(*m, Increment{dt, {}}, e, r.history);
    t += dt;
    const Vector6 exact = 2 * shear.relaxation(t) * dev + 3 * bulk.relaxation(t) * vol;
    BOOST_CHECK_SMALL((r.stress - exact).norm() / exact.norm(), 1e-13);
  }
  // Ramp: sigma(t) = int M(t - s) ds e', exact whatever the steps.
  const auto integral = [](const PronySeries &s, const double time)
  {
    double sum = s.equilibrium * time;
    for (std::size_t i = 0; i < s.moduli.size(); ++i)
      sum -= s.moduli[i] * s.times[i] * std::expm1(-time / s.times[i]);
    return sum;
  };
  std::vector<double> history = virgin;
  t = 0;
  for (const double dt : {1e-6, 0.5, 7., 0.2})
  {
    t += dt;
    r = evaluate(*m, Increment{dt, {}}, t * e, history);
    history = r.history;
    const Vector6 exact = 2 * integral(shear, t) * dev + 3 * integral(bulk, t) * vol;
    BOOST_CHECK_SMALL((r.stress - exact).norm() / exact.norm(), 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(prony_tangent_history_and_limits)
{
  const auto m = material(sls);
  const std::vector<double> virgin(m->history_names().size(), 0.);
  const auto first = evaluate(*m, Increment{0.3, {}}, test::some_strain(), virgin);
  const Increment increment{0.7, {}};
  const Vector6 e = -2 * test::some_strain();
  const auto r = evaluate(*m, increment, e, first.history), again = evaluate(*m, increment, e, first.history);
  BOOST_CHECK(r.stress == again.stress && r.history == again.history);
  for (int j = 0; j < 6; ++j)
  {
    Vector6 plus = e, minus = e;
    plus[j] += 1e-6;
    minus[j] -= 1e-6;
    const Vector6 column =
        (evaluate(*m, increment, plus, first.history).stress - evaluate(*m, increment, minus, first.history).stress) /
        2e-6;
    BOOST_CHECK_SMALL((column - r.tangent.col(j)).norm() / r.tangent.norm(), 1e-9);
  }
  // A very long step is at equilibrium, a jump is instantaneous.
  const Matrix6 long_step = m->initial_tangent(Increment{1e12, {}}), jump = m->initial_tangent(Increment{0, {}});
  BOOST_CHECK_SMALL((long_step - mandel::isotropic(5000, 300)).norm(), 1e-5);
  BOOST_CHECK_SMALL((jump - mandel::isotropic(5700, 1400)).norm(), 1e-9);
}

BOOST_AUTO_TEST_CASE(temperature_shifts_time)
{
  const auto cold = material(sls);
  const auto wlf =
      material(sls + "set Time-temperature shift = wlf\nset Reference temperature = 20\nset WLF C1 = 8\nset "
                     "WLF C2 = 100\n");
  const std::vector<double> virgin(cold->history_names().size(), 0.);
  const double factor = std::pow(10., 8. * 10 / (100 + 10)); // 1 / a_T at 30
  const auto a = evaluate(*wlf, Increment{0.5, {{30, 30}}}, test::some_strain(), virgin);
  const auto b = evaluate(*cold, Increment{0.5 * factor, {}}, test::some_strain(), virgin);
  BOOST_CHECK_SMALL((a.stress - b.stress).norm() / b.stress.norm(), 1e-13);
  // Changing temperature: against the reduced time by the midpoint rule.
  const double t0 = 20, t1 = 24;
  const auto once = evaluate(*wlf, Increment{1, {{t0, t1}}}, Vector6::Zero(), a.history);
  const int n = 2000;
  double reduced = 0;
  for (int i = 0; i < n; ++i)
    reduced +=
        std::pow(10., 8. * (t0 + (t1 - t0) * (i + 0.5) / n - 20) / (100 + t0 + (t1 - t0) * (i + 0.5) / n - 20)) / n;
  const auto many = evaluate(*cold, Increment{reduced, {}}, Vector6::Zero(), a.history);
  BOOST_CHECK_SMALL((once.stress - many.stress).norm() / many.stress.norm(), 1e-7);
  const auto arrhenius = material(sls + "set Time-temperature shift = arrhenius\nset Reference temperature = 300\nset "
                                        "Activation energy = 83144.6261815324\n");
  const double hot = std::exp(1e4 * (1 / 300. - 1 / 310.));
  const auto c = evaluate(*arrhenius, Increment{0.5, {{310, 310}}}, test::some_strain(), virgin);
  const auto d = evaluate(*cold, Increment{0.5 * hot, {}}, test::some_strain(), virgin);
  BOOST_CHECK_SMALL((c.stress - d.stress).norm() / d.stress.norm(), 1e-12);
  BOOST_CHECK_THROW(evaluate(*wlf, Increment{1, {{-90, -90}}}, test::some_strain(), virgin), RunError);
}

BOOST_AUTO_TEST_CASE(folding_keeps_the_modulus_in_the_window)
{
  PronySeries series;
  series.equilibrium = 10;
  for (int k = -10; k <= 20; ++k)
  {
    series.moduli.push_back(30);
    series.times.push_back(std::pow(10., k));
  }
  const auto folded = fold(series, 1, 1000, 1e-3);
  BOOST_CHECK_LE(folded.error, 1e-3);
  BOOST_CHECK_LE(folded.series.moduli.size(), 9u);
  for (double t = 1; t <= 1000; t *= 1.3)
    BOOST_CHECK_SMALL(folded.series.relaxation(t) / series.relaxation(t) - 1, 1.0001e-3);
}

BOOST_AUTO_TEST_CASE(a_window_makes_many_terms_few)
{
  std::string moduli, times;
  for (int k = 0; k < 200; ++k)
  {
    moduli += (k == 0 ? "" : ", ") + std::string("1");
    times += (k == 0 ? "" : ", ") + std::to_string(k + 1) + "e" + std::to_string(k / 4 - 25);
  }
  const std::string lines = "set Type = prony\nset Equilibrium Young's modulus = 10\nset Poisson's ratio = 0.3\nset "
                            "Young's moduli = " +
                            moduli + "\nset Relaxation times = " + times + "\n";
  BOOST_CHECK_THROW(test::material(lines), InputError);
  BOOST_CHECK_LE(test::material(lines + "set Shortest time = 1\nset Longest time = 10\n")->history_names().size(),
                 6u + 128u * 7u);
}

// Creep compliance of the standard linear solid J(t) = 1/Einf - (1/Einf - 1/E0) exp(-t Einf / (E0 tau)), and of a
// three-term series at t = 10 from an independent Laplace inversion (case prony_3term).
BOOST_AUTO_TEST_CASE(creep_compliance_is_exact)
{
  const PronySeries s{100, {900}, {2}};
  for (const double t : {0., 0.5, 10., 100.})
    BOOST_CHECK_CLOSE(s.creep(t), 1 / 100. - (1 / 100. - 1 / 1000.) * std::exp(-t * 100 / (1000 * 2.)), 1e-9);
  const PronySeries three{50, {300, 200, 150}, {0.1, 3, 40}};
  BOOST_CHECK_CLOSE(three.creep(10), 0.00498761970939, 1e-7);
}

// E(t) = 30 + 2900 exp(-t / 2.7), K = 1900. From G* = 3 K E* / (9 K - E*): one term with the time
// 2.7 (9 K - E_0) / (9 K - E_inf); and 1 / G* = 3 / E* - 1 / (3 K) for the compliances.
BOOST_AUTO_TEST_CASE(shear_follows_from_young_and_bulk)
{
  const double bulk = 1900, first = 2930, last = 30;
  const PronySeries young{last, {first - last}, {2.7}}, shear = young_to_shear(young, bulk);
  BOOST_REQUIRE_EQUAL(shear.times.size(), 1u);
  BOOST_CHECK_CLOSE(shear.times[0], 2.7 * (9 * bulk - first) / (9 * bulk - last), 1e-11);
  BOOST_CHECK_CLOSE(shear.instantaneous(), 3 * bulk * first / (9 * bulk - first), 1e-11);
  BOOST_CHECK_CLOSE(shear.equilibrium, 3 * bulk * last / (9 * bulk - last), 1e-11);
  for (const double t : {0., 0.1, 1., 10., 1000.})
  {
    const double j = 1 / last - (1 / last - 1 / first) * std::exp(-t * last / (first * 2.7));
    BOOST_CHECK_CLOSE(shear.creep(t), 3 * j - 1 / (3 * bulk), 1e-10);
  }
  const PronySeries back = shear_to_young(shear, bulk);
  BOOST_CHECK_CLOSE(back.moduli.at(0), first - last, 1e-10);
  BOOST_CHECK_CLOSE(back.times.at(0), 2.7, 1e-10);
}

// There and back over 33 decades, with moduli from 1e-6 to 1: every term returns. A fluid keeps its viscosity.
BOOST_AUTO_TEST_CASE(conversions_keep_their_digits)
{
  for (const double equilibrium : {0., 0.1})
  {
    PronySeries series;
    series.equilibrium = equilibrium;
    for (int k = 0; k < 67; ++k)
    {
      series.times.push_back(std::pow(10., 17 - 0.5 * k));
      series.moduli.push_back(std::pow(10., -3 + 3 * std::sin(double(k))));
    }
    const double bulk = 0.2 * series.instantaneous();
    double viscosity = 0;
    for (std::size_t k = 0; k < 67; ++k)
      viscosity += series.moduli[k] * series.times[k];
    const RetardationSeries creep = to_retardation(series);
    if (equilibrium == 0)
      BOOST_CHECK_CLOSE(creep.fluidity, 1 / viscosity, 1e-11);
    for (const auto &back : {to_relaxation(creep), shear_to_young(young_to_shear(series, bulk), bulk)})
    {
      BOOST_REQUIRE_EQUAL(back.times.size(), 67u);
      BOOST_CHECK_SMALL(back.equilibrium - equilibrium, 1e-14);
      for (std::size_t k = 0; k < 67; ++k) // rates rise
      {
        BOOST_CHECK_CLOSE(back.times[k], series.times[k], 1e-9);
        BOOST_CHECK_CLOSE(back.moduli[k], series.moduli[k], 1e-7);
      }
    }
  }
}

// The optimum is the only point with x >= 0, A^T (b - A x) <= 0 and their product zero.
BOOST_AUTO_TEST_CASE(nonnegative_least_squares_reach_the_optimum)
{
  std::srand(3);
  for (int trial = 0; trial < 40; ++trial)
  {
    const Eigen::Index rows = 2 + trial % 15, columns = 2 + trial % 7;
    Eigen::MatrixXd a = Eigen::MatrixXd::Random(rows, columns);
    if (trial % 3 == 0)
      a.col(1) = a.col(0); // equal candidates
    const Eigen::VectorXd exact = Eigen::VectorXd::Random(columns).cwiseMax(0);
    const Eigen::VectorXd b =
        trial % 4 == 0 ? Eigen::VectorXd(a * exact) : Eigen::VectorXd(Eigen::VectorXd::Random(rows));
    const Eigen::VectorXd x = solve_nnls(a, b), gradient = a.transpose() * (b - a * x);
    BOOST_CHECK_GE(x.minCoeff(), 0.);
    BOOST_CHECK_LE(gradient.maxCoeff(), 1e-12);
    BOOST_CHECK_SMALL(gradient.dot(x), 1e-12);
    if (trial % 4 == 0)
      BOOST_CHECK_SMALL((b - a * x).norm(), 1e-13);
  }
  BOOST_CHECK_EQUAL(solve_nnls(Eigen::MatrixXd::Ones(3, 2), -Eigen::VectorXd::Ones(3)).norm(), 0.);
}

BOOST_AUTO_TEST_CASE(fits_bear_any_data)
{
  const auto data_of = [](const DataKind kind, const PronySeries &series, const std::vector<double> &x)
  {
    ViscoelasticData data;
    data.kind = kind;
    data.x = x;
    data.first = data.second = std::vector<double>(x.size());
    const auto values = model_values(series, data);
    for (std::size_t i = 0; i < x.size(); ++i)
      std::tie(data.first[i], data.second[i]) = values[i];
    return data;
  };
  const PronySeries one{30, {2900}, {1}}; // 1 is among the candidates
  for (const auto kind : {DataKind::relaxation, DataKind::dynamic, DataKind::creep})
  {
    const auto exact = fit_prony(data_of(kind, one, {0.01, 0.1, 0.5, 1, 2, 5, 10, 50, 100}), {});
    BOOST_CHECK_SMALL(exact.error.largest, kind == DataKind::creep ? 1e-2 : 1e-12);     // retardation time 98 is none
    BOOST_CHECK_SMALL(fit_prony(data_of(kind, one, {0.5, 2}), {}).error.largest, 1e-9); // two rows
    BOOST_CHECK_SMALL(fit_prony(data_of(kind, one, {0.5, 2, 2, 2}), {}).error.largest, 1e-9);
    BOOST_CHECK_SMALL(fit_prony(data_of(kind, {50, {}, {}}, {0.1, 1, 10}), {}).error.largest, 1e-12); // elastic
    std::vector<double> many;
    for (int i = 0; i <= 40; ++i)
      many.push_back(std::pow(10., -2 + i / 10.));
    BOOST_CHECK_SMALL(fit_prony(data_of(kind, {30, {2900}, {2.7}}, many), {}).error.rms, 0.01); // between candidates
    for (const auto &x : std::vector<std::vector<double>>{{2, 2, 2}, {1e-200, 1}, {1}})
      BOOST_CHECK_THROW(fit_prony(data_of(kind, one, x), {}), InputError);
    BOOST_CHECK_THROW(fit_prony(data_of(kind, {50, {}, {}}, {0, 0, 0}), {}), InputError);
  }
}

BOOST_AUTO_TEST_CASE(fits_recover_noise_free_series_from_all_kinds_of_data)
{
  const PronySeries three{50, {300, 200, 150}, {0.1, 3, 40}};
  for (const auto kind : {DataKind::relaxation, DataKind::dynamic, DataKind::creep})
  {
    ViscoelasticData data;
    data.kind = kind;
    for (int i = 0; i < 60; ++i)
      data.x.push_back(std::pow(10., -3 + 7. * i / 59));
    for (const auto &[first, second] : model_values(three, data))
    {
      data.first.push_back(first);
      data.second.push_back(second);
    }
    PronyFitSettings settings;
    settings.times = {0.1, 3, 40};
    if (kind == DataKind::creep)
      settings.times = {0.172663130331, 5.73033011082, 169.797006759}; // its retardation times
    const auto fit = fit_prony(data, settings);
    BOOST_REQUIRE_EQUAL(fit.series.times.size(), 3u);
    for (int k = 0; k < 3; ++k)
    {
      std::size_t nearest = 0;
      for (std::size_t i = 0; i < 3; ++i)
        if (std::abs(std::log(fit.series.times[i] / three.times[std::size_t(k)])) <
            std::abs(std::log(fit.series.times[nearest] / three.times[std::size_t(k)])))
          nearest = i;
      BOOST_CHECK_CLOSE(fit.series.moduli[nearest], three.moduli[std::size_t(k)], 1e-4);
    }
    BOOST_CHECK_CLOSE(fit.series.equilibrium, 50., 1e-4);
  }
}

// The measured master curve of the tutorial: the least-squares minimum on a given set of times is unique. Independent
// numbers: scipy's NNLS with relative weights (reference case relax_nrel_time_master).
BOOST_AUTO_TEST_CASE(fits_reach_the_minimum_for_measured_data)
{
  const auto table =
      CsvTable::read(MPI_COMM_SELF, std::string(FE2_SOURCE) + "/params/tutorial/relaxation_master_curve.csv");
  ViscoelasticData data;
  data.x = table.column(0);
  data.first = table.column(1);
  data.second.assign(data.x.size(), 0.);
  const double error[2] = {0.00251558450169, 0.00101425419411}, equilibrium[2] = {71.8703330244, 71.5003406539},
               instantaneous[2] = {1739.12023481, 1735.36698341};
  const std::size_t terms[2] = {32, 59};
  for (unsigned int n = 1; n <= 2; ++n)
  {
    PronyFitSettings settings;
    settings.per_decade = n;
    const auto fit = fit_prony(data, settings);
    BOOST_CHECK_CLOSE(fit.error.rms, error[n - 1], 0.1);
    BOOST_CHECK_CLOSE(fit.series.equilibrium, equilibrium[n - 1], 0.1);
    BOOST_CHECK_CLOSE(fit.series.instantaneous(), instantaneous[n - 1], 0.1);
    BOOST_CHECK_LE(std::max(fit.series.times.size(), terms[n - 1]) - std::min(fit.series.times.size(), terms[n - 1]),
                   1u);
  }
}

BOOST_AUTO_TEST_CASE(mixtures_have_consistent_tangents_and_clean_histories)
{
  for (const char *rule : {"voigt", "reuss"})
  {
    test::Models models("subsection Materials\nsubsection a\n" + sls +
                        "end\nsubsection b\nset Type = power_law\nend\nend\nsubsection Micro models\nsubsection m\nset "
                        "Type = mixture\nset Phases = a, b\nset Fractions = 0.3, 0.7\nset Rule = " +
                        rule + "\nend\nend\n");
    LocalPool pool({models("m")}, {"m"});
    pool.create({PointDefinition()});
    pool.evaluate({test::request(test::some_strain(), 0.4)});
    pool.commit();
    pool.evaluate({test::request(5 * test::some_strain(), 3)});
    pool.rollback();
    const auto request = test::request(-2 * test::some_strain(), 0.7);
    const auto first = pool.evaluate({request}).front(), again = pool.evaluate({request}).front();
    BOOST_CHECK(first.status == Status::converged && first.stress == again.stress);
    BOOST_CHECK_SMALL(test::tangent_error(pool, request), 1e-6);
  }
}

BOOST_AUTO_TEST_SUITE_END()
