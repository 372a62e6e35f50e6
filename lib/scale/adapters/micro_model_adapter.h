// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A micro model around a micro model: passes everything on; adapters override what they change.
 */
#ifndef fe2_lib_scale_adapters_micro_model_adapter_h
#define fe2_lib_scale_adapters_micro_model_adapter_h

#include <lib/scale/micro_model.h>

namespace fe2
{
class MicroModelAdapter : public MicroModel
{
public:
  explicit MicroModelAdapter(const std::shared_ptr<MicroModel> &inner) : inner_(inner) {}

  Kinematics kinematics() const override { return inner_->kinematics(); }
  bool is_linear() const override { return inner_->is_linear(); }
  bool symmetric_tangent() const override { return inner_->symmetric_tangent(); }
  bool is_plane_stress() const override { return inner_->is_plane_stress(); }
  bool may_lock() const override { return inner_->may_lock(); }
  Accuracy accuracy() const override { return inner_->accuracy(); }
  ComponentMatrix initial_tangent(const Increment &increment) override { return inner_->initial_tangent(increment); }
  Increment relevant(const Increment &increment) const override { return inner_->relevant(increment); }
  void prepare(const Increment &increment) override { inner_->prepare(increment); }
  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) override
  {
    return inner_->harmonic_tangent(omega, fields);
  }
  void evaluate(std::vector<BatchItem> &batch) const override { inner_->evaluate(batch); }
  void complete(BatchItem &item) const override { inner_->complete(item); }
  std::vector<std::string> scalar_names() const override { return inner_->scalar_names(); }
  std::vector<PhaseTangent> phase_tangents(const Increment &increment) const override
  {
    return inner_->phase_tangents(increment);
  }
  bool write_fields(const PointDefinition &definition, const PointState &state,
                    const std::string &basename) const override
  {
    return inner_->write_fields(definition, state, basename);
  }
  std::vector<LargestValue> largest_values(const PointDefinition &definition, const PointState &state) const override
  {
    return inner_->largest_values(definition, state);
  }
  PointState whole_state(const PointDefinition &definition, const PointState &part) const override
  {
    return inner_->whole_state(definition, part);
  }
  PointState part_of_state(const PointDefinition &definition, const PointState &whole) const override
  {
    return inner_->part_of_state(definition, whole);
  }
  std::size_t state_bytes() const override { return inner_->state_bytes(); }
  std::size_t scratch_bytes() const override { return inner_->scratch_bytes(); }
  std::size_t shared_bytes() const override { return inner_->shared_bytes(); }
  std::string describe() const override { return inner_->describe(); }

protected:
  std::shared_ptr<MicroModel> inner_;
};
} // namespace fe2

#endif
