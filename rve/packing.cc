// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/packing.h>

#include <rve/ellipsoid_distance.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>

#include <Eigen/LU>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace fe2
{
namespace
{
using Eigen::Matrix3d;
using Eigen::Vector3d;
const double pi = std::acos(-1.);
} // namespace

double RandomNumbers::normal()
{
  const double u = uniform(), v = uniform();
  return std::sqrt(-2 * std::log(1 - u)) * std::cos(2 * pi * v);
}

Rotation RandomNumbers::rotation()
{
  // A unit quaternion of four normal numbers.
  Eigen::Vector4d q;
  for (int i = 0; i < 4; ++i)
    q[i] = normal();
  q.normalize();
  Rotation r;
  r << 1 - 2 * (q[2] * q[2] + q[3] * q[3]), 2 * (q[1] * q[2] - q[0] * q[3]), 2 * (q[1] * q[3] + q[0] * q[2]),
      2 * (q[1] * q[2] + q[0] * q[3]), 1 - 2 * (q[1] * q[1] + q[3] * q[3]), 2 * (q[2] * q[3] - q[0] * q[1]),
      2 * (q[1] * q[3] - q[0] * q[2]), 2 * (q[2] * q[3] + q[0] * q[1]), 1 - 2 * (q[1] * q[1] + q[2] * q[2]);
  return r;
}

bool Particle::is_round(const unsigned int dim) const
{
  return half_axes[0] == half_axes[1] && (dim == 2 || half_axes[0] == half_axes[2]);
}

double particle_volume(const Particle &p, const unsigned int dimension)
{
  return dimension == 2 ? pi * p.half_axes[0] * p.half_axes[1] : 4. / 3. * pi * p.half_axes.prod();
}

Vector3d Packing::nearest(Vector3d r) const
{
  for (unsigned int d = 0; d < dimension; ++d)
    r[d] -= size[d] * std::round(r[d] / size[d]);
  return r;
}

int Packing::holder(const Vector3d &x) const
{
  for (std::size_t i = 0; i < particles.size(); ++i)
  {
    const Particle &p = particles[i];
    const Vector3d r = p.axes.transpose() * nearest(x - p.centre);
    double sum = 0;
    for (unsigned int d = 0; d < dimension; ++d)
      sum += r[d] * r[d] / (p.half_axes[d] * p.half_axes[d]);
    if (sum < 1)
      return int(i);
  }
  return -1;
}

namespace
{
Matrix3d shape_matrix(const Particle &p, const double inflate)
{
  Vector3d a = p.half_axes.array() + inflate;
  if (p.half_axes[2] == 0)
    a[2] = a[0]; // in the plane, where it does not matter
  return p.axes * a.cwiseProduct(a).asDiagonal() * p.axes.transpose();
}

/// What is missing (positive) to a gap of twice the inflation.
double overlap(const Particle &p, const Particle &q, const Vector3d &r, const double inflate, const bool round)
{
  const double distance = r.norm();
  if (round)
    return p.half_axes[0] + q.half_axes[0] + 2 * inflate - distance;
  return 2 * inflate - ellipsoid_distance(r, shape_matrix(p, 0), shape_matrix(q, 0));
}

/// Calls back for each pair and each image near enough to meet: i, j, vector from i to j.
template <class Visit>
void visit_pairs(const Packing &packing, const double inflate, const Visit &visit)
{
  const auto &list = packing.particles;
  const int depth = packing.dimension == 3 ? 1 : 0;
  const double half = 0.5 * packing.size.head(packing.dimension).minCoeff();
  for (std::size_t i = 0; i < list.size(); ++i)
    for (std::size_t j = i + 1; j < list.size(); ++j)
    {
      const double reach = list[i].radius() + list[j].radius() + 2 * inflate;
      const Vector3d r = packing.nearest(list[j].centre - list[i].centre);
      if (reach < half)
      {
        if (r.squaredNorm() < reach * reach)
          visit(i, j, r);
        continue;
      }
      for (int a = -1; a <= 1; ++a)
        for (int b = -1; b <= 1; ++b)
          for (int c = -depth; c <= depth; ++c)
          {
            const Vector3d image = r + Vector3d(a * packing.size[0], b * packing.size[1], c * packing.size[2]);
            if (image.squaredNorm() < reach * reach)
              visit(i, j, image);
          }
    }
}

bool all_round(const Packing &packing)
{
  return std::all_of(packing.particles.begin(), packing.particles.end(),
                     [&](const Particle &p) { return p.is_round(packing.dimension); });
}

/// Symmetric: 00, 11, 22, 01, 02, 12.
using Shape = std::array<double, 6>;

Shape upper_triangle(const Matrix3d &m)
{
  return {m(0, 0), m(1, 1), m(2, 2), m(0, 1), m(0, 2), m(1, 2)};
}

/// s (1 - s) r . [(1 - s) a + s b]^-1 r, by the adjugate: innermost loop of all packings of ellipsoids.
double contact_at(const double s, const Vector3d &r, const Shape &a, const Shape &b)
{
  double m[6];
  for (std::size_t i = 0; i < 6; ++i)
    m[i] = (1 - s) * a[i] + s * b[i];
  const double x = r[0], y = r[1], z = r[2];
  const double c00 = m[1] * m[2] - m[5] * m[5], c11 = m[0] * m[2] - m[4] * m[4], c22 = m[0] * m[1] - m[3] * m[3],
               c01 = m[4] * m[5] - m[3] * m[2], c02 = m[3] * m[5] - m[4] * m[1], c12 = m[3] * m[4] - m[0] * m[5];
  const double determinant = m[0] * c00 + m[3] * c01 + m[4] * c02;
  return s * (1 - s) * (c00 * x * x + c11 * y * y + c22 * z * z + 2 * (c01 * x * y + c02 * x * z + c12 * y * z)) /
         determinant;
}

/// Whether the greatest value of contact() is below 1. Any value of 1 denies it, and as the function is concave,
/// secants bound it from above: a few values decide what is not nearly a contact.
bool ellipsoids_overlap(const Vector3d &r, const Shape &a, const Shape &b)
{
  const double ratio = 0.5 * (std::sqrt(5.) - 1);
  double low = 0, high = 1, x = 1 - ratio, y = ratio;
  double at_low = 0, at_high = 0, at_x = contact_at(x, r, a, b), at_y = contact_at(y, r, a, b);
  for (unsigned int i = 0; i < 40; ++i)
  {
    const double left = at_x + (at_x - at_y) * (x - low) / (y - x), right = at_y + (at_y - at_x) * (high - y) / (y - x),
                 from_left = at_x + (at_x - at_low) * (y - x) / (x - low),
                 from_right = at_y + (at_y - at_high) * (y - x) / (high - y);
    if (std::max(at_x, at_y) >= 1)
      return false;
    if (std::max(std::max(left, right), std::min(from_left, from_right)) < 1)
      return true;
    if (at_x > at_y)
    {
      high = y, at_high = at_y, y = x, at_y = at_x;
      x = high - ratio * (high - low), at_x = contact_at(x, r, a, b);
    }
    else
    {
      low = x, at_low = at_x, x = y, at_x = at_y;
      y = low + ratio * (high - low), at_y = contact_at(y, r, a, b);
    }
  }
  return true;
}

/// The ellipsoids of a packing with bounds of the bodies at a distance around them: ellipsoids whose half axes are
/// longer by it lie inside of these, (1 + 1/p) A + (1 + p) d^2 1 contain them for any p > 0.
struct Surroundings
{
  std::vector<Shape> inner, outer;

  void add(const Particle &p, const double distance)
  {
    inner.push_back(upper_triangle(shape_matrix(p, distance)));
    const Matrix3d a = shape_matrix(p, 0);
    const double ratio = std::sqrt(a.trace() / 3) / std::max(distance, 1e-12 * p.radius());
    outer.push_back(
        upper_triangle(Matrix3d((1 + 1 / ratio) * a + (1 + ratio) * distance * distance * Matrix3d::Identity())));
  }
};

/// Whether a particle at `centre` keeps its distance from all others. `around`: of ellipsoids.
bool fits(const Packing &packing, const std::size_t i, const Vector3d &centre, const double inflate,
          const Surroundings &around)
{
  const auto &list = packing.particles;
  const double radius = list[i].radius(), inner = list[i].half_axes.minCoeff();
  for (std::size_t j = 0; j < list.size(); ++j)
  {
    if (j == i)
      continue;
    const Vector3d r = packing.nearest(list[j].centre - centre);
    const double reach = radius + list[j].radius() + 2 * inflate, distance = r.squaredNorm();
    if (distance >= reach * reach)
      continue;
    const bool round = around.inner.empty();
    const double within = inner + list[j].half_axes.minCoeff() + 2 * inflate;
    if (!round && (distance < within * within || ellipsoids_overlap(r, around.inner[i], around.inner[j])))
      return false;
    if (!round && !ellipsoids_overlap(r, around.outer[i], around.outer[j]))
      continue;
    if (overlap(list[i], list[j], r, inflate, round) > 0)
      return false;
  }
  return true;
}

/// Random moves that keep the distances, towards the equilibrium of hard particles: pushing alone leaves clusters of
/// touching ones.
void shake(Packing &packing, const double gap, RandomNumbers &random)
{
  auto &list = packing.particles;
  const bool round = all_round(packing);
  const auto n = double(list.size());
  const double half = 0.5 * packing.size.head(packing.dimension).minCoeff();
  double largest = 0;
  for (const auto &p : list)
    largest = std::max(largest, 2 * p.radius() + gap);
  if (largest >= half)
    return; // pairs may meet in several images
  const auto sweeps = static_cast<unsigned int>(std::min(1000., (round ? 2e8 : 2e6) / (n * n)));
  Surroundings around;
  if (!round)
    for (const auto &p : list)
      around.add(p, 0.5 * gap);
  double step = 0.25 * list.front().radius();
  for (unsigned int s = 0; s < sweeps; ++s)
  {
    unsigned int accepted = 0;
    for (std::size_t i = 0; i < list.size(); ++i)
    {
      Vector3d centre = list[i].centre;
      for (unsigned int d = 0; d < packing.dimension; ++d)
      {
        centre[d] += step * (2 * random.uniform() - 1);
        centre[d] -= packing.size[d] * std::floor(centre[d] / packing.size[d]);
      }
      if (!fits(packing, i, centre, 0.5 * gap, around))
        continue;
      list[i].centre = centre;
      ++accepted;
    }
    step *= accepted > 0.4 * n ? 1.1 : 0.9;
    step = std::min(step, 0.25 * half);
  }
}
} // namespace

double Packing::least_gap() const
{
  const bool round = all_round(*this);
  double gap = std::numeric_limits<double>::infinity();
  for (const auto &p : particles) // to their own images
    for (unsigned int d = 0; d < dimension; ++d)
      gap = std::min(gap, -overlap(p, p, size[d] * Vector3d::Unit(d), 0, round));
  visit_pairs(*this, 0.5 * size.maxCoeff(),
              [&](const std::size_t i, const std::size_t j, const Vector3d &r)
              { gap = std::min(gap, -overlap(particles[i], particles[j], r, 0, round)); });
  return gap;
}

void pack(Packing &packing, const double gap, RandomNumbers &random)
{
  auto &list = packing.particles;
  const unsigned int dim = packing.dimension;
  double filled = 0;
  for (const auto &p : list)
  {
    Particle inflated = p;
    inflated.half_axes.array() += 0.5 * gap;
    filled += particle_volume(inflated, dim) / packing.volume();
    for (unsigned int d = 0; d < dim; ++d)
      if (2 * p.radius() + gap >= packing.size[d])
        throw InputError("an inclusion of extent " + format(2 * p.radius()) +
                         " touches itself across the period, whose edge is " + format(packing.size[d]) +
                         " (least distance " + format(gap) + "); enlarge 'Size' or reduce inclusions");
  }
  const double densest = dim == 2 ? 0.9069 : 0.7405;
  const std::string request =
      std::to_string(list.size()) + " inclusions with their least distance fill " + format(filled, 3) + " of the cell";
  if (all_round(packing) && filled > densest && list.size() > 1)
    throw InputError(request + ", more than the densest packing of equal ones (" + format(densest) +
                     "); reduce 'Volume fraction' or 'Least distance'");
  for (auto &p : list)
    for (unsigned int d = 0; d < dim; ++d)
      p.centre[d] = random.uniform() * packing.size[d];

  const bool round = all_round(packing);
  const double inflate = 0.5 * gap, small = 1e-6 * packing.size.head(dim).minCoeff();
  std::vector<Vector3d> move(list.size());
  double worst = 0;
  for (unsigned int sweep = 0; sweep < 20000; ++sweep)
  {
    std::fill(move.begin(), move.end(), Vector3d(Vector3d::Zero()));
    worst = 0;
    visit_pairs(packing, inflate,
                [&](const std::size_t i, const std::size_t j, const Vector3d &r)
                {
                  const double depth = overlap(list[i], list[j], r, inflate, round);
                  if (depth <= 0)
                    return;
                  worst = std::max(worst, depth);
                  const double distance = r.norm();
                  const Vector3d direction = distance > 0 ? Vector3d(r / distance) : Vector3d(Vector3d::UnitX());
                  // A little more than half, so that contacts open.
                  move[i] -= 0.51 * (depth + small) * direction;
                  move[j] += 0.51 * (depth + small) * direction;
                });
    if (worst <= 0)
      return shake(packing, gap, random);
    for (std::size_t i = 0; i < list.size(); ++i)
      for (unsigned int d = 0; d < dim; ++d)
      {
        list[i].centre[d] += move[i][d];
        list[i].centre[d] -= packing.size[d] * std::floor(list[i].centre[d] / packing.size[d]);
      }
  }
  throw InputError(request + " and could not be packed (an overlap of " + format(worst, 2) +
                   " remains); reduce 'Volume fraction' or 'Least distance', or take another seed");
}
} // namespace fe2
