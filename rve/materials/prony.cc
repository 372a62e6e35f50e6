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
#include <rve/materials/fill_tangent.h>
#include <rve/materials/prony_series.h>
#include <rve/phase_material.h>

#include <lib/base/log.h>
#include <lib/base/simd_clones.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fe2
{
namespace
{
/// h' = decay h + gain d, of one history variable and the change d that drives it.
struct Term
{
  double decay, gain;
};

/// Points that are updated together. Long: histories stream from memory, and blocks of 64 points made the tutorial a
/// third slower than blocks of 1024.
struct Block
{
  static constexpr std::size_t most = 1024;
  std::size_t first = 0, n = 0;
  alignas(64) double trace[most], trace_change[most], pressure[most];
  double change[most], stress[most]; ///< of one component: dev(eps' - eps) and, if not wanted outside, sigma

  /// Null for null: not wanted.
  template <class Number>
  Number *at(Number *array, const std::size_t row, const std::size_t stride) const
  {
    return array == nullptr ? nullptr : array + row * stride + first;
  }
};

FE2_SIMD_CLONES
void set_traces(const MaterialPoints &x, const double bulk, Block &b)
{
  const double *e[3], *old[3];
  for (std::size_t i = 0; i < 3; ++i)
  {
    e[i] = b.at(x.gradient, i, x.stride);
    old[i] = b.at(x.old_history, i, x.stride);
  }
  const std::size_t n = b.n;
  for (std::size_t q = 0; q < n; ++q)
  {
    b.trace[q] = e[0][q] + e[1][q] + e[2][q];
    b.trace_change[q] = (e[0][q] - old[0][q]) + (e[1][q] - old[1][q]) + (e[2][q] - old[2][q]);
    b.pressure[q] = bulk * b.trace[q];
  }
}

/// The change that drives the terms of a component, and its stress without them.
FE2_SIMD_CLONES
void set_component(const MaterialPoints &x, const std::size_t i, const double shear, Block &b, double *stress)
{
  const double *e = b.at(x.gradient, i, x.stride), *old = b.at(x.old_history, i, x.stride);
  const double normal = i < 3 ? 1. : 0., twice = 2 * shear;
  const std::size_t n = b.n;
  for (std::size_t q = 0; q < n; ++q)
    b.change[q] = e[q] - old[q] - normal * (b.trace_change[q] / 3);
  for (std::size_t q = 0; q < n; ++q)
    stress[q] = twice * (e[q] - normal * (b.trace[q] / 3)) + normal * b.pressure[q];
}

/// Updates the history rows at old + m step, m < n_terms, and adds them to `sum`. `fresh` may be null: not wanted.
FE2_SIMD_CLONES
void add_terms(const Term *terms, const std::size_t n_terms, const std::size_t n, const double *change,
               const double *old, double *fresh, const std::size_t step, double *sum)
{
  for (std::size_t m = 0; m < n_terms; ++m, old += step)
  {
    const double decay = terms[m].decay, gain = terms[m].gain;
    if (fresh == nullptr)
    {
      for (std::size_t q = 0; q < n; ++q)
        sum[q] += decay * old[q] + gain * change[q];
      continue;
    }
    for (std::size_t q = 0; q < n; ++q)
    {
      const double value = decay * old[q] + gain * change[q];
      fresh[q] = value;
      sum[q] += value;
    }
    fresh += step;
  }
}

class Prony : public PhaseMaterial
{
public:
  void declare(Parameters &p) override;
  void validate(Parameters &p, Faults &faults) override;
  bool is_linear() const override { return true; }
  bool may_lock() const override // when it has relaxed
  {
    return nearly_incompressible(mandel::isotropic(bulk_.equilibrium, shear_.equilibrium)) ||
           nearly_incompressible(mandel::isotropic(bulk_.instantaneous(), shear_.instantaneous()));
  }
  bool uses_temperature() const override { return shift_ != "none"; }
  std::vector<std::string> history_names() const override;
  const char *evaluate(const Increment &increment, const MaterialPoints &points) const override;
  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) const override;
  std::string describe() const override { return description_; }

private:
  static constexpr std::size_t most_terms = 128;
  /// The terms of a series that multiply `factor` times the change, and their sum.
  static double set_terms(const PronySeries &series, const double dt, const double factor, Term *terms);
  void update(const MaterialPoints &x, const Term *shear, const Term *bulk, Block &b) const;
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
  p.add("Poisson's ratio", poisson_, "Constant in time; only with Young's moduli.", Range::inside(-1, 0.5));
  p.add_selection(
      "Time-temperature shift", shift_,
      "wlf: log10 a_T = -C1 (T - T_ref) / (C2 + T - T_ref). arrhenius: ln a_T = E_a / R (1/T - 1/T_ref) with "
      "absolute temperatures. Without a temperature field the reference temperature holds.",
      "none|wlf|arrhenius");
  has_reference_ = p.given("Reference temperature");
  p.add("Reference temperature", reference_, "T_ref: a_T = 1 [temperature].", Range::any);
  p.add("WLF C1", c1_, "WLF constant.", Range::non_negative);
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
        Range::tolerance);
}

void Prony::check_series(Parameters &p, Faults &faults, const std::string &name, const PronySeries &s) const
{
  if (s.moduli.size() != s.times.size())
    faults.add(p.where(name), "",
               std::to_string(s.moduli.size()) + " moduli but " + std::to_string(s.times.size()) + " relaxation times");
  else if (!(s.instantaneous() > 0))
    faults.add(p.where(name), "", "the instantaneous modulus must be positive: give an equilibrium modulus or terms");
}

void Prony::from_young(Parameters &p, Faults &faults)
{
  if (!(poisson_ > -1 && poisson_ < 0.5))
    return; // has been reported
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
  // A window may have left few of many.
  for (const auto *s : {&bulk_, &shear_})
    if (s->moduli.size() > most_terms)
      faults.add(p.where(by_young_     ? "Young's moduli"
                         : s == &bulk_ ? "Bulk moduli"
                                       : "Shear moduli"),
                 "",
                 std::to_string(s->moduli.size()) + " terms are more than " + std::to_string(most_terms) +
                     (longest_ > 0 ? " within the window; narrow it, or raise 'Folding tolerance'"
                                   : "; fold them by a window ('Shortest time', 'Longest time')"));
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
  std::array<Term, most_terms> shear, bulk;
  const double g = set_terms(shear_, dt, 2, shear.data()), k = set_terms(bulk_, dt, 1, bulk.data());
  if (x.tangent != nullptr)
    fill_tangent(x.tangent, x.stride, x.n, mandel::isotropic(k, g).data());
  if (x.stress == nullptr && x.new_history == nullptr)
    return nullptr;
  Block b;
  for (; b.first < x.n; b.first += b.n)
  {
    b.n = std::min(Block::most, x.n - b.first);
    update(x, shear.data(), bulk.data(), b);
  }
  return nullptr;
}

HarmonicTangent Prony::harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) const
{
  // Times count in shifted time: omega becomes omega a_T.
  double shifted;
  Increment one;
  one.dt = 1;
  one.fields = fields;
  if (const char *fault = shifted_dt(one, shifted))
    throw RunError(fault);
  const double x = omega / shifted;
  const auto part = [&](double (PronySeries::*modulus)(const double) const)
  { return mandel::isotropic((bulk_.*modulus)(x), (shear_.*modulus)(x)); };
  ComplexMatrix6 c = part(&PronySeries::storage).cast<std::complex<double>>();
  if (omega > 0)
    c += std::complex<double>(0, 1) * part(&PronySeries::loss).cast<std::complex<double>>();
  return c;
}

double Prony::set_terms(const PronySeries &series, const double dt, const double factor, Term *terms)
{
  double modulus = series.equilibrium;
  for (std::size_t m = 0; m < series.moduli.size(); ++m)
  {
    const double x = dt / series.times[m], gamma = x > 0 ? -std::expm1(-x) / x : 1.;
    terms[m] = {std::exp(-x), factor * series.moduli[m] * gamma};
    modulus += series.moduli[m] * gamma;
  }
  return modulus;
}

void Prony::update(const MaterialPoints &x, const Term *shear, const Term *bulk, Block &b) const
{
  const std::size_t n_shear = shear_.moduli.size(), first_bulk = 6 + 6 * n_shear;
  set_traces(x, bulk_.equilibrium, b);
  add_terms(bulk, bulk_.moduli.size(), b.n, b.trace_change, b.at(x.old_history, first_bulk, x.stride),
            b.at(x.new_history, first_bulk, x.stride), x.stride, b.pressure);
  for (std::size_t i = 0; i < 6; ++i)
  {
    double *const stress = x.stress == nullptr ? b.stress : b.at(x.stress, i, x.stride);
    set_component(x, i, shear_.equilibrium, b, stress);
    add_terms(shear, n_shear, b.n, b.change, b.at(x.old_history, 6 + i, x.stride), b.at(x.new_history, 6 + i, x.stride),
              6 * x.stride, stress);
    if (double *strain = b.at(x.new_history, i, x.stride))
      std::copy_n(b.at(x.gradient, i, x.stride), b.n, strain);
  }
}

const Registry<PhaseMaterial>::Add add("prony", "Generalized Maxwell viscoelasticity with bulk and shear series",
                                       [] { return std::make_unique<Prony>(); });
} // namespace
} // namespace fe2
