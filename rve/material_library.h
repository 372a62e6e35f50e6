// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The section "Materials" of a parameter file: phase materials under the user's names.
 */
#ifndef fe2_rve_material_library_h
#define fe2_rve_material_library_h

#include <rve/phase_material.h>
#include <rve/strain_offset.h>

namespace fe2
{
class MaterialLibrary
{
public:
  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults);

  std::vector<std::string> names() const;
  /// Null if there is none of that name.
  std::shared_ptr<const PhaseMaterial> find(const std::string &name) const;

private:
  std::vector<std::pair<std::string, std::shared_ptr<PhaseMaterial>>> materials_;
  std::map<std::string, std::string> types_;
  std::map<std::string, StrainOffset> offsets_;
};
} // namespace fe2

#endif
