// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Points that are found again by a place within a tolerance.
 */
#ifndef fe2_lib_io_near_points_h
#define fe2_lib_io_near_points_h

#include <deal.II/base/point.h>

#include <array>
#include <cmath>
#include <map>
#include <vector>

namespace fe2
{
template <int dim>
class NearPoints
{
public:
  static constexpr std::size_t none = std::size_t(-1);

  explicit NearPoints(const double tolerance) : tolerance_(tolerance) {}

  void add(const dealii::Point<dim> &x, const std::size_t number) { bins_[key_of(x)].emplace_back(x, number); }

  /// Number of the nearest point within the tolerance, or `none`.
  std::size_t find(const dealii::Point<dim> &x) const
  {
    const Key centre = key_of(x);
    std::size_t result = none;
    double least = tolerance_;
    for (int n = 0; n < (dim == 2 ? 9 : 27); ++n)
    {
      Key key = centre;
      for (int d = 0, rest = n; d < dim; ++d, rest /= 3)
        key[std::size_t(d)] += rest % 3 - 1;
      if (const auto it = bins_.find(key); it != bins_.end())
        for (const auto &[p, number] : it->second)
          if (const double distance = p.distance(x); distance < least || (result == none && distance <= least))
          {
            least = distance;
            result = number;
          }
    }
    return result;
  }

private:
  using Key = std::array<long long, dim>;
  Key key_of(const dealii::Point<dim> &x) const
  {
    Key key;
    for (unsigned int d = 0; d < dim; ++d)
      key[d] = static_cast<long long>(std::floor(x[d] / (2 * tolerance_)));
    return key;
  }

  double tolerance_;
  std::map<Key, std::vector<std::pair<dealii::Point<dim>, std::size_t>>> bins_;
};
} // namespace fe2

#endif
