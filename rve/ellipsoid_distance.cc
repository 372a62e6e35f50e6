// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/ellipsoid_distance.h>

#include <Eigen/LU>

#include <algorithm>
#include <cmath>

namespace fe2
{
using Eigen::Matrix3d;
using Eigen::Vector3d;

namespace
{
struct Contact
{
  double value = 0;
  Vector3d normal = Vector3d::Zero();
};

/// Concave in s: golden section.
Contact contact(const Vector3d &r, const Matrix3d &a, const Matrix3d &b)
{
  const auto at = [&](const double s)
  {
    Contact c;
    c.normal = Matrix3d((1 - s) * a + s * b).inverse() * r;
    c.value = s * (1 - s) * r.dot(c.normal);
    return c;
  };
  const double ratio = 0.5 * (std::sqrt(5.) - 1);
  double low = 0, high = 1, x = 1 - ratio, y = ratio;
  Contact at_x = at(x), at_y = at(y);
  for (unsigned int i = 0; i < 40; ++i)
    if (at_x.value > at_y.value)
    {
      high = y, y = x, at_y = at_x;
      x = high - ratio * (high - low), at_x = at(x);
    }
    else
    {
      low = x, x = y, at_x = at_y;
      y = low + ratio * (high - low), at_y = at(y);
    }
  return at_x.value > at_y.value ? at_x : at_y;
}

double slab(const Vector3d &n, const Vector3d &r, const Matrix3d &a, const Matrix3d &b)
{
  return n.dot(r) - std::sqrt(n.dot(a * n)) - std::sqrt(n.dot(b * n));
}
} // namespace

double ellipsoid_distance(const Vector3d &r, const Matrix3d &a, const Matrix3d &b)
{
  const Contact touching = contact(r, a, b);
  if (!(touching.value > 1))
    return r.norm() * (1 - 1 / std::sqrt(std::max(touching.value, 1e-12)));
  Vector3d n = touching.normal.normalized();
  double width = slab(n, r, a, b);
  for (unsigned int iteration = 0; iteration < 30; ++iteration)
  {
    const Vector3d an = a * n, bn = b * n;
    const double alpha = std::sqrt(n.dot(an)), beta = std::sqrt(n.dot(bn));
    const Matrix3d tangential = Matrix3d::Identity() - n * n.transpose();
    const Matrix3d curvature = a / alpha - an * an.transpose() / (alpha * alpha * alpha) + b / beta -
                               bn * bn.transpose() / (beta * beta * beta) +
                               std::max(width, 1e-12 * r.norm()) * Matrix3d::Identity();
    const Vector3d gradient = tangential * (r - an / alpha - bn / beta);
    // The normal direction is taken out; there the matrix is the identity's multiple.
    const Matrix3d hessian = tangential * curvature * tangential + curvature.trace() * (n * n.transpose());
    Vector3d step = hessian.inverse() * gradient;
    Vector3d next = (n + step).normalized();
    double value = slab(next, r, a, b);
    for (unsigned int half = 0; half < 20 && !(value >= width); ++half)
    {
      step *= 0.5;
      next = (n + step).normalized();
      value = slab(next, r, a, b);
    }
    if (!(value > width + 1e-12 * r.norm()))
      return std::max(value, width);
    n = next;
    width = value;
  }
  return width;
}
} // namespace fe2
