// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Thermal expansion and eigenstrain of any phase material: it sees eps - eps_0,
 *
 *     eps_0 = alpha (T - T_0) + eps_eigen,
 *
 * with T at the end of the increment (T_0, the stress-free temperature, where no temperature is given).
 */
#ifndef fe2_rve_strain_offset_h
#define fe2_rve_strain_offset_h

#include <rve/phase_material.h>

namespace fe2
{
/// The parameters in the section of a material.
struct StrainOffset
{
  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults);
  bool is_zero() const { return expansion_.isZero(0) && eigenstrain_.isZero(0); }

  Vector6 at(const Increment &increment) const;
  bool uses_temperature() const { return !expansion_.isZero(0); }
  bool has_eigenstrain() const { return !eigenstrain_.isZero(0); }

private:
  std::vector<double> expansion_text_, eigenstrain_text_;
  bool has_expansion_ = false, has_reference_ = false;
  double reference_ = 0;
  Vector6 expansion_ = Vector6::Zero(), eigenstrain_ = Vector6::Zero();
};

std::shared_ptr<PhaseMaterial> with_offset(const std::shared_ptr<PhaseMaterial> &material, const StrainOffset &offset);
} // namespace fe2

#endif
