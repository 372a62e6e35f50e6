// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Sizes of particles and distances of ellipsoids.
 */
#include <rve/ellipsoid_distance.h>
#include <rve/microstructure.h>
#include <rve/packing.h>
#include <rve/particle_sizes.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace fe2;
using Eigen::Matrix3d;
using Eigen::Vector3d;

namespace
{
Matrix3d ellipsoid(const Rotation &axes, const Vector3d &half)
{
  return axes * half.cwiseProduct(half).asDiagonal() * axes.transpose();
}

/// By alternating projections of points of one surface onto the other body (convex sets: it converges to the nearest
/// pair), each projection by its Lagrange multiplier.
Vector3d project(const Vector3d &x, const Vector3d &centre, const Rotation &axes, const Vector3d &half)
{
  const Vector3d y = axes.transpose() * (x - centre);
  if (y.cwiseQuotient(half).squaredNorm() <= 1)
    return x;
  // sum (a_i y_i / (a_i^2 + t))^2 = 1
  double low = 0, high = half.maxCoeff() * y.norm();
  for (int i = 0; i < 200; ++i)
  {
    const double t = 0.5 * (low + high);
    (half.cwiseProduct(y).cwiseQuotient(Vector3d(half.cwiseProduct(half).array() + t)).squaredNorm() > 1 ? low : high) =
        t;
  }
  const Vector3d squares = half.cwiseProduct(half);
  return centre + axes * squares.cwiseProduct(y).cwiseQuotient(Vector3d(squares.array() + low));
}

double nearest(const Particle &p, const Particle &q, const Vector3d &r)
{
  Vector3d x = Vector3d::Zero(), y = r;
  for (int i = 0; i < 3000; ++i)
  {
    x = project(y, Vector3d::Zero(), p.axes, p.half_axes);
    y = project(x, r, q.axes, q.half_axes);
  }
  return (x - y).norm();
}

std::unique_ptr<Microstructure> make(const std::string &type, const std::string &lines)
{
  Parameters p(test::tree(lines));
  auto m = Registry<Microstructure>::factory(type)();
  m->declare(p);
  Faults faults;
  p.parse(faults);
  m->validate(p, faults, {"a", "b"});
  faults.throw_if_any("test");
  return m;
}
} // namespace

BOOST_AUTO_TEST_SUITE(particles)

BOOST_AUTO_TEST_CASE(distances_of_ellipsoids)
{
  RandomNumbers random(11);
  for (int i = 0; i < 20; ++i)
  {
    Particle p, q;
    p.axes = random.rotation();
    q.axes = random.rotation();
    p.half_axes = Vector3d(0.2 + random.uniform(), 0.2 + random.uniform(), 0.2 + 3 * random.uniform());
    q.half_axes = Vector3d(0.2 + random.uniform(), 0.2 + random.uniform(), 0.2 + 3 * random.uniform());
    const Vector3d direction = random.rotation().col(0);
    const Vector3d r = (p.radius() + q.radius()) * (0.6 + random.uniform()) * direction;
    const double d = ellipsoid_distance(r, ellipsoid(p.axes, p.half_axes), ellipsoid(q.axes, q.half_axes)),
                 exact = nearest(p, q, r);
    if (exact > 1e-3)
      BOOST_CHECK_SMALL(d - exact, 1e-6);
    else
      BOOST_CHECK_LT(d, 2e-3);
  }
  // Spheres.
  BOOST_CHECK_CLOSE(ellipsoid_distance({3, 0, 4}, Matrix3d::Identity(), 4 * Matrix3d::Identity()), 2., 1e-9);
}

BOOST_AUTO_TEST_CASE(ellipsoids_keep_the_least_distance)
{
  RandomNumbers random(4);
  Packing packing;
  for (int i = 0; i < 8; ++i)
  {
    Particle p;
    p.half_axes = Vector3d(0.5, 0.5, 1.5) / std::cbrt(3.);
    p.axes = random.rotation();
    packing.particles.push_back(p);
  }
  packing.size = Vector3d::Constant(4.);
  constexpr double gap = 0.3;
  pack(packing, gap, random);
  double least = 1e300;
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t j = 0; j < 8; ++j)
      for (int n = 0; n < 27; ++n)
        if (i != j || n != 13)
        {
          const Vector3d shift = 4 * Vector3d(n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1);
          const auto &p = packing.particles[i], &q = packing.particles[j];
          const Vector3d r = q.centre + shift - p.centre;
          if (r.norm() < p.radius() + q.radius() + 1.2 * gap)
            least = std::min(least, nearest(p, q, r));
        }
  BOOST_CHECK_GE(least, gap * (1 - 1e-9));
  BOOST_CHECK_CLOSE(packing.least_gap(), least, 1e-4);
}

BOOST_AUTO_TEST_CASE(the_mean_diameter_is_that_which_was_asked)
{
  for (const unsigned int dim : {2u, 3u})
    for (const double scatter : {0.3, 0.6, 1.})
    {
      RandomNumbers random(dim);
      const double volume = 1234.5;
      const auto n = particle_number(dim, scatter, volume);
      std::vector<double> normal(n);
      for (double &x : normal)
        x = random.normal();
      const auto diameters = particle_diameters(dim, scatter, volume, normal);
      double sum = 0;
      for (const double d : diameters)
        sum += std::pow(d, double(dim));
      const auto s = mean_and_scatter(diameters);
      BOOST_TEST_CONTEXT(dim << "D, scatter " << scatter << ", " << n << " particles")
      {
        BOOST_CHECK_CLOSE(sum, volume, 1e-10);
        BOOST_CHECK_CLOSE(s.mean, 1., 1e-8);
        BOOST_CHECK_SMALL(s.scatter / scatter - 1, 0.2501);
      }
    }
  // Equal ones are as many as fit best, and share the rest.
  const auto equal = particle_diameters(3, 0., 10.3, std::vector<double>(10, 0.5));
  BOOST_CHECK_CLOSE(equal.front(), std::cbrt(1.03), 1e-12);
  const auto m = make("random_fibres", "set Size = 12\nset Diameter scatter = 0.6\nset Volume fraction = 0.4\n");
  BOOST_CHECK_MESSAGE(m->describe().find("mean diameter 1 ") != std::string::npos, m->describe());
}

BOOST_AUTO_TEST_SUITE_END()
