// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Uniform tractions, or minimal kinematic conditions: only the average strain is prescribed,
 *
 *     1/V oint sym(w x n) dA = 0,
 *
 * by multipliers, which are the average stress (Miehe and Koch, Arch. Appl. Mech. 72 (2002) 300). Lower bound of the
 * stiffness. Rigid-body motions are held by springs that carry no force.
 */
#include <rve/boundary_conditions/rigid_springs.h>

#include <lib/base/tensors.h>

#include <cmath>
#include <numeric>

namespace fe2
{
namespace
{
class UniformTraction : public BoundaryCondition
{
public:
  RveConstraints constrain(const RveNodes &nodes) const override
  {
    RveConstraints constraints;
    constraints.free_nodes.resize(nodes.points.size());
    std::iota(constraints.free_nodes.begin(), constraints.free_nodes.end(), 0);
    constraints.springs = rigid_springs(nodes);
    double area = 0;
    for (const auto &q : nodes.face_points)
      area += q.weight;
    for (unsigned int i = 0; i < 6; ++i)
    {
      const unsigned int r = mandel::row[i], c = mandel::column[i];
      if (nodes.dimension == 2 && r == 2)
        continue; // a prism's fluctuation has no strain along its axis
      std::vector<double> row(3 * nodes.points.size(), 0.);
      for (const auto &q : nodes.face_points)
        for (const auto &[node, value] : q.shape)
        {
          const double w = 0.5 * q.weight * value / area;
          row[3 * node + r] += w * q.normal[c];
          row[3 * node + c] += w * q.normal[r];
        }
      auto &entries = constraints.rows.emplace_back();
      for (std::size_t k = 0; k < row.size(); ++k)
        if (row[k] != 0)
          entries.emplace_back(k, row[k]);
    }
    return constraints;
  }
};

const Registry<BoundaryCondition>::Add add("uniform_traction",
                                           "Only the average strain is prescribed; uniform tractions",
                                           [] { return std::make_unique<UniformTraction>(); });
} // namespace
} // namespace fe2
