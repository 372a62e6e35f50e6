// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Unknowns whose springs hold rigid-body motions in a statically determinate way: three translations and the rotation
 * of a prism in its plane or the three of a body.
 */
#ifndef fe2_rve_boundary_conditions_rigid_springs_h
#define fe2_rve_boundary_conditions_rigid_springs_h

#include <rve/boundary_condition.h>

#include <array>
#include <cmath>

namespace fe2
{
/// Every node must be free (free node = node).
inline std::vector<std::size_t> rigid_springs(const RveNodes &nodes)
{
  using Vector = dealii::Tensor<1, 3>;
  const auto &x = nodes.points;
  // Far from the first node, and far from their line.
  std::size_t b = 0, c = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if ((x[i] - x[0]).norm() > (x[b] - x[0]).norm())
      b = i;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (cross_product_3d(x[b] - x[0], x[i] - x[0]).norm() > cross_product_3d(x[b] - x[0], x[c] - x[0]).norm())
      c = i;
  std::vector<std::size_t> springs = {0, 1, 2};
  // Component k of omega x r as a function of omega is e_k x r turned: the springs whose rows span all rotations best.
  const auto row = [&](const std::size_t spring)
  {
    Vector e;
    e[unsigned(spring % 3)] = 1;
    return cross_product_3d(x[spring / 3] - x[0], e);
  };
  if (nodes.dimension == 2)
  {
    springs.push_back(std::abs(row(3 * b)[2]) > std::abs(row(3 * b + 1)[2]) ? 3 * b : 3 * b + 1);
    return springs;
  }
  const std::size_t candidates[6] = {3 * b, 3 * b + 1, 3 * b + 2, 3 * c, 3 * c + 1, 3 * c + 2};
  std::array<std::size_t, 3> best = {candidates[0], candidates[1], candidates[2]};
  double largest = 0;
  for (int i = 0; i < 6; ++i)
    for (int j = i + 1; j < 6; ++j)
      for (int k = j + 1; k < 6; ++k)
      {
        const double volume = std::abs(row(candidates[i]) * cross_product_3d(row(candidates[j]), row(candidates[k])));
        if (volume > largest)
        {
          largest = volume;
          best = {candidates[i], candidates[j], candidates[k]};
        }
      }
  springs.insert(springs.end(), best.begin(), best.end());
  return springs;
}
} // namespace fe2

#endif
