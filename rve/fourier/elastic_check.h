// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Is a virgin RVE still elastic under a gradient E? With the elastic strain localization A(x) = I + B W and the phases'
 * limits e . Q e <= 1, every point x asks E . A^T Q A E <= 1. Points with similar forms M make clusters, each with an
 * upper bound in the Loewner order,
 *
 *     M <= mean + max |M - mean|_F I,
 *
 * so some hundred small quadratic forms decide. A gradient that the bounds refuse may still be elastic: then the RVE is
 * solved, with the same result.
 */
#ifndef fe2_rve_fourier_elastic_check_h
#define fe2_rve_fourier_elastic_check_h

#include <lib/base/tensors.h>

#include <vector>

namespace fe2
{
class ElasticCheck
{
public:
  /// Adds the form of a point.
  void add(const Matrix6 &form);
  /// After the last point; the forms are dropped.
  void build(const std::size_t clusters = 1024);
  bool is_elastic(const Vector6 &gradient) const;

private:
  using Form = std::array<float, 21>; ///< upper triangle by rows, off-diagonals doubled
  void split(const std::size_t begin, const std::size_t end, const std::size_t leaf);
  void bound(const std::size_t begin, const std::size_t end);

  std::vector<Form> forms_;
  std::vector<std::array<double, 21>> bounds_;
};
} // namespace fe2

#endif
