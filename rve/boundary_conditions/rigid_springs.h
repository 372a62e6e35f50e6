// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Unknowns whose springs hold rigid-body motions in a statically determinate way: three translations and the rotation
 * of a prism in its plane or the three of a body.
 */
#ifndef fe2_rve_boundary_conditions_rigid_springs_h
#define fe2_rve_boundary_conditions_rigid_springs_h

#include <rve/boundary_condition.h>

namespace fe2
{
/// Every node must be free (free node = node).
inline std::vector<std::size_t> rigid_springs(const RveNodes &nodes)
{
  const auto &x = nodes.points;
  const auto farthest = [&x](const std::size_t from, const unsigned int d)
  {
    std::size_t best = from;
    for (std::size_t i = 0; i < x.size(); ++i)
      if (std::abs(x[i][d] - x[from][d]) > std::abs(x[best][d] - x[from][d]))
        best = i;
    return best;
  };
  const std::size_t a = 0, b = farthest(a, 0), c = farthest(a, 1);
  std::vector<std::size_t> springs = {3 * a, 3 * a + 1, 3 * a + 2};
  springs.push_back(3 * b + 1); // about axis 3
  if (nodes.dimension == 3)
  {
    springs.push_back(3 * b + 2); // about axis 2
    springs.push_back(3 * c + 2); // about axis 1
  }
  return springs;
}
} // namespace fe2

#endif
