// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/materials/prony_interconversion.h>
#include <rve/prony_fit/master_curve.h>

#include <lib/base/errors.h>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <functional>

using namespace fe2;

namespace
{
const PronySeries polymer = {10, {300, 500, 400, 200, 80}, {1e-3, 1e-1, 3, 1e2, 4e3}};

/// Four decades of time at each temperature, with `noise` of alternating signs.
std::vector<Isotherm> isotherms(const DataKind kind, const std::vector<double> &temperatures,
                                const std::function<double(double)> &log10_a, const double noise = 0)
{
  ViscoelasticData data;
  data.kind = kind;
  std::vector<double> of_rows;
  int n = 0;
  for (const double temperature : temperatures)
    for (int i = 0; i <= 20; ++i, ++n)
    {
      const double time = std::pow(10., -1 + 0.2 * i), reduced = time / std::pow(10., log10_a(temperature));
      const double factor = 1 + noise * std::sin(7. * n);
      data.x.push_back(kind == DataKind::dynamic ? 1 / time : time);
      data.first.push_back(factor * (kind == DataKind::dynamic      ? polymer.storage(1 / reduced)
                                     : kind == DataKind::relaxation ? polymer.relaxation(reduced)
                                                                    : polymer.creep(reduced)));
      data.second.push_back(kind == DataKind::dynamic ? factor * polymer.loss(1 / reduced) : 0);
      of_rows.push_back(temperature + 0.04 * std::sin(double(n)));
    }
  return group_isotherms(data, of_rows);
}

const std::vector<double> temperatures = {80, 90, 100, 110, 120, 130};
double wlf(const double t)
{
  return -8.86 * (t - 100) / (101.6 + t - 100);
}
double arrhenius(const double t)
{
  return 15000 / std::log(10.) * (1 / (t + 273.15) - 1 / 373.15);
}

bool contains(const InputError &e, const std::string &text)
{
  return std::string(e.what()).find(text) != std::string::npos;
}
} // namespace

BOOST_AUTO_TEST_SUITE(master_curves)

BOOST_AUTO_TEST_CASE(shifts_of_known_laws_come_back)
{
  for (const auto kind : {DataKind::relaxation, DataKind::dynamic, DataKind::creep})
    for (const bool by_wlf : {true, false})
    {
      const auto law = by_wlf ? wlf : arrhenius;
      auto all = isotherms(kind, temperatures, law);
      BOOST_REQUIRE_EQUAL(all.size(), temperatures.size());
      shift_isotherms(all, 2, {});
      for (std::size_t i = 0; i < all.size(); ++i)
        BOOST_CHECK_SMALL(all[i].log10_shift - law(temperatures[i]), 0.02);
      BOOST_CHECK_EQUAL(all[2].log10_shift, 0);
      BOOST_CHECK_LT(fit_prony(master_curve(all), {}).error.rms, 0.01);
      const auto first = fit_wlf(all, 100), second = fit_arrhenius(all, 100, -273.15);
      BOOST_CHECK(first.exists && second.exists && (by_wlf ? first.error < second.error : true));
      if (by_wlf)
        BOOST_CHECK_CLOSE(first.c1 / first.c2, 8.86 / 101.6, 2);
      else
        BOOST_CHECK_CLOSE(second.energy_by_r, 15000, 1);
    }
}

BOOST_AUTO_TEST_CASE(laws_of_exact_shifts_are_exact)
{
  std::vector<Isotherm> all(temperatures.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = {temperatures[i], {}, wlf(temperatures[i]), true};
  all.push_back({200, {}, 77, false}); // not used
  const auto law = fit_wlf(all, 100);
  BOOST_CHECK_CLOSE(law.c1, 8.86, 1e-4);
  BOOST_CHECK_CLOSE(law.c2, 101.6, 1e-4);
  BOOST_CHECK_SMALL(law.error, 1e-8);
  for (std::size_t i = 0; i < temperatures.size(); ++i)
    all[i].log10_shift = arrhenius(temperatures[i]);
  BOOST_CHECK_CLOSE(fit_arrhenius(all, 100, -273.15).energy_by_r, 15000, 1e-10);
  for (std::size_t i = 0; i < temperatures.size(); ++i)
    all[i].log10_shift = -wlf(temperatures[i]); // slower when it is hotter
  BOOST_CHECK(!fit_wlf(all, 100).exists && !fit_arrhenius(all, 100, -273.15).exists);
}

BOOST_AUTO_TEST_CASE(noise_of_the_moduli_moves_shifts_little)
{
  auto all = isotherms(DataKind::relaxation, temperatures, wlf, 0.02);
  shift_isotherms(all, 2, {});
  for (std::size_t i = 0; i < all.size(); ++i)
    BOOST_CHECK_SMALL(all[i].log10_shift - wlf(temperatures[i]), 0.1);
}

BOOST_AUTO_TEST_CASE(isotherms_that_cannot_be_shifted_are_told)
{
  auto far = isotherms(DataKind::relaxation, {0, 300}, [](const double t) { return t > 0 ? -8. : 4.; });
  BOOST_CHECK_EXCEPTION(shift_isotherms(far, 0, {}), InputError,
                        [](const InputError &e) { return contains(e, "have no range of moduli in common"); });
  auto single = isotherms(DataKind::relaxation, {100, 110}, wlf);
  single[1].data = {DataKind::relaxation, {1}, {500}, {0}};
  BOOST_CHECK_EXCEPTION(shift_isotherms(single, 0, {}), InputError,
                        [](const InputError &e) { return contains(e, "fewer than two rows"); });
  // On a plateau nearly any shift fits: the moduli in common are 10 to 10.03.
  auto plateau = isotherms(DataKind::relaxation, {200, 220}, [](const double t) { return t > 210 ? -5.5 : -5.; });
  shift_isotherms(plateau, 0, {});
  BOOST_CHECK(!plateau[1].well_determined);
}

BOOST_AUTO_TEST_SUITE_END()
