// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/scale/adapters/instances.h>

#include <lib/scale/adapters/micro_model_adapter.h>

#include <algorithm>

namespace fe2
{
namespace
{
class Instances : public MicroModelAdapter
{
public:
  explicit Instances(const std::vector<std::shared_ptr<MicroModel>> &models)
      : MicroModelAdapter(models.front()), models_(models)
  {
  }

  /// The mean.
  ComponentMatrix initial_tangent(const Increment &increment) override
  {
    ComponentMatrix sum = models_.front()->initial_tangent(increment);
    for (std::size_t i = 1; i < models_.size(); ++i)
      sum += models_[i]->initial_tangent(increment);
    return sum / double(models_.size());
  }
  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) override
  {
    ComplexMatrix6 sum = ComplexMatrix6::Zero();
    for (const auto &m : models_)
      if (const auto c = m->harmonic_tangent(omega, fields))
        sum += *c / double(models_.size());
      else
        return {};
    return sum;
  }
  void prepare(const Increment &increment) override
  {
    for (const auto &m : models_)
      m->prepare(increment);
  }
  void evaluate(std::vector<BatchItem> &batch) const override
  {
    std::vector<std::vector<BatchItem>> parts(models_.size());
    for (const auto &item : batch)
      parts[item.definition->instance % models_.size()].push_back(item);
    for (std::size_t i = 0; i < models_.size(); ++i)
      if (!parts[i].empty())
        models_[i]->evaluate(parts[i]);
  }
  void complete(BatchItem &item) const override { of(*item.definition).complete(item); }
  bool write_fields(const PointDefinition &definition, const PointState &state,
                    const std::string &basename) const override
  {
    return of(definition).write_fields(definition, state, basename);
  }
  std::vector<LargestValue> largest_values(const PointDefinition &definition, const PointState &state) const override
  {
    return of(definition).largest_values(definition, state);
  }
  PointState whole_state(const PointDefinition &definition, const PointState &part) const override
  {
    return of(definition).whole_state(definition, part);
  }
  PointState part_of_state(const PointDefinition &definition, const PointState &whole) const override
  {
    return of(definition).part_of_state(definition, whole);
  }
  std::size_t state_bytes() const override { return largest(&MicroModel::state_bytes); }
  std::size_t scratch_bytes() const override { return largest(&MicroModel::scratch_bytes); }
  std::size_t shared_bytes() const override
  {
    std::size_t sum = 0;
    for (const auto &m : models_)
      sum += m->shared_bytes();
    return sum;
  }
  std::string describe() const override
  {
    return inner_->describe() + "; the first of " + std::to_string(models_.size()) + " instances";
  }

private:
  const MicroModel &of(const PointDefinition &definition) const
  {
    return *models_[definition.instance % models_.size()];
  }
  std::size_t largest(std::size_t (MicroModel::*bytes)() const) const
  {
    std::size_t most = 0;
    for (const auto &m : models_)
      most = std::max(most, (m.get()->*bytes)());
    return most;
  }

  std::vector<std::shared_ptr<MicroModel>> models_;
};
} // namespace

std::shared_ptr<MicroModel> as_instances(const std::vector<std::shared_ptr<MicroModel>> &models)
{
  return std::make_shared<Instances>(models);
}
} // namespace fe2
