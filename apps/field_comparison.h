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
  double difference = 0; ///< root mean square of a - b
  double reference = 0;  ///< root mean square of the reference
  double largest = 0;    ///< absolute
  std::vector<double> where;
  std::size_t outside = 0; ///< reference points that the result's mesh does not cover
  std::size_t n = 0;       ///< values that were compared
};

/// All fields of the reference. Points where both are not-a-number (a phase that is not there) do not count. Throws
/// InputError for files that are no field files or of different dimensions, and for fields that the result lacks.
std::vector<FieldDifference> compare_fields(const std::string &result, const std::string &reference);
} // namespace fe2

#endif
