// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Two HDF5 field files against each other, also on different meshes or from different numbers of ranks: both are
 * evaluated at the Gauss points of the reference's cells.
 */
#ifndef fe2_apps_field_comparison_h
#define fe2_apps_field_comparison_h

#include <string>
#include <vector>

namespace fe2
{
struct FieldDifference
{
  std::string name;
  double l2 = 0;        ///< relative: |a - b| / |b| in L2
  double reference = 0; ///< root mean square of the reference
  double largest = 0;   ///< absolute
  std::vector<double> where;
  std::size_t outside = 0; ///< reference points that the result's mesh does not cover
};

/// Throws InputError for files that are no field files or of different dimensions, or without a common field.
std::vector<FieldDifference> compare_fields(const std::string &result, const std::string &reference);
} // namespace fe2

#endif
