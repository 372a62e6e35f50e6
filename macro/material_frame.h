// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Axes of the material at each point of the macroscale: by expressions or by region. The RVE's (sample's) axes 1, 2, 3
 * are turned onto them.
 */
#ifndef fe2_macro_material_frame_h
#define fe2_macro_material_frame_h

#include <lib/base/tensors.h>

#include <macro/load.h>
#include <macro/region_pairs.h>

#include <set>

namespace fe2
{
struct MaterialFrameSettings
{
  std::string angles, axis_1, axis_2, regions;

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults);
  bool given() const { return !angles.empty() || !axis_1.empty() || !regions.empty(); }
};

template <int dim>
class MaterialFrame
{
public:
  /// Throws InputError.
  void initialize(const MaterialFrameSettings &settings, const MacroMesh<dim> &mesh,
                  const std::map<std::string, double> &constants);
  /// Columns: the material's axes. Throws InputError where axes are zero or parallel.
  Rotation at(const dealii::Point<dim> &x, const dealii::types::material_id material) const;

  /// Throws InputError for a pair without cells.
  void check_regions(const std::set<unsigned int> &present) const;

private:
  SpaceTimeFunction<dim> angles_, axis_1_, axis_2_;
  RegionPairs regions_;
  std::vector<Rotation> rotations_; ///< of the pairs
};
} // namespace fe2

#endif
