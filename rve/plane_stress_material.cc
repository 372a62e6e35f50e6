// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/plane_stress_material.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
/// History: that of the material, and eps_33 where the material is not linear (to start from).
class PlaneStressMaterial : public PhaseMaterial
{
public:
  explicit PlaneStressMaterial(const std::shared_ptr<const PhaseMaterial> &material)
      : material_(material), n_history_(material->history_names().size())
  {
  }
  void declare(Parameters &) override {}
  void validate(Parameters &, Faults &) override {}
  bool is_linear() const override { return material_->is_linear(); }
  bool may_lock() const override { return false; }
  bool symmetric_tangent() const override { return material_->symmetric_tangent(); }
  std::vector<std::string> history_names() const override
  {
    auto names = material_->history_names();
    if (!is_linear())
      names.emplace_back("strain_33");
    return names;
  }
  bool uses_temperature() const override { return material_->uses_temperature(); }
  bool tangent_uses_temperature() const override { return material_->tangent_uses_temperature(); }
  bool has_initial_stress() const override { return material_->has_initial_stress(); }
  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) const override
  {
    const auto full = material_->harmonic_tangent(omega, fields);
    if (!full)
      return {};
    ComplexMatrix6 c = *full;
    if (c(2, 2) != 0.)
      c -= full->col(2) * full->row(2) / c(2, 2);
    c.row(2).setZero();
    c.col(2).setZero();
    return c;
  }
  std::string describe() const override { return material_->describe(); }
  const char *evaluate(const Increment &increment, const MaterialPoints &x) const override;

private:
  std::shared_ptr<const PhaseMaterial> material_;
  std::size_t n_history_;
  mutable std::vector<double> gradient_, stress_, tangent_;
};

const char *PlaneStressMaterial::evaluate(const Increment &increment, const MaterialPoints &x) const
{
  if (gradient_.size() < 6 * x.stride)
  {
    gradient_.resize(6 * x.stride);
    stress_.resize(6 * x.stride);
    tangent_.resize(36 * x.stride);
  }
  std::copy_n(x.gradient, 5 * x.stride + x.n, gradient_.begin());
  double *normal = gradient_.data() + 2 * x.stride;
  for (std::size_t q = 0; q < x.n; ++q)
    normal[q] = is_linear() ? 0. : x.old_history[n_history_ * x.stride + q];
  MaterialPoints full = x;
  full.gradient = gradient_.data();
  full.stress = stress_.data();
  full.tangent = tangent_.data();
  bool done = false;
  for (unsigned int iteration = 0; iteration < 50 && !done; ++iteration)
  {
    if (const char *fault = material_->evaluate(increment, full))
      return fault;
    done = true;
    for (std::size_t q = 0; q < x.n; ++q)
    {
      const double stress = stress_[2 * x.stride + q], stiffness = tangent_[14 * x.stride + q];
      double scale = 0, strain = 0;
      for (std::size_t i = 0; i < 6; ++i)
      {
        scale = std::max(scale, std::abs(stress_[i * x.stride + q]));
        strain = std::max(strain, std::abs(gradient_[i * x.stride + q]));
      }
      if (std::abs(stress) <= 1e-12 * scale + 1e-15 * stiffness * strain || stiffness == 0 ||
          !std::isfinite(stress)) // told where the response arrives
        continue;
      normal[q] -= stress / stiffness;
      done = false;
    }
  }
  if (!done)
    return "sigma_33 = 0 of local plane stress was not found";
  if (x.new_history != nullptr && !is_linear())
    std::copy_n(normal, x.n, x.new_history + n_history_ * x.stride);
  for (std::size_t q = 0; q < x.n; ++q)
  {
    for (std::size_t i = 0; i < 6 && x.stress != nullptr; ++i)
      x.stress[i * x.stride + q] = i == 2 ? 0. : stress_[i * x.stride + q];
    const auto d = [&](const std::size_t i, const std::size_t j) { return tangent_[(6 * i + j) * x.stride + q]; };
    for (std::size_t i = 0; i < 6 && x.tangent != nullptr; ++i)
      for (std::size_t j = 0; j < 6; ++j)
        x.tangent[(6 * i + j) * x.stride + q] =
            i == 2 || j == 2 ? 0. : d(i, j) - (d(2, 2) != 0 ? d(i, 2) * d(2, j) / d(2, 2) : 0.);
  }
  return nullptr;
}
} // namespace

std::shared_ptr<const PhaseMaterial> in_plane_stress(const std::shared_ptr<const PhaseMaterial> &material)
{
  return std::make_shared<PlaneStressMaterial>(material);
}
} // namespace fe2
