// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Rules of mixture, the bounds of every microstructure with these fractions.
 *
 * voigt: all phases have the macroscopic strain, sigma = sum f_i sigma_i(E).
 * reuss: all phases have the macroscopic stress; Newton's method on the phase strains eps_i:
 *     eps_i += D_i^-1 (sigma - sigma_i),   sigma = (sum f_i D_i^-1)^-1 (E - sum f_i (eps_i - D_i^-1 sigma_i)).
 */
#include <rve/micro_model_library.h>

#include <lib/base/log.h>
#include <lib/scale/tangent_id.h>

#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fe2
{
namespace
{
class Mixture : public MicroModel
{
public:
  Mixture(const std::vector<Phase> &phases, const std::vector<double> &fractions, const bool voigt)
      : phases_(phases), fractions_(fractions), voigt_(voigt)
  {
    for (const auto &p : phases)
    {
      phase_history_.push_back(p.material->history_names().size());
      n_history_ += phase_history_.back();
    }
  }

  bool is_linear() const override
  {
    return std::all_of(phases_.begin(), phases_.end(), [](const Phase &p) { return p.material->is_linear(); });
  }
  bool may_lock() const override { return !locking_phase(phases_).empty(); }
  bool symmetric_tangent() const override
  {
    return std::all_of(phases_.begin(), phases_.end(), [](const Phase &p) { return p.material->symmetric_tangent(); });
  }
  ComponentMatrix initial_tangent(const Increment &increment) override
  {
    Matrix6 stiffness = Matrix6::Zero(), compliance = Matrix6::Zero();
    for (std::size_t p = 0; p < phases_.size(); ++p)
    {
      const Matrix6 d = phases_[p].material->initial_tangent(increment);
      stiffness += fractions_[p] * d;
      compliance += fractions_[p] * d.inverse();
    }
    return voigt_ ? stiffness : Matrix6(compliance.inverse());
  }
  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) override
  {
    ComplexMatrix6 stiffness = ComplexMatrix6::Zero(), compliance = stiffness;
    for (std::size_t p = 0; p < phases_.size(); ++p)
    {
      const auto d = phases_[p].material->harmonic_tangent(omega, fields);
      if (!d)
        return {};
      stiffness += fractions_[p] * *d;
      if (!voigt_)
        compliance += fractions_[p] * ComplexMatrix6(Eigen::MatrixXcd(*d).inverse());
    }
    return voigt_ ? stiffness : ComplexMatrix6(Eigen::MatrixXcd(compliance).inverse());
  }
  Increment relevant(const Increment &increment) const override
  {
    Increment key = increment;
    if (std::none_of(phases_.begin(), phases_.end(), [](const Phase &p) { return p.material->uses_temperature(); }))
      key.fields.clear();
    return key;
  }
  void prepare(const Increment &) override {}
  void evaluate(std::vector<BatchItem> &batch) const override
  {
    for (auto &item : batch)
      evaluate(item);
  }
  std::vector<PhaseTangent> phase_tangents(const Increment &increment) const override
  {
    std::vector<PhaseTangent> result;
    for (std::size_t p = 0; p < phases_.size(); ++p)
      result.push_back({phases_[p].name, fractions_[p], phases_[p].material->initial_tangent(increment)});
    return result;
  }
  std::size_t state_bytes() const override { return sizeof(double) * (12 + n_history_ + 6 * phases_.size()); }
  std::string describe() const override
  {
    std::string text = std::string("mixture, ") + (voigt_ ? "voigt" : "reuss");
    for (std::size_t p = 0; p < phases_.size(); ++p)
      text += ", " + phases_[p].name + " " + format(fractions_[p], 5);
    return text;
  }

private:
  struct PhaseResult
  {
    Vector6 stress;
    Matrix6 tangent;
  };

  void evaluate(BatchItem &item) const;
  const char *evaluate_phases(const BatchItem &item, const std::vector<Vector6> &strains,
                              std::vector<PhaseResult> &results) const;

  std::vector<Phase> phases_;
  std::vector<double> fractions_;
  bool voigt_;
  std::vector<std::size_t> phase_history_;
  std::size_t n_history_ = 0;
  std::uint64_t fingerprint_ = next_fingerprint();
};

const char *Mixture::evaluate_phases(const BatchItem &item, const std::vector<Vector6> &strains,
                                     std::vector<PhaseResult> &results) const
{
  const std::vector<double> virgin(n_history_, 0.);
  const auto &old_history = item.committed->virgin() ? virgin : item.committed->history;
  item.trial->history.resize(n_history_);
  std::size_t offset = 0;
  for (std::size_t p = 0; p < phases_.size(); ++p)
  {
    MaterialPoints point;
    point.n = point.stride = 1;
    point.gradient = strains[p].data();
    point.old_history = old_history.data() + offset;
    point.new_history = item.trial->history.data() + offset;
    point.stress = results[p].stress.data();
    point.tangent = results[p].tangent.data();
    if (const char *fault = phases_[p].material->evaluate(item.request->increment, point))
      return fault;
    offset += phase_history_[p];
  }
  return nullptr;
}

void Mixture::evaluate(BatchItem &item) const
{
  const Vector6 gradient = item.request->gradient;
  const std::size_t n = phases_.size();
  std::vector<PhaseResult> results(n);
  std::vector<Vector6> strains(n, gradient);
  const auto &start = item.committed->fluctuation; // phase strains minus the macroscopic strain
  for (std::size_t p = 0; !voigt_ && p < n && start.size() == 6 * n; ++p)
    strains[p] += Eigen::Map<const Vector6>(start.data() + 6 * p);
  const char *fault = evaluate_phases(item, strains, results);
  Vector6 stress;
  Matrix6 tangent;
  double error = 1;
  unsigned int iteration = 0;
  const unsigned int most = voigt_ ? 1 : 50;
  for (; fault == nullptr && error > 1e-12 && iteration < most; ++iteration)
  {
    Matrix6 sum = Matrix6::Zero();
    stress.setZero();
    if (voigt_)
    {
      for (std::size_t p = 0; p < n; ++p)
      {
        stress += fractions_[p] * results[p].stress;
        sum += fractions_[p] * results[p].tangent;
      }
      tangent = sum;
      break;
    }
    Vector6 rest = gradient;
    std::vector<Matrix6> compliance(n);
    for (std::size_t p = 0; p < n; ++p)
    {
      compliance[p] = results[p].tangent.inverse();
      sum += fractions_[p] * compliance[p];
      rest -= fractions_[p] * (strains[p] - compliance[p] * results[p].stress);
    }
    tangent = sum.inverse();
    stress = tangent * rest;
    for (std::size_t p = 0; p < n; ++p)
      strains[p] += compliance[p] * (stress - results[p].stress);
    fault = evaluate_phases(item, strains, results);
    // The scale must not vanish with the stress.
    double scale = stress.norm();
    error = 0;
    for (std::size_t p = 0; p < n; ++p)
    {
      scale = std::max({scale, results[p].stress.norm(), (results[p].tangent * strains[p]).norm()});
      error = std::max(error, (results[p].stress - stress).norm());
    }
    error = scale > 0 ? error / scale : 0.;
  }
  auto &response = *item.response;
  response.iterations = iteration;
  if (fault != nullptr || !(stress.allFinite()) || (!voigt_ && !(error <= 1e-8)))
  {
    response.status = Status::failed;
    response.message = fault != nullptr ? fault : "the phase stresses of the Reuss mixture do not converge";
    return;
  }
  response.gradient = item.request->gradient;
  response.stress = stress;
  response.tangent_kind = {symmetric_tangent(), true};
  response.tangent_id = is_linear() ? tangent_id(fingerprint_, relevant(item.request->increment)) : 0;
  if (item.request->wanted.tangent)
    response.tangent = symmetric_tangent() ? Matrix6(0.5 * (tangent + tangent.transpose())) : tangent;
  auto &trial = *item.trial;
  trial.gradient.assign(gradient.data(), gradient.data() + 6);
  trial.stress.assign(stress.data(), stress.data() + 6);
  trial.fluctuation.clear();
  for (std::size_t p = 0; !voigt_ && p < n; ++p)
    for (int i = 0; i < 6; ++i)
      trial.fluctuation.push_back(strains[p][i] - gradient[i]);
}

class MixtureBuilder : public MicroModelBuilder
{
public:
  void declare(Parameters &p) override
  {
    p.add_selection("Rule", rule_, "voigt: equal strains (upper bound); reuss: equal stresses (lower bound).",
                    "voigt|reuss");
    p.add("Fractions", fractions_, "Volume fraction of each phase; their sum is 1.", Range::fraction);
  }
  void validate(Parameters &p, Faults &faults, const std::vector<Phase> &phases) override
  {
    const double sum = std::accumulate(fractions_.begin(), fractions_.end(), 0.);
    if (fractions_.size() != phases.size())
      faults.add(p.where("Fractions"), "",
                 std::to_string(fractions_.size()) + " fractions for " + std::to_string(phases.size()) + " phases");
    else if (std::abs(sum - 1) > 1e-9)
      faults.add(p.where("Fractions"), "", "the sum is " + format(sum, 10) + " instead of 1");
    if (!faults.empty())
      return;
    Matrix6 stiffness = Matrix6::Zero();
    for (std::size_t i = 0; i < phases.size(); ++i)
    {
      const Matrix6 tangent = phases[i].material->initial_tangent(Increment());
      stiffness += fractions_[i] * tangent;
      if (rule_ == "reuss" && !(Eigen::FullPivLU<Eigen::MatrixXd>(tangent).rank() == 6))
        faults.add(p.where("Phases"), phases[i].name,
                   "has no compliance (a void, or a phase in local plane stress), which reuss averages; with a void "
                   "the Reuss stiffness is zero");
    }
    if (rule_ == "voigt" && stiffness.isZero(0))
      faults.add(p.where("Phases"), "", "all phases are void: there is nothing to carry a stress");
  }
  std::shared_ptr<MicroModel> create(const std::vector<Phase> &phases, const unsigned int,
                                     const MPI_Comm) const override
  {
    return std::make_shared<Mixture>(phases, fractions_, rule_ == "voigt");
  }

private:
  std::string rule_ = "voigt";
  std::vector<double> fractions_;
};

const Registry<MicroModelBuilder>::Add add("mixture", "Voigt or Reuss average of phases",
                                           [] { return std::make_unique<MixtureBuilder>(); });
} // namespace
} // namespace fe2
