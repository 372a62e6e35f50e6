// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Two of the isotropic elastic constants as parameters; conversions e.g. in Ting, Anisotropic Elasticity (1996),
 * chapter 1.
 */
#ifndef fe2_rve_materials_isotropic_constants_h
#define fe2_rve_materials_isotropic_constants_h

#include <lib/base/parameters.h>

namespace fe2
{
struct IsotropicConstants
{
  double bulk = 0, shear = 0; ///< after validate [stress]

  void declare(Parameters &parameters);
  /// False, with faults, if not exactly two are given or they are impossible.
  bool validate(Parameters &parameters, Faults &faults);
  /// A fault for each constant that is given.
  void refuse(Parameters &parameters, Faults &faults, const std::string &why) const;

private:
  std::map<std::string, double> constants_;
  std::map<std::string, bool> given_;
};
} // namespace fe2

#endif
