// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Isotropic linear viscoelasticity, generalized Maxwell model with separate bulk and shear series:
 *
 *     sigma = 1 [K_inf tr eps + sum_k q_k] + 2 G_inf dev eps + sum_m h_m
 *
 * with the exact update for strains linear in the (shifted) time of the increment (Taylor, Pister and Goudreau, Int. J.
 * Numer. Meth. Eng. 2 (1970) 45; Simo and Hughes, Computational Inelasticity (1998), section 10.3):
 *
 *     h_m' = exp(-x_m) h_m + 2 G_m gamma(x_m) dev(eps' - eps),   gamma(x) = (1 - exp(-x)) / x,   x_m = dt / (a_T tau_m)
 *
 * and the same for q_k. Stable for any dt; dt = 0 gives the instantaneous response. a_T is the time-temperature shift
 * (WLF or Arrhenius), averaged over the increment as int dt / a_T(T(t)) by Gauss quadrature with T linear in time.
 *
 * History: strain (6), h_m (6 each), q_k.
 */
#include <rve/materials/prony_series.h>
#include <rve/phase_material.h>

#include <lib/base/log.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fe2
{
namespace
{
class Prony : public PhaseMaterial
{
public:
  void declare(Parameters &p) override;
  void validate(Parameters &p, Faults &faults) override;
  bool is_linear() const override { return true; }
  bool uses_temperature() const override { return shift_ != "none"; }
  std::vector<std::string> history_names() const override;
  const char *evaluate(const Increment &increment, const MaterialPoints &points) const override;
  std::string describe() const override { return description_; }

private:
  struct Factor
  {
    double decay, gain; ///< exp(-x), gamma(x)
  };
  static constexpr std::size_t block = 1024, most_terms = 128;
  void update_block(const MaterialPoints &x, const std::size_t first, const std::size_t n, const Factor *shear,
                    const Factor *bulk) const;
  static Factor factor(const double x) { return {std::exp(-x), x > 0 ? -std::expm1(-x) / x : 1.}; }
  double log_shift(const double temperature) const;
  const char *shifted_dt(const Increment &increment, double &dt) const;
  void check_series(Parameters &p, Faults &faults, const std::string &name, const PronySeries &series) const;
  void from_young(Parameters &p, Faults &faults);
  void fold_series(Parameters &p, Faults &faults);

  PronySeries bulk_, shear_, young_;
  double poisson_ = 0;
  bool by_young_ = false;
  std::string shift_ = "none";
  bool has_reference_ = false, has_poisson_ = false, has_times_ = false;
  double reference_ = 0, c1_ = 17.44, c2_ = 51.6, energy_ = 0, gas_constant_ = 8.31446261815324;
  double shortest_ = 0, longest_ = 0, tolerance_ = 1e-3;
  std::string description_;
};

void Prony::declare(Parameters &p)
{
  p.add("Equilibrium bulk modulus", bulk_.equilibrium, "K_inf [stress].", Range::non_negative);
  p.add("Bulk moduli", bulk_.moduli, "K_k, one for each bulk relaxation time [stress].", Range::non_negative);
  p.add("Bulk relaxation times", bulk_.times, "[time].", Range::positive);
  p.add("Equilibrium shear modulus", shear_.equilibrium, "G_inf [stress].", Range::non_negative);
  p.add("Shear moduli", shear_.moduli, "G_m, one for each shear relaxation time [stress].", Range::non_negative);
  p.add("Shear relaxation times", shear_.times, "[time].", Range::positive);
  by_young_ = p.given("Young's moduli") || p.given("Equilibrium Young's modulus");
  p.add("Equilibrium Young's modulus", young_.equilibrium,
        "Instead of bulk and shear: E_inf, E_i and tau_i with a constant Poisson's ratio [stress].",
        Range::non_negative);
  p.add("Young's moduli", young_.moduli, "E_i [stress].", Range::non_negative);
  p.add("Relaxation times", young_.times, "tau_i of Young's moduli [time].", Range::positive);
  has_times_ = p.given("Relaxation times");
  has_poisson_ = p.given("Poisson's ratio");
  p.add("Poisson's ratio", poisson_, "Constant in time; only with Young's moduli. Between -1 and 0.5.", Range::any);
  p.add_selection(
      "Time-temperature shift", shift_,
      "wlf: log10 a_T = -C1 (T - T_ref) / (C2 + T - T_ref). arrhenius: ln a_T = E_a / R (1/T - 1/T_ref) with "
      "absolute temperatures. Without a temperature field the reference temperature holds.",
      "none|wlf|arrhenius");
  has_reference_ = p.given("Reference temperature");
  p.add("Reference temperature", reference_, "T_ref: a_T = 1 [temperature].", Range::any);
  p.add("WLF C1", c1_, "WLF constant.", Range::any);
  p.add("WLF C2", c2_, "WLF constant [temperature].", Range::positive);
  p.add("Activation energy", energy_, "E_a of arrhenius, in the units of the gas constant [energy / amount].",
        Range::non_negative);
  p.add("Gas constant", gas_constant_, "R [energy / (amount temperature)].", Range::positive);
  p.add("Shortest time", shortest_,
        "Shortest time that matters; with 'Longest time', terms that a run within this window cannot see are dropped "
        "(fast) "
        "or added to the equilibrium modulus (slow) and the error is printed. 0: keep all terms [time].",
        Range::non_negative);
  p.add("Longest time", longest_, "Longest time that matters [time].", Range::non_negative);
  p.add("Folding tolerance", tolerance_, "Relative error of stresses after steps and ramps that folding may cause.",
        Range::positive);
}

void Prony::check_series(Parameters &p, Faults &faults, const std::string &name, const PronySeries &s) const
{
  if (s.moduli.size() != s.times.size())
    faults.add(p.where(name), "",
               std::to_string(s.moduli.size()) + " moduli but " + std::to_string(s.times.size()) + " relaxation times");
  else if (s.moduli.size() > most_terms)
    faults.add(p.where(name), "", "has more than " + std::to_string(most_terms) + " terms; fold them by a time window");
  else if (!(s.instantaneous() > 0))
    faults.add(p.where(name), "", "the instantaneous modulus must be positive: give an equilibrium modulus or terms");
}

void Prony::from_young(Parameters &p, Faults &faults)
{
  if (!(poisson_ > -1 && poisson_ < 0.5))
  {
    faults.add(p.where("Poisson's ratio"), format(poisson_), "must lie between -1 and 0.5");
    return;
  }
  if (bulk_.equilibrium != 0 || shear_.equilibrium != 0 || !bulk_.moduli.empty() || !shear_.moduli.empty())
    faults.add(p.where("Young's moduli"), "", "give either Young's moduli or bulk and shear moduli, not both");
  bulk_ = shear_ = young_;
  for (auto *pair : {&bulk_, &shear_})
  {
    const double f = pair == &bulk_ ? 1 / (3 * (1 - 2 * poisson_)) : 1 / (2 * (1 + poisson_));
    pair->equilibrium *= f;
    for (auto &m : pair->moduli)
      m *= f;
  }
}

void Prony::fold_series(Parameters &p, Faults &faults)
{
  if (longest_ == 0 && shortest_ == 0)
    return;
  if (!(longest_ > shortest_ && shortest_ > 0))
  {
    faults.add(p.where("Longest time"), format(longest_), "the window needs 0 < 'Shortest time' < 'Longest time'");
    return;
  }
  for (auto *series : {&bulk_, &shear_})
  {
    const auto folded = fold(*series, shortest_, longest_, tolerance_);
    description_ += std::string(description_.empty() ? "" : "; ") + (series == &bulk_ ? "bulk " : "shear ") +
                    std::to_string(folded.series.moduli.size()) + " of " + std::to_string(series->moduli.size()) +
                    " terms kept for times " + format(shortest_) + " to " + format(longest_) + ", folding error " +
                    format(100 * folded.error, 3) + " %";
    *series = folded.series;
  }
}

void Prony::validate(Parameters &p, Faults &faults)
{
  if (by_young_)
  {
    check_series(p, faults, "Young's moduli", young_);
    from_young(p, faults);
  }
  else
  {
    if (has_poisson_ || has_times_)
      faults.add(p.where(has_poisson_ ? "Poisson's ratio" : "Relaxation times"), "",
                 "goes with Young's moduli only; bulk and shear series have their own");
    check_series(p, faults, "Bulk moduli", bulk_);
    check_series(p, faults, "Shear moduli", shear_);
  }
  if (shift_ != "none" && !has_reference_)
    faults.add(p.where("Reference temperature"), "", "is missing; the shift '" + shift_ + "' needs it");
  else if (shift_ == "arrhenius" && !(reference_ > 0))
    faults.add(p.where("Reference temperature"), format(reference_), "must be an absolute temperature above zero");
  if (faults.empty())
    fold_series(p, faults);
}

std::vector<std::string> Prony::history_names() const
{
  std::vector<std::string> names;
  for (const auto &c : component_names(Kinematics::small_strain))
    names.push_back("strain_" + c);
  for (std::size_t m = 0; m < shear_.moduli.size(); ++m)
    for (const auto &c : component_names(Kinematics::small_strain))
      names.push_back("shear_stress_" + std::to_string(m) + "_" + c);
  for (std::size_t k = 0; k < bulk_.moduli.size(); ++k)
    names.push_back("pressure_" + std::to_string(k));
  return names;
}

double Prony::log_shift(const double temperature) const
{
  if (shift_ == "wlf")
    return -std::log(10.) * c1_ * (temperature - reference_) / (c2_ + temperature - reference_);
  return energy_ / gas_constant_ * (1 / temperature - 1 / reference_);
}

const char *Prony::shifted_dt(const Increment &increment, double &dt) const
{
  dt = increment.dt;
  if (shift_ == "none" || increment.fields.empty())
    return nullptr;
  const FieldValue t = increment.field(0);
  for (const double end : {t.begin, t.end})
  {
    if (shift_ == "wlf" && !(c2_ + end - reference_ > 0))
      return "the temperature is below the WLF pole T_ref - C2";
    if (shift_ == "arrhenius" && !(end > 0))
      return "the absolute temperature is not positive";
  }
  constexpr double x[4] = {0.069431844202973712, 0.330009478207571868, 0.669990521792428132, 0.930568155797026288};
  constexpr double w[4] = {0.173927422568726929, 0.326072577431273071, 0.326072577431273071, 0.173927422568726929};
  double mean = 0;
  for (int i = 0; i < 4; ++i)
    mean += w[i] * std::exp(-log_shift(t.begin + x[i] * (t.end - t.begin)));
  dt *= t.begin == t.end ? std::exp(-log_shift(t.begin)) : mean;
  return std::isfinite(dt) ? nullptr : "the time-temperature shift overflows";
}

const char *Prony::evaluate(const Increment &increment, const MaterialPoints &x) const
{
  double dt;
  if (const char *fault = shifted_dt(increment, dt))
    return fault;
  std::array<Factor, most_terms> shear, bulk;
  double k = bulk_.equilibrium, g = shear_.equilibrium;
  for (std::size_t m = 0; m < shear_.moduli.size(); ++m)
  {
    shear[m] = factor(dt / shear_.times[m]);
    g += shear_.moduli[m] * shear[m].gain;
  }
  for (std::size_t m = 0; m < bulk_.moduli.size(); ++m)
  {
    bulk[m] = factor(dt / bulk_.times[m]);
    k += bulk_.moduli[m] * bulk[m].gain;
  }
  if (x.tangent != nullptr)
  {
    const Matrix6 c = mandel::isotropic(k, g);
    for (std::size_t i = 0; i < 36; ++i)
      std::fill_n(x.tangent + i * x.stride, x.n, c.data()[i]);
  }
  if (x.stress != nullptr || x.new_history != nullptr)
    for (std::size_t first = 0; first < x.n; first += block)
      update_block(x, first, std::min(block, x.n - first), shear.data(), bulk.data());
  return nullptr;
}

/// Stress and history of `n` points from `first` on. Blocks are long: histories stream from memory, and runs of 64
/// points made the tutorial a third slower than runs of 1024.
void Prony::update_block(const MaterialPoints &x, const std::size_t first, const std::size_t n, const Factor *shear,
                         const Factor *bulk) const
{
  const std::size_t stride = x.stride;
  double dev[6][block], change[6][block], trace[block], trace_change[block];
  const auto at = [first, stride](auto *array, const std::size_t row)
  { return array == nullptr ? nullptr : array + row * stride + first; };
  for (std::size_t i = 0; i < 6; ++i)
  {
    const double *e = at(x.gradient, i), *old = at(x.old_history, i);
    for (std::size_t q = 0; q < n; ++q)
    {
      dev[i][q] = e[q];
      change[i][q] = e[q] - old[q];
    }
  }
  for (std::size_t q = 0; q < n; ++q)
  {
    trace[q] = dev[0][q] + dev[1][q] + dev[2][q];
    trace_change[q] = change[0][q] + change[1][q] + change[2][q];
    for (std::size_t i = 0; i < 3; ++i)
    {
      dev[i][q] -= trace[q] / 3;
      change[i][q] -= trace_change[q] / 3;
    }
  }
  // One history variable h' = decay h + gain d, added to the stress components from `row` to `end`.
  const auto add_term = [&](const std::size_t h, const double decay, const double gain, const double *d,
                            const std::size_t row, const std::size_t end)
  {
    const double *old = at(x.old_history, h);
    double *fresh = at(x.new_history, h);
    double value[block];
    for (std::size_t q = 0; q < n; ++q)
      value[q] = decay * old[q] + gain * d[q];
    if (fresh != nullptr)
      std::copy_n(value, n, fresh);
    if (x.stress != nullptr)
      for (std::size_t i = row; i < end; ++i)
      {
        double *s = at(x.stress, i);
        for (std::size_t q = 0; q < n; ++q)
          s[q] += value[q];
      }
  };
  for (std::size_t i = 0; i < 6; ++i)
  {
    if (double *s = at(x.stress, i))
    {
      const double pressure = i < 3 ? bulk_.equilibrium : 0.;
      for (std::size_t q = 0; q < n; ++q)
        s[q] = 2 * shear_.equilibrium * dev[i][q] + pressure * trace[q];
    }
    for (std::size_t m = 0; m < shear_.moduli.size(); ++m)
      add_term(6 + 6 * m + i, shear[m].decay, 2 * shear_.moduli[m] * shear[m].gain, change[i], i, i + 1);
    if (double *strain = at(x.new_history, i))
      std::copy_n(at(x.gradient, i), n, strain);
  }
  for (std::size_t m = 0; m < bulk_.moduli.size(); ++m)
    add_term(6 + 6 * shear_.moduli.size() + m, bulk[m].decay, bulk_.moduli[m] * bulk[m].gain, trace_change, 0, 3);
}

const Registry<PhaseMaterial>::Add add("prony", "Generalized Maxwell viscoelasticity with bulk and shear series",
                                       [] { return std::make_unique<Prony>(); });
} // namespace
} // namespace fe2
