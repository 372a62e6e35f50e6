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
#include <rve/materials/fill_tangent.h>
#include <rve/materials/isotropic_constants.h>
#include <rve/phase_material.h>

#include <lib/base/log.h>
#include <lib/base/simd_clones.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace fe2
{
namespace
{
const double root = std::sqrt(1.5);
constexpr double yields = 1 + 1e-14; ///< times the yield stress: less is rounding
const char *const did_not_converge = "the radial return of J2 plasticity did not converge";
const char *const has_softened = "the yield stress of J2 plasticity has softened to zero";

/// Whether any point of a block flows; null if all went well, otherwise why it failed.
struct Outcome
{
  bool flows;
  const char *fault;
};

struct Moduli
{
  double bulk, shear, kinematic;
};

/// Points that are updated together: all loops over them are vectorized, and a block stays in the first-level cache
/// (its arrays do not begin at equal places of 4096 bytes, which would collide).
struct Block
{
  static constexpr std::size_t most = 248;
  std::size_t first = 0, n = 0;
  alignas(64) double trace[most], stress[6][most]; ///< stress: deviator of the trial
  double normal[6][most];                          ///< xi of the trial; where it flows n, elsewhere 0
  double q[most];                                  ///< of the trial
  double step[most], slope[most];                  ///< Delta p, a; 0 where it does not flow

  template <class Number>
  Number *at(Number *array, const std::size_t row, const std::size_t stride) const
  {
    return array + row * stride + first;
  }
  bool flows(const std::size_t k) const { return step[k] + slope[k] > 0; }
};

FE2_SIMD_CLONES
void set_trial(const MaterialPoints &x, const Moduli &m, Block &b)
{
  const std::size_t n = b.n;
  const double *e0 = b.at(x.gradient, 0, x.stride), *e1 = b.at(x.gradient, 1, x.stride),
               *e2 = b.at(x.gradient, 2, x.stride);
  for (std::size_t k = 0; k < n; ++k)
    b.trace[k] = e0[k] + e1[k] + e2[k];
  const double back = 2. / 3. * m.kinematic, twice = 2 * m.shear;
  for (std::size_t i = 0; i < 6; ++i)
  {
    const double *e = b.at(x.gradient, i, x.stride), *plastic = b.at(x.old_history, i, x.stride);
    const double third = i < 3 ? 1. : 0.;
    for (std::size_t k = 0; k < n; ++k)
    {
      const double s = twice * (e[k] - third * (b.trace[k] / 3) - plastic[k]);
      b.stress[i][k] = s;
      b.normal[i][k] = s - back * plastic[k];
    }
  }
  for (std::size_t k = 0; k < n; ++k)
  {
    double squares = 0;
    for (std::size_t i = 0; i < 6; ++i)
      squares += b.normal[i][k] * b.normal[i][k];
    b.q[k] = root * std::sqrt(squares);
  }
}

/// Rate-independent linear hardening in closed form.
FE2_SIMD_CLONES
Outcome flow_linearly(const double *p, const double yield_stress, const double modulus, const double stiffness,
                      Block &b)
{
  const double most = std::numeric_limits<double>::max(), slope = 1 / (stiffness + modulus);
  std::int64_t flows = 0, diverges = 0, softens = 0;
  for (std::size_t k = 0; k < b.n; ++k)
  {
    const double yield = yield_stress + modulus * p[k];
    const bool here = b.q[k] > yield * yields;
    const double step = here ? (b.q[k] - yield) / (stiffness + modulus) : 0.;
    b.step[k] = step;
    b.slope[k] = here ? slope : 0.;
    flows |= here ? 1 : 0;
    diverges |= step <= most ? 0 : 1;
    softens |= here && !(yield + modulus * step > 0) ? 1 : 0;
  }
  return {flows != 0, diverges ? did_not_converge : softens ? has_softened : nullptr};
}

/// The flow direction of a block in which some points flow.
FE2_SIMD_CLONES
void set_normals(Block &b)
{
  double scale[Block::most];
  for (std::size_t k = 0; k < b.n; ++k)
    scale[k] = root / (b.flows(k) ? b.q[k] : 1.);
  for (auto &normal : b.normal)
    for (std::size_t k = 0; k < b.n; ++k)
      normal[k] = b.flows(k) ? normal[k] * scale[k] : 0.; // not a product with 0: xi may be infinite
}

FE2_SIMD_CLONES
void write_history(const MaterialPoints &x, const bool flows, const Block &b)
{
  for (std::size_t i = 0; i < 7; ++i)
  {
    const double *old = b.at(x.old_history, i, x.stride);
    double *fresh = b.at(x.new_history, i, x.stride);
    if (!flows)
      std::copy_n(old, b.n, fresh);
    else if (i < 6)
      for (std::size_t k = 0; k < b.n; ++k)
        fresh[k] = old[k] + b.step[k] * root * b.normal[i][k];
    else
      for (std::size_t k = 0; k < b.n; ++k)
        fresh[k] = old[k] + b.step[k];
  }
}

FE2_SIMD_CLONES
void write_stress(const MaterialPoints &x, const Moduli &m, const bool flows, const Block &b)
{
  const double back = flows ? 2 * m.shear * root : 0.;
  for (std::size_t i = 0; i < 6; ++i)
  {
    double *s = b.at(x.stress, i, x.stride);
    const double bulk = i < 3 ? m.bulk : 0.;
    if (flows)
      for (std::size_t k = 0; k < b.n; ++k)
        s[k] = b.stress[i][k] - back * b.step[k] * b.normal[i][k] + bulk * b.trace[k];
    else
      for (std::size_t k = 0; k < b.n; ++k)
        s[k] = b.stress[i][k] + bulk * b.trace[k];
  }
}

FE2_SIMD_CLONES
void write_dyadic(const MaterialPoints &x, const Moduli &m, const bool flows, const Block &b)
{
  const double twice = 2 * m.shear, thrice = 3 * m.shear;
  double *lambda = b.at(x.dyadic, 0, x.stride), *shear = b.at(x.dyadic, 1, x.stride),
         *axial = b.at(x.dyadic, 2, x.stride);
  for (std::size_t k = 0; k < b.n; ++k)
  {
    const double c = flows && b.flows(k) ? thrice * b.step[k] / b.q[k] : 0.;
    shear[k] = twice * (1 - c);
    axial[k] = flows ? twice * (c - thrice * b.slope[k]) : 0.;
    lambda[k] = m.bulk - shear[k] / 3;
  }
  for (std::size_t i = 0; i < 6; ++i)
  {
    double *row = b.at(x.dyadic, 3 + i, x.stride);
    if (flows)
      std::copy_n(b.normal[i], b.n, row);
    else
      std::fill_n(row, b.n, 0.);
  }
}

/// Row by row: a loop over points that writes to 36 rows at once would thrash the cache.
FE2_SIMD_CLONES
void write_tangent(const MaterialPoints &x, const Moduli &m, const Block &b)
{
  const double twice = 2 * m.shear, thrice = 3 * m.shear;
  double shear[Block::most], axial[Block::most], sum[Block::most], base[Block::most];
  for (std::size_t k = 0; k < b.n; ++k)
  {
    const double c = thrice * b.step[k] / (b.flows(k) ? b.q[k] : 1.);
    shear[k] = twice * (1 - c);
    axial[k] = twice * (c - thrice * b.slope[k]);
    base[k] = m.bulk - shear[k] / 3;
    sum[k] = base[k] + shear[k];
  }
  for (std::size_t i = 0; i < 6; ++i)
  {
    double scaled[Block::most];
    for (std::size_t k = 0; k < b.n; ++k)
      scaled[k] = axial[k] * b.normal[i][k];
    for (std::size_t j = i; j < 6; ++j)
    {
      const double *isotropic = i == j ? (i < 3 ? sum : shear) : j < 3 ? base : nullptr;
      double *row = b.at(x.tangent, 6 * i + j, x.stride);
      if (isotropic != nullptr)
        for (std::size_t k = 0; k < b.n; ++k)
          row[k] = isotropic[k] + scaled[k] * b.normal[j][k];
      else
        for (std::size_t k = 0; k < b.n; ++k)
          row[k] = scaled[k] * b.normal[j][k];
      if (i != j)
        std::copy_n(row, b.n, b.at(x.tangent, 6 * j + i, x.stride));
    }
  }
}

class J2Plasticity : public PhaseMaterial
{
public:
  void declare(Parameters &p) override;
  void validate(Parameters &p, Faults &faults) override;
  bool is_linear() const override { return false; }
  bool may_lock() const override { return true; }
  bool has_dyadic_tangent() const override { return true; }
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
  Outcome flow(const double dt, const double *p, Block &b) const;

  IsotropicConstants elastic_;
  std::string hardening_ = "linear";
  double yield_stress_ = 0, modulus_ = 0, saturation_ = 0, rate_ = 0, kinematic_ = 0, viscosity_ = 0, exponent_ = 1;
  Matrix6 elastic_tangent_ = Matrix6::Zero();
  double least_yield_stress_ = 0; ///< of any p: spares exponentials and searches where it is elastic
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
  p.add("Yield stress", yield_stress_, "sigma_0, of linear and voce [stress].", Range::positive);
  p.add("Hardening modulus", modulus_, "H, of linear and voce; negative softens, which RVEs seldom bear [stress].",
        Range::any);
  p.add("Saturation stress", saturation_, "Q of voce [stress].", Range::any);
  p.add("Saturation rate", rate_, "b of voce.", Range::non_negative);
  p.add("Plastic strains", table_strains_, "Of the table: rising from 0.", Range::non_negative);
  p.add("Yield stresses", table_stresses_, "Of the table, one for each plastic strain [stress].", Range::positive);
  p.add("Kinematic modulus", kinematic_, "H_kin of linear kinematic (Prager) hardening [stress].", Range::non_negative);
  p.add("Viscosity", viscosity_, "eta of Perzyna's law; 0: rate-independent [time].", Range::non_negative);
  p.add("Rate exponent", exponent_, "N of Perzyna's law.", Range::at_least(1));
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
  double least = modulus_ + std::min(0., saturation_ * rate_);
  if (hardening_ == "table")
    for (std::size_t i = 1; i < table_strains_.size() && table_strains_.size() == table_stresses_.size(); ++i)
      least =
          std::min(least, (table_stresses_[i] - table_stresses_[i - 1]) / (table_strains_[i] - table_strains_[i - 1]));
  if (!(3 * elastic_.shear + kinematic_ + least > 0))
    faults.add(p.where(hardening_ == "table" ? "Yield stresses" : "Hardening modulus"), format(least),
               "softens faster than elasticity can follow: 3 G + H + H_kin must be positive");
  elastic_tangent_ = mandel::isotropic(elastic_.bulk, elastic_.shear);
  if (hardening_ == "table" && !table_stresses_.empty())
    least_yield_stress_ = *std::min_element(table_stresses_.begin(), table_stresses_.end());
  else
    least_yield_stress_ = modulus_ >= 0 && saturation_ >= 0 ? yield_stress_ : -std::numeric_limits<double>::max();
}

std::pair<double, double> J2Plasticity::yield(const double p) const
{
  if (!table_strains_.empty())
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

/// Everything but rate-independent linear hardening: point by point where it flows.
Outcome J2Plasticity::flow(const double dt, const double *p, Block &b) const
{
  std::fill_n(b.step, b.n, 0.);
  std::fill_n(b.slope, b.n, 0.);
  bool flows = false;
  for (std::size_t k = 0; k < b.n; ++k)
  {
    if (!(b.q[k] > least_yield_stress_ && b.q[k] > yield(p[k]).first * yields))
      continue;
    if (!plastic_step(dt, b.q[k], p[k], b.step[k], b.slope[k]))
      return {true, did_not_converge};
    if (!(yield(p[k] + b.step[k]).first > 0))
      return {true, has_softened};
    flows = true;
  }
  return {flows, nullptr};
}

const char *J2Plasticity::evaluate(const Increment &increment, const MaterialPoints &x) const
{
  const Moduli m{elastic_.bulk, elastic_.shear, kinematic_};
  Block b;
  for (; b.first < x.n; b.first += b.n)
  {
    b.n = std::min(Block::most, x.n - b.first);
    set_trial(x, m, b);
    const double *p = b.at(x.old_history, 6, x.stride);
    Outcome outcome{false, nullptr};
    if (hardening_ == "linear" && viscosity_ == 0)
      outcome = flow_linearly(p, yield_stress_, modulus_, 3 * m.shear + m.kinematic, b);
    else if (viscosity_ == 0 || increment.dt > 0)
      outcome = flow(increment.dt, p, b);
    if (outcome.fault != nullptr)
      return outcome.fault;
    if (outcome.flows)
      set_normals(b);
    if (x.new_history != nullptr)
      write_history(x, outcome.flows, b);
    if (x.stress != nullptr)
      write_stress(x, m, outcome.flows, b);
    if (x.dyadic != nullptr)
      write_dyadic(x, m, outcome.flows, b);
    if (x.tangent != nullptr)
    {
      if (outcome.flows)
        write_tangent(x, m, b);
      else
        fill_tangent(x.tangent + b.first, x.stride, b.n, elastic_tangent_.data());
    }
  }
  return nullptr;
}

const Registry<PhaseMaterial>::Add add("j2_plasticity", "Von Mises plasticity, isotropic and kinematic, Perzyna",
                                       [] { return std::make_unique<J2Plasticity>(); });
} // namespace
} // namespace fe2
