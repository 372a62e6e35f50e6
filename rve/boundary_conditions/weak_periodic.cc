// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Weakly periodic fluctuations for sides whose meshes do not match (Larsson, Runesson, Saroukhani, Vafadari, Comput.
 * Methods Appl. Mech. Engrg. 200 (2011) 11): tractions are constant on n x n patches of each pair of sides, and the
 * means of w over opposite patches are equal,
 *
 *     <w>_patch(x + lattice vector) - <w>_patch(x) = 0.
 *
 * n = 1 is uniform traction; the stiffness grows with n towards that of periodic conditions. Needs a cell that is a box
 * or parallelepiped spanned by its lattice.
 */
#include <rve/boundary_conditions/rigid_springs.h>

#include <lib/base/log.h>

#include <Eigen/LU>
#include <Eigen/QR>

#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace fe2
{
namespace
{
class WeakPeriodic : public BoundaryCondition
{
public:
  void declare(Parameters &p) override
  {
    p.add("Traction patches", n_,
          "Of weak_periodic: constant tractions on this many patches along each edge of a side; 1 is uniform_traction.",
          1, 1000);
  }
  RveConstraints constrain(const RveNodes &nodes) const override;

private:
  unsigned int n_ = 4;
};

/// Combines the rows so that rotations, which cost no energy, are free too: then springs can hold all rigid motions
/// without force, and K with them is positive definite. Stresses stay the same.
void free_rotations(const RveNodes &nodes, RveConstraints &constraints)
{
  const auto m = Eigen::Index(constraints.rows.size());
  const int n_rotations = nodes.dimension == 3 ? 3 : 1;
  Eigen::MatrixXd moments = Eigen::MatrixXd::Zero(m, n_rotations),
                  rows = Eigen::MatrixXd::Zero(m, Eigen::Index(3 * nodes.points.size()));
  for (Eigen::Index i = 0; i < m; ++i)
    for (const auto &[unknown, value] : constraints.rows[std::size_t(i)])
    {
      const auto &x = nodes.points[unknown / 3];
      const unsigned int k = unsigned(unknown % 3);
      rows(i, Eigen::Index(unknown)) = value;
      for (int r = 0; r < n_rotations; ++r)
      {
        const unsigned int axis = unsigned(2 - r), a = (axis + 1) % 3, b = (axis + 2) % 3;
        moments(i, r) += value * (k == a ? -x[b] : k == b ? x[a] : 0.);
      }
    }
  const Eigen::MatrixXd combined = (Eigen::HouseholderQR<Eigen::MatrixXd>(moments).householderQ().transpose() * rows);
  constraints.rows.clear();
  for (Eigen::Index i = n_rotations; i < m; ++i)
  {
    auto &row = constraints.rows.emplace_back();
    for (Eigen::Index j = 0; j < combined.cols(); ++j)
      if (std::abs(combined(i, j)) > 1e-15)
        row.emplace_back(std::size_t(j), combined(i, j));
  }
}

RveConstraints WeakPeriodic::constrain(const RveNodes &nodes) const
{
  Eigen::Matrix3d lattice = Eigen::Matrix3d::Identity();
  for (std::size_t v = 0; v < nodes.lattice.size(); ++v)
    for (unsigned int d = 0; d < 3; ++d)
      lattice(int(d), int(v)) = nodes.lattice[v][d];
  const Eigen::Matrix3d inverse = lattice.inverse();
  const unsigned int dim = nodes.dimension;
  Eigen::Vector3d low = Eigen::Vector3d::Constant(1e300);
  for (const auto &p : nodes.points)
    low = low.cwiseMin(inverse * Eigen::Vector3d(p[0], p[1], p[2]));

  // Means over the patches: side (0: low, 1: high), coefficients of the nodes, total weight.
  struct Mean
  {
    std::map<unsigned int, double> coefficients;
    double weight = 0;
  };
  using Key = std::array<unsigned int, 3>; // normal direction and patch
  std::map<Key, std::array<Mean, 2>> patches;
  for (const auto &q : nodes.face_points)
  {
    const Eigen::Vector3d f = inverse * Eigen::Vector3d(q.position[0], q.position[1], q.position[2]) - low;
    unsigned int direction = 3;
    for (unsigned int d = 0; d < dim; ++d)
      if (std::abs(f[int(d)]) < 1e-6 || std::abs(f[int(d)] - 1) < 1e-6)
        direction = d;
    if (direction == 3)
      throw InputError("weak_periodic needs a box or parallelepiped spanned by its lattice; the boundary at (" +
                       format(q.position[0], 8) + ", " + format(q.position[1], 8) + ", " + format(q.position[2], 8) +
                       ") lies inside of it; if it is one, give its periods ('Lattice')");
    Key key = {direction, 0, 0};
    for (unsigned int d = 0, k = 1; d < dim; ++d)
      if (d != direction)
        key[k++] = std::min(n_ - 1, unsigned(std::max(0., (f[int(d)] + 1e-6) * n_))); // not rounding on borders
    Mean &mean = patches[key][f[int(direction)] > 0.5 ? 1 : 0];
    for (const auto &[node, value] : q.shape)
      mean.coefficients[node] += q.weight * value;
    mean.weight += q.weight;
  }

  RveConstraints constraints;
  constraints.free_nodes.resize(nodes.points.size());
  std::iota(constraints.free_nodes.begin(), constraints.free_nodes.end(), 0);
  constraints.springs = rigid_springs(nodes);
  for (const auto &[key, sides] : patches)
    for (unsigned int k = 0; k < 3 && sides[0].weight > 0 && sides[1].weight > 0; ++k)
    {
      auto &row = constraints.rows.emplace_back();
      for (const unsigned int s : {0u, 1u})
        for (const auto &[node, value] : sides[s].coefficients)
          row.emplace_back(3 * node + k, (s == 1 ? 1 : -1) * value / sides[s].weight);
    }
  // Means over patches that faces straddle do not add up to the whole sides; these rows make the average strain exact.
  std::map<unsigned int, std::array<Mean, 2>> whole;
  for (const auto &[key, sides] : patches)
    for (const unsigned int s : {0u, 1u})
    {
      whole[key[0]][s].weight += sides[s].weight;
      for (const auto &[node, value] : sides[s].coefficients)
        whole[key[0]][s].coefficients[node] += value;
    }
  for (const auto &[direction, sides] : whole)
    for (unsigned int k = 0; k < 3 && n_ > 1; ++k)
    {
      if (std::abs(sides[0].weight - sides[1].weight) > 1e-9 * sides[0].weight)
        continue; // holes in one side only
      auto &row = constraints.rows.emplace_back();
      for (const unsigned int s : {0u, 1u})
        for (const auto &[node, value] : sides[s].coefficients)
          row.emplace_back(3 * node + k, (s == 1 ? 1 : -1) * value / sides[0].weight);
    }
  free_rotations(nodes, constraints);
  return constraints;
}

const Registry<BoundaryCondition>::Add add("weak_periodic",
                                           "Periodic in the mean over patches, for meshes that do not match",
                                           [] { return std::make_unique<WeakPeriodic>(); });
} // namespace
} // namespace fe2
