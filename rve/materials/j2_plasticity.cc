// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Von Mises plasticity at small strains with isotropic and linear kinematic (Prager) hardening, rate-independent or
 * viscoplastic (Perzyna), by the radial return (Simo and Hughes, Computational Inelasticity (1998), sections 3.3 and
 * 2.7), implicit Euler:
 *
 *     sigma = K tr eps 1 + 2 G dev(eps - eps_p),   beta = 2/3 H_kin eps_p,   xi = dev sigma - beta
 *     f = q - sigma_y(p),  q = sqrt(3/2) |xi|,     Delta eps_p = Delta p sqrt(3/2) xi / |xi|
 *
 *     rate-independent:  f <= 0, Delta p >= 0, f Delta p = 0
 *     Perzyna:           dp/dt = <f / sigma_0>^N / eta,  sigma_0 the initial yield stress
 *
 * sigma_y: linear sigma_0 + H p; Voce sigma_0 + H p + Q (1 - exp(-b p)); or a table of p and sigma_y, constant after
 * its end. With dt = 0 Perzyna's model is elastic. Tangent, with n = xi_trial / |xi_trial| and a = dDelta p / dq_trial:
 *
 *     C = K 1x1 + 2 G (1 - c) I_dev + 2 G (c - 3 G a) n x n,   c = 3 G Delta p / q_trial
 *
 * History: plastic strain (6, Mandel), p.
 */
#include <rve/materials/isotropic_constants.h>
#include <rve/phase_material.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
namespace
{
class J2Plasticity : public PhaseMaterial
{
public:
  void declare(Parameters &p) override;
  void validate(Parameters &p, Faults &faults) override;
  bool is_linear() const override { return false; }
  std::vector<std::string> history_names() const override
  {
    std::vector<std::string> names;
    for (const auto &c : component_names(Kinematics::small_strain))
      names.push_back("plastic_strain_" + c);
    names.push_back("equivalent_plastic_strain");
    return names;
  }
  bool elastic_limit(Matrix6 &form) const override
  {
    const double scale = 2 * elastic_.shear / yield_stress_;
    form = 1.5 * scale * scale * mandel::deviatoric();
    return true;
  }
  const char *evaluate(const Increment &increment, const MaterialPoints &points) const override;

private:
  void validate_table(Parameters &p, Faults &faults);
  /// Yield stress and its slope.
  std::pair<double, double> yield(const double p) const;
  /// Delta p and a = dDelta p / dq for a trial q above the yield stress; false if it does not converge.
  bool plastic_step(const double dt, const double q, const double p, double &step, double &slope) const;

  IsotropicConstants elastic_;
  std::string hardening_ = "linear";
  double yield_stress_ = 0, modulus_ = 0, saturation_ = 0, rate_ = 0, kinematic_ = 0, viscosity_ = 0, exponent_ = 1;
  std::vector<double> table_strains_, table_stresses_;
  bool has_yield_ = false, has_modulus_ = false, has_voce_ = false, has_table_ = false;
};

void J2Plasticity::declare(Parameters &p)
{
  elastic_.declare(p);
  p.add_selection(
      "Hardening", hardening_,
      "sigma_y(p). linear: sigma_0 + H p. voce: sigma_0 + H p + Q (1 - exp(-b p)). table: piecewise linear.",
      "linear|voce|table");
  has_yield_ = p.given("Yield stress");
  has_modulus_ = p.given("Hardening modulus");
  has_voce_ = p.given("Saturation stress") || p.given("Saturation rate");
  has_table_ = p.given("Plastic strains") || p.given("Yield stresses");
  p.add("Yield stress", yield_stress_, "sigma_0, of linear and voce [stress].", Range::non_negative);
  p.add("Hardening modulus", modulus_, "H, of linear and voce; negative softens, which RVEs seldom bear [stress].",
        Range::any);
  p.add("Saturation stress", saturation_, "Q of voce [stress].", Range::any);
  p.add("Saturation rate", rate_, "b of voce.", Range::non_negative);
  p.add("Plastic strains", table_strains_, "Of the table: rising from 0.", Range::non_negative);
  p.add("Yield stresses", table_stresses_, "Of the table, one for each plastic strain [stress].", Range::positive);
  p.add("Kinematic modulus", kinematic_, "H_kin of linear kinematic (Prager) hardening [stress].", Range::non_negative);
  p.add("Viscosity", viscosity_, "eta of Perzyna's law; 0: rate-independent [time].", Range::non_negative);
  p.add("Rate exponent", exponent_, "N of Perzyna's law, at least 1.", Range::positive);
}

void J2Plasticity::validate_table(Parameters &p, Faults &faults)
{
  const auto &x = table_strains_;
  if (x.empty() || x.size() != table_stresses_.size())
    faults.add(p.where("Plastic strains"), "",
               std::to_string(x.size()) + " plastic strains but " + std::to_string(table_stresses_.size()) +
                   " yield stresses; give as many of both");
  else if (x.front() != 0 || std::adjacent_find(x.begin(), x.end(), std::greater_equal<double>()) != x.end())
    faults.add(p.where("Plastic strains"), "", "must begin with 0 and rise");
  else
    yield_stress_ = table_stresses_.front();
}

void J2Plasticity::validate(Parameters &p, Faults &faults)
{
  const bool elastic = elastic_.validate(p, faults);
  if (elastic && !(elastic_.bulk > 0 && elastic_.shear > 0))
    faults.add(p.where("Young's modulus"), "", "bulk and shear modulus must be positive");
  if (hardening_ == "table")
    validate_table(p, faults);
  else if (!has_yield_)
    faults.add(p.where("Yield stress"), "", "is missing; hardening '" + hardening_ + "' needs it");
  else if (!(yield_stress_ > 0))
    faults.add(p.where("Yield stress"), format(yield_stress_), "must be positive");
  const auto refuse = [&](const bool given, const char *entry)
  {
    if (given)
      faults.add(p.where(entry), "", "is not used by hardening '" + hardening_ + "'; remove it");
  };
  refuse(hardening_ == "table" && has_yield_, "Yield stress");
  refuse(hardening_ == "table" && has_modulus_, "Hardening modulus");
  refuse(hardening_ != "voce" && has_voce_, "Saturation stress");
  refuse(hardening_ != "table" && has_table_, "Plastic strains");
  if (!(exponent_ >= 1))
    faults.add(p.where("Rate exponent"), format(exponent_), "must be at least 1");
  double least = modulus_ + std::min(0., saturation_ * rate_);
  if (hardening_ == "table")
    for (std::size_t i = 1; i < table_strains_.size() && table_strains_.size() == table_stresses_.size(); ++i)
      least =
          std::min(least, (table_stresses_[i] - table_stresses_[i - 1]) / (table_strains_[i] - table_strains_[i - 1]));
  if (!(3 * elastic_.shear + kinematic_ + least > 0))
    faults.add(p.where(hardening_ == "table" ? "Yield stresses" : "Hardening modulus"), format(least),
               "softens faster than elasticity can follow: 3 G + H + H_kin must be positive");
}

std::pair<double, double> J2Plasticity::yield(const double p) const
{
  if (hardening_ == "table")
  {
    const auto next = std::upper_bound(table_strains_.begin(), table_strains_.end(), p);
    if (next == table_strains_.end())
      return {table_stresses_.back(), 0.};
    const auto i = std::size_t(next - table_strains_.begin());
    const double slope = (table_stresses_[i] - table_stresses_[i - 1]) / (table_strains_[i] - table_strains_[i - 1]);
    return {table_stresses_[i - 1] + slope * (p - table_strains_[i - 1]), slope};
  }
  const double e = rate_ > 0 ? std::exp(-rate_ * p) : 1.;
  return {yield_stress_ + modulus_ * p + saturation_ * (1 - e), modulus_ + saturation_ * rate_ * e};
}

bool J2Plasticity::plastic_step(const double dt, const double q, const double p, double &step, double &slope) const
{
  const double stiffness = 3 * elastic_.shear + kinematic_;
  // Newton's method inside of a bracket: residual(low) > 0 > residual(high).
  double low = 0, high = q / stiffness;
  double rounding = 1e-14 * high; // of f: smaller steps cannot be told from none
  double before = std::numeric_limits<double>::max();
  step = 0;
  for (unsigned int iteration = 0; iteration < 400; ++iteration)
  {
    const auto [stress, hardening] = yield(p + step);
    const double f = q - stiffness * step - stress;
    double residual = f / stiffness, derivative = -(stiffness + hardening) / stiffness;
    slope = 1 / (stiffness + hardening);
    if (viscosity_ > 0)
    {
      const double over = std::max(f, 0.) / yield_stress_;
      const double rate = dt / viscosity_ * std::pow(over, exponent_);
      const double gain = over > 0 ? dt / viscosity_ * exponent_ * std::pow(over, exponent_ - 1) / yield_stress_ : 0.;
      residual = rate - step;
      rounding = 1e-14 * q * (1 / stiffness + gain);
      derivative = -1 - gain * (stiffness + hardening);
      slope = gain / (1 + gain * (stiffness + hardening));
    }
    (residual > 0 ? low : high) = step;
    const bool slow = std::abs(residual) > 0.5 * before; // Newton creeps for large exponents
    before = std::abs(residual);
    const double change = -residual / derivative;
    if (std::abs(residual) <= rounding || std::abs(change) <= 1e-15 * step)
      return std::isfinite(step);
    step += change;
    if (slow || !(step > low && step < high))
      step = 0.5 * (low + high);
    if (!(high - low > 1e-16 * high))
      return true;
  }
  return false;
}

const char *J2Plasticity::evaluate(const Increment &increment, const MaterialPoints &x) const
{
  const double k = elastic_.bulk, g = elastic_.shear, root = std::sqrt(1.5);
  const bool flows = viscosity_ == 0 || increment.dt > 0;
  for (std::size_t point = 0; point < x.n; ++point)
  {
    double plastic[6], s[6], n[6];
    double trace = 0, squares = 0;
    for (std::size_t i = 0; i < 3; ++i)
      trace += x.gradient[i * x.stride + point];
    for (std::size_t i = 0; i < 6; ++i)
    {
      plastic[i] = x.old_history[i * x.stride + point];
      const double deviator = x.gradient[i * x.stride + point] - (i < 3 ? trace / 3 : 0.);
      s[i] = 2 * g * (deviator - plastic[i]);
      n[i] = s[i] - 2. / 3. * kinematic_ * plastic[i]; // xi of the trial
      squares += n[i] * n[i];
    }
    double p = x.old_history[6 * x.stride + point];
    const double norm = std::sqrt(squares), q = root * norm;
    double step = 0, slope = 0;
    if (flows && q > yield(p).first * (1 + 1e-14))
    {
      if (!plastic_step(increment.dt, q, p, step, slope))
        return "the radial return of J2 plasticity did not converge";
      if (!(yield(p + step).first > 0))
        return "the yield stress of J2 plasticity has softened to zero";
      for (std::size_t i = 0; i < 6; ++i)
      {
        n[i] /= norm;
        const double flow = step * root * n[i];
        plastic[i] += flow;
        s[i] -= 2 * g * flow;
      }
      p += step;
    }
    if (x.new_history != nullptr)
    {
      for (std::size_t i = 0; i < 6; ++i)
        x.new_history[i * x.stride + point] = plastic[i];
      x.new_history[6 * x.stride + point] = p;
    }
    if (x.stress != nullptr)
      for (std::size_t i = 0; i < 6; ++i)
        x.stress[i * x.stride + point] = s[i] + (i < 3 ? k * trace : 0.);
    if (x.tangent != nullptr)
    {
      const double c = slope > 0 ? 3 * g * step / q : 0., shear = 2 * g * (1 - c), axial = 2 * g * (c - 3 * g * slope);
      for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j)
          x.tangent[(6 * i + j) * x.stride + point] =
              (i < 3 && j < 3 ? k - shear / 3 : 0.) + (i == j ? shear : 0.) + (slope > 0 ? axial * n[i] * n[j] : 0.);
    }
  }
  return nullptr;
}

const Registry<PhaseMaterial>::Add add("j2_plasticity", "Von Mises plasticity, isotropic and kinematic, Perzyna",
                                       [] { return std::make_unique<J2Plasticity>(); });
} // namespace
} // namespace fe2
