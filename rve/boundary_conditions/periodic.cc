// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Periodic fluctuations, anti-periodic tractions: w(x + lattice vector) = w(x). Support points of opposite sides are
 * paired by their coordinates modulo the lattice, so that corners and any shape of cell need no special case. One node
 * is held against translation.
 */
#include <rve/boundary_condition.h>

#include <lib/base/log.h>

#include <Eigen/LU>

#include <array>
#include <cmath>
#include <map>

namespace fe2
{
namespace
{
using Fraction = std::array<long long, 3>;

class Periodic : public BoundaryCondition
{
public:
  RveConstraints constrain(const RveNodes &nodes) const override;
};

/// Coordinates modulo the lattice on a fine integer grid (1e-7 of the cell).
Fraction wrap(const Eigen::Matrix3d &inverse, const dealii::Point<3> &p)
{
  constexpr double grid = 1e7;
  const Eigen::Vector3d f = inverse * Eigen::Vector3d(p[0], p[1], p[2]);
  Fraction key;
  for (int d = 0; d < 3; ++d)
  {
    const double wrapped = f[d] - std::floor(f[d] + 0.5 / grid);
    key[std::size_t(d)] = std::llround(wrapped * grid) % static_cast<long long>(grid);
  }
  return key;
}

/// Finds a key or one of its neighbours: rounding may fall on either side.
std::map<Fraction, std::vector<std::size_t>>::iterator find_near(std::map<Fraction, std::vector<std::size_t>> &classes,
                                                                 const Fraction &key)
{
  for (long long i = -1; i <= 1; ++i)
    for (long long j = -1; j <= 1; ++j)
      for (long long k = -1; k <= 1; ++k)
        if (const auto it = classes.find({key[0] + i, key[1] + j, key[2] + k}); it != classes.end())
          return it;
  return classes.end();
}

RveConstraints Periodic::constrain(const RveNodes &nodes) const
{
  Eigen::Matrix3d lattice = Eigen::Matrix3d::Identity();
  for (std::size_t v = 0; v < nodes.lattice.size(); ++v)
    for (unsigned int d = 0; d < 3; ++d)
      lattice(int(d), int(v)) = nodes.lattice[v][d];
  const Eigen::Matrix3d inverse = lattice.inverse();

  std::map<Fraction, std::vector<std::size_t>> classes;
  for (std::size_t n = 0; n < nodes.points.size(); ++n)
    if (nodes.on_boundary[n])
    {
      const Fraction key = wrap(inverse, nodes.points[n]);
      const auto it = find_near(classes, key);
      (it == classes.end() ? classes[key] : it->second).push_back(n);
    }
  RveConstraints constraints;
  auto &result = constraints.free_nodes;
  result.assign(nodes.points.size(), -2);
  int next = 0;
  bool held = false;
  for (const auto &[key, members] : classes)
  {
    if (members.size() < 2)
    {
      const auto &p = nodes.points[members.front()];
      throw InputError("the mesh of the RVE is not periodic: the boundary node at (" + format(p[0], 8) + ", " +
                       format(p[1], 8) + ", " + format(p[2], 8) +
                       ") has no partner on the opposite side; mesh opposite sides alike (gmsh: 'Periodic "
                       "Surface'), give the periods of a cell that is no box ('Lattice'), or choose weak_periodic");
    }
    const int index = held ? next++ : -1;
    held = true;
    for (const std::size_t n : members)
      result[n] = index;
  }
  for (int &r : result)
    if (r == -2)
      r = next++;
  return constraints;
}

const Registry<BoundaryCondition>::Add add("periodic", "Periodic fluctuations, anti-periodic tractions",
                                           [] { return std::make_unique<Periodic>(); });
} // namespace
} // namespace fe2
