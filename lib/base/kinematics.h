// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What is exchanged between the scales: small strain (eps -> sigma, Mandel 11,22,33,12,13,23, n = 6) or finite strain
 * (F -> P, components 11,12,13,21,22,23,31,32,33, n = 9). The vectors carry their length; nothing hard-codes it.
 */
#ifndef fe2_lib_base_kinematics_h
#define fe2_lib_base_kinematics_h

#include <Eigen/Core>

#include <string>
#include <vector>

namespace fe2
{
enum class Kinematics
{
  small_strain,
  finite_strain
};

/// Longest exchanged vector; raise it for second gradients.
constexpr int max_components = 9;

/// n-vector of a gradient or of a stress (no heap).
using ComponentVector = Eigen::Matrix<double, Eigen::Dynamic, 1, Eigen::ColMajor, max_components, 1>;
/// n x n tangent, row = stress component, column = gradient component (no heap).
using ComponentMatrix =
    Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor, max_components, max_components>;

inline int n_components(const Kinematics kinematics)
{
  return kinematics == Kinematics::small_strain ? 6 : 9;
}

/// "11", "22", ... in the order of the vectors.
inline const std::vector<std::string> &component_names(const Kinematics kinematics)
{
  static const std::vector<std::string> symmetric = {"11", "22", "33", "12", "13", "23"};
  static const std::vector<std::string> full = {"11", "12", "13", "21", "22", "23", "31", "32", "33"};
  return kinematics == Kinematics::small_strain ? symmetric : full;
}
} // namespace fe2

#endif
