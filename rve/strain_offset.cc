// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/strain_offset.h>

namespace fe2
{
namespace
{
/// Six tensor components 11, 22, 33, 12, 13, 23, or the first alone.
bool read_components(Parameters &p, Faults &faults, const std::string &entry, const std::vector<double> &values,
                     const bool one_is_isotropic, Vector6 &result)
{
  if (values.empty())
    return true;
  if (one_is_isotropic && values.size() == 1)
  {
    result << values[0], values[0], values[0], 0, 0, 0;
    return true;
  }
  if (values.size() != 6)
  {
    faults.add(p.where(entry), "",
               std::string(one_is_isotropic ? "needs one number (isotropic) or " : "needs ") +
                   "the six tensor components 11, 22, 33, 12, 13, 23; given are " + std::to_string(values.size()));
    return false;
  }
  for (int i = 0; i < 6; ++i)
    result[i] = mandel::factor(i) * values[std::size_t(i)];
  return true;
}
} // namespace

void StrainOffset::declare(Parameters &p)
{
  has_expansion_ = p.given("Thermal expansion");
  has_reference_ = p.given("Stress-free temperature");
  p.add("Thermal expansion", expansion_text_,
        "Coefficient, or its tensor components 11, 22, 33, 12, 13, 23, in the axes of the RVE [1 / temperature].",
        Range::any);
  p.add("Stress-free temperature", reference_, "Where thermal strains vanish [temperature].", Range::any);
  p.add("Eigenstrain", eigenstrain_text_, "Stress-free strain: tensor components 11, 22, 33, 12, 13, 23.", Range::any);
}

void StrainOffset::validate(Parameters &p, Faults &faults)
{
  read_components(p, faults, "Thermal expansion", expansion_text_, true, expansion_);
  read_components(p, faults, "Eigenstrain", eigenstrain_text_, false, eigenstrain_);
  if (has_expansion_ && !has_reference_)
    faults.add(p.where("Stress-free temperature"), "", "is missing; thermal expansion needs it");
}

Vector6 StrainOffset::at(const Increment &increment) const
{
  if (increment.fields.empty())
    return eigenstrain_;
  return eigenstrain_ + (increment.field(0).end - reference_) * expansion_;
}

namespace
{
class OffsetMaterial : public PhaseMaterial
{
public:
  OffsetMaterial(const std::shared_ptr<PhaseMaterial> &material, const StrainOffset &offset)
      : material_(material), offset_(offset)
  {
  }
  void declare(Parameters &) override {}
  void validate(Parameters &, Faults &) override {}
  bool is_linear() const override { return material_->is_linear(); }
  bool may_lock() const override { return material_->may_lock(); }
  bool symmetric_tangent() const override { return material_->symmetric_tangent(); }
  bool has_dyadic_tangent() const override { return material_->has_dyadic_tangent(); }
  std::vector<std::string> history_names() const override { return material_->history_names(); }
  bool uses_temperature() const override { return offset_.uses_temperature() || material_->uses_temperature(); }
  bool tangent_uses_temperature() const override
  {
    // A nonlinear tangent depends on the strain, and so on the offset.
    return material_->tangent_uses_temperature() || (offset_.uses_temperature() && !material_->is_linear());
  }
  bool has_initial_stress() const override { return true; }
  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) const override
  {
    return material_->harmonic_tangent(omega, fields);
  }
  std::string describe() const override { return material_->describe(); }

  const char *evaluate(const Increment &increment, const MaterialPoints &points) const override
  {
    const Vector6 offset = offset_.at(increment);
    if (offset.isZero(0))
      return material_->evaluate(increment, points);
    if (gradient_.size() < 6 * points.stride)
      gradient_.resize(6 * points.stride); // once
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t q = 0; q < points.n; ++q)
        gradient_[i * points.stride + q] = points.gradient[i * points.stride + q] - offset[int(i)];
    MaterialPoints shifted = points;
    shifted.gradient = gradient_.data();
    return material_->evaluate(increment, shifted);
  }

private:
  std::shared_ptr<PhaseMaterial> material_;
  StrainOffset offset_;
  mutable std::vector<double> gradient_;
};
} // namespace

std::shared_ptr<PhaseMaterial> with_offset(const std::shared_ptr<PhaseMaterial> &material, const StrainOffset &offset)
{
  return std::make_shared<OffsetMaterial>(material, offset);
}
} // namespace fe2
