// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A phase material without an RVE: FE2 with it is ordinary FE. A batch is one run of the material.
 */
#include <lib/scale/tangent_id.h>

#include <rve/micro_model_library.h>

#include <algorithm>

namespace fe2
{
namespace
{
class SinglePhase : public MicroModel
{
public:
  explicit SinglePhase(const Phase &phase)
      : phase_(phase), n_history_(phase.material->history_names().size()), fingerprint_(next_fingerprint())
  {
  }

  bool is_linear() const override { return phase_.material->is_linear(); }
  bool may_lock() const override { return phase_.material->may_lock(); }
  bool symmetric_tangent() const override { return phase_.material->symmetric_tangent(); }
  ComponentMatrix initial_tangent(const Increment &increment) override
  {
    return phase_.material->initial_tangent(increment);
  }

  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) override
  {
    return phase_.material->harmonic_tangent(omega, fields);
  }

  Increment relevant(const Increment &increment) const override
  {
    Increment key = increment;
    if (!phase_.material->uses_temperature())
      key.fields.clear();
    return key;
  }
  void prepare(const Increment &) override {}

  void evaluate(std::vector<BatchItem> &batch) const override
  {
    const std::size_t n = batch.size();
    const bool want_tangent =
        std::any_of(batch.begin(), batch.end(), [](const BatchItem &i) { return i.request->wanted.tangent; });
    std::vector<double> gradient(6 * n), stress(6 * n), old_history(n_history_ * n), new_history(n_history_ * n),
        tangent(want_tangent ? 36 * n : 0);
    for (std::size_t q = 0; q < n; ++q)
    {
      for (std::size_t i = 0; i < 6; ++i)
        gradient[i * n + q] = batch[q].request->gradient[int(i)];
      for (std::size_t i = 0; i < n_history_; ++i)
        old_history[i * n + q] = batch[q].committed->virgin() ? 0. : batch[q].committed->history[i];
    }
    MaterialPoints points;
    points.n = points.stride = n;
    points.gradient = gradient.data();
    points.old_history = old_history.data();
    points.new_history = new_history.data();
    points.stress = stress.data();
    points.tangent = want_tangent ? tangent.data() : nullptr;
    const std::uint64_t id = is_linear() ? tangent_id(fingerprint_, relevant(batch.front().request->increment)) : 0;
    const char *fault = phase_.material->evaluate(batch.front().request->increment, points);
    if (fault != nullptr && n > 1)
    {
      // One bad point must not fail the others.
      for (auto &item : batch)
      {
        std::vector<BatchItem> single = {item};
        evaluate(single);
      }
      return;
    }
    for (std::size_t q = 0; q < n; ++q)
    {
      auto &response = *batch[q].response;
      auto &trial = *batch[q].trial;
      if (fault != nullptr)
      {
        response.status = Status::failed;
        response.message = fault;
        continue;
      }
      response.gradient = batch[q].request->gradient;
      response.stress.resize(6);
      for (std::size_t i = 0; i < 6; ++i)
        response.stress[int(i)] = stress[i * n + q];
      response.tangent_kind = {symmetric_tangent(), true};
      if (batch[q].request->wanted.tangent)
      {
        response.tangent.resize(6, 6);
        for (std::size_t i = 0; i < 36; ++i)
          response.tangent.data()[i] = tangent[i * n + q];
        response.tangent_id = id;
      }
      trial.gradient.assign(response.gradient.data(), response.gradient.data() + 6);
      trial.stress.assign(response.stress.data(), response.stress.data() + 6);
      trial.history.resize(n_history_);
      for (std::size_t i = 0; i < n_history_; ++i)
        trial.history[i] = new_history[i * n + q];
    }
  }

  std::size_t state_bytes() const override { return sizeof(double) * (12 + n_history_); }
  std::string describe() const override { return "single_phase, " + phase_.name; }

private:
  Phase phase_;
  std::size_t n_history_;
  std::uint64_t fingerprint_;
};

class SinglePhaseBuilder : public MicroModelBuilder
{
public:
  void declare(Parameters &) override {}
  void validate(Parameters &p, Faults &faults, const std::vector<Phase> &phases) override
  {
    if (phases.size() > 1)
      faults.add(p.where("Phases"), "", "single_phase takes one material; given are " + std::to_string(phases.size()));
    if (faults.empty() && phases.front().material->initial_tangent(Increment()).isZero(0))
      faults.add(p.where("Phases"), phases.front().name,
                 "is void: there is nothing to carry a stress; leave its region out of the mesh");
  }
  std::shared_ptr<MicroModel> create(const std::vector<Phase> &phases, const unsigned int,
                                     const MPI_Comm) const override
  {
    return make_single_phase(phases.front());
  }
};

const Registry<MicroModelBuilder>::Add add("single_phase", "One phase material, no RVE",
                                           [] { return std::make_unique<SinglePhaseBuilder>(); });
} // namespace

std::shared_ptr<MicroModel> make_single_phase(const Phase &phase)
{
  return std::make_shared<SinglePhase>(phase);
}
} // namespace fe2
