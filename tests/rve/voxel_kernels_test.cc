// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/voxel_operators.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <random>

using namespace fe2;

namespace
{
VoxelImage image_of(const std::array<unsigned int, 3> &n, const unsigned int dimension = 3)
{
  VoxelImage image;
  image.dimension = dimension;
  image.n = n;
  image.size = {1., 0.7, dimension == 3 ? 0.9 : 1.};
  image.phase.assign(std::size_t(n[0]) * n[1] * n[2], 0);
  return image;
}

void fill(VoxelField &x, const unsigned int seed)
{
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> number(-1, 1);
  for (double &v : x)
    v = number(random);
}

Matrix6 some_stiffness()
{
  Matrix6 a;
  for (int i = 0; i < 36; ++i)
    a.data()[i] = std::sin(1. + i);
  return a * a.transpose() + Matrix6::Identity();
}

double distance(const VoxelField &a, const VoxelField &b)
{
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

/// K u voxel by voxel with the dense element matrix.
VoxelField multiply(const VoxelGrid &grid, const Matrix6 &d, const VoxelField &u)
{
  const auto k = grid.element_matrix(d);
  const auto &n = grid.n();
  VoxelField f = grid.make_field(1);
  for (std::size_t z = 0; z < n[2]; ++z)
    for (std::size_t y = 0; y < n[1]; ++y)
      for (std::size_t x = 0; x < n[0]; ++x)
      {
        std::size_t node[8];
        Eigen::Matrix<double, 24, 1> local;
        for (std::size_t c = 0; c < 8; ++c)
        {
          node[c] = ((z + (c >> 2)) % n[2] * n[1] + (y + (c >> 1 & 1)) % n[1]) * n[0] + (x + (c & 1)) % n[0];
          for (std::size_t i = 0; i < 3; ++i)
            local[int(3 * c + i)] = u[3 * node[c] + i];
        }
        local = (k * local).eval();
        for (std::size_t c = 0; c < 8; ++c)
          for (std::size_t i = 0; i < 3; ++i)
            f[3 * node[c] + i] += local[int(3 * c + i)];
      }
  return f;
}

/// Rows of tangents at all points; a dyadic one also as its 36 rows.
struct Tangents
{
  std::vector<double> general, dyadic;
  Tangents(const std::size_t n)
  {
    general.resize(36 * n);
    dyadic.resize(9 * n);
    for (std::size_t q = 0; q < n; ++q)
    {
      const double lambda = 1 + 0.3 * std::sin(double(q)), mu2 = 2 + std::cos(double(q)), c = -0.5;
      Vector6 m;
      for (int i = 0; i < 6; ++i)
        m[i] = std::sin(double(q) + i);
      Matrix6 d = mu2 * Matrix6::Identity() + c * m * m.transpose();
      d.topLeftCorner<3, 3>().array() += lambda;
      for (std::size_t k = 0; k < 36; ++k)
        general[k * n + q] = d.data()[k];
      dyadic[q] = lambda;
      dyadic[n + q] = mu2;
      dyadic[2 * n + q] = c;
      for (std::size_t i = 0; i < 6; ++i)
        dyadic[(3 + i) * n + q] = m[int(i)];
    }
  }
};

/// Lane l is (l + 1) times the field.
VoxelField in_lanes(const VoxelGrid &grid, const VoxelField &u, const unsigned int lanes)
{
  VoxelField x = grid.make_field(lanes);
  for (std::size_t i = 0; i < u.size(); ++i)
    for (unsigned int l = 0; l < lanes; ++l)
      x[i * lanes + l] = (l + 1) * u[i];
  return x;
}

struct Case
{
  std::array<unsigned int, 3> n;
  unsigned int dimension;
  bool b_bar;
};
const std::vector<Case> cases = {
    {{5, 4, 3}, 3, false}, {{5, 4, 3}, 3, true}, {{3, 6, 1}, 2, false}, {{3, 6, 1}, 2, true}, {{1, 2, 7}, 3, false}};

std::vector<const kernels::Table *> tables()
{
  std::vector<const kernels::Table *> found;
  for (const char *name : {"generic", "avx2", "avx512"})
    if (const auto *table = kernels::find(name))
      found.push_back(table);
  return found;
}
} // namespace

BOOST_AUTO_TEST_SUITE(voxel_kernels)

BOOST_AUTO_TEST_CASE(constant_moduli_are_the_dense_elements)
{
  for (const auto *k : tables())
    for (const auto &c : cases)
      for (const Matrix6 &d : {some_stiffness(), Matrix6(mandel::isotropic(2, 1))})
      {
        const VoxelGrid grid(image_of(c.n, c.dimension), 1, c.b_bar, MPI_COMM_SELF);
        VoxelField u = grid.make_field(1);
        fill(u, 1);
        const VoxelField exact = multiply(grid, d, u);
        for (const unsigned int lanes : {1, 8, 16})
        {
          const VoxelField x = in_lanes(grid, u, lanes);
          VoxelField f = grid.make_field(lanes);
          std::vector<double> gradient(6 * lanes), sums(6 * lanes, 0.);
          for (std::size_t i = 0; i < gradient.size(); ++i)
            gradient[i] = std::sin(double(i));
          k->apply_uniform(grid.elements(), grid.voxels(0), make_moduli(d), lanes, x.data(), f.data(),
                           {gradient.data(), sums.data()});
          // A constant stress has no forces in a periodic cell, and a periodic field no mean strain.
          BOOST_CHECK_SMALL(distance(f, in_lanes(grid, exact, lanes)), 1e-12);
          for (unsigned int l = 0; l < lanes; ++l)
            for (int i = 0; i < 6; ++i)
            {
              double sum = 0;
              for (int j = 0; j < 6; ++j)
                sum += d(i, j) * gradient[std::size_t(j) * lanes + l];
              BOOST_CHECK_SMALL(sums[std::size_t(i) * lanes + l] - grid.volume() * sum, 1e-12);
            }
        }
      }
}

BOOST_AUTO_TEST_CASE(tangents_at_points_agree_in_all_forms_and_all_lanes)
{
  for (const auto *k : tables())
    for (const auto &c : cases)
    {
      const VoxelGrid grid(image_of(c.n, c.dimension), 1, c.b_bar, MPI_COMM_SELF);
      const std::size_t n = grid.n_nodes() * grid.n_q();
      const Tangents tangents(n);
      const Vector6 gradient = test::some_strain(1);
      VoxelField u = grid.make_field(1), reference = u;
      fill(u, 2);
      // Strain, product and forces, each by itself.
      std::vector<double> strain(6 * n), stress(6 * n, 0.);
      k->strains(grid.elements(), grid.voxels(0), gradient.data(), u.data(), n, strain.data());
      for (std::size_t q = 0; q < n; ++q)
        for (std::size_t i = 0; i < 6; ++i)
          for (std::size_t j = 0; j < 6; ++j)
            stress[i * n + q] += tangents.general[(6 * i + j) * n + q] * strain[j * n + q];
      k->forces(grid.elements(), grid.voxels(0), stress.data(), n, reference.data());
      for (const auto form :
           {kernels::TangentForm::general, kernels::TangentForm::symmetric, kernels::TangentForm::dyadic})
      {
        const bool dyadic = form == kernels::TangentForm::dyadic;
        const kernels::Tangent tangent = {dyadic ? tangents.dyadic.data() : tangents.general.data(), n, form};
        VoxelField loads = grid.make_field(1), f = loads;
        const VoxelField zero = loads;
        k->apply_points(grid.elements(), grid.voxels(0), tangent, 1, zero.data(), loads.data(),
                        {gradient.data(), nullptr});
        k->apply_single(grid.elements(), grid.voxels(0), tangent, u.data(), f.data());
        for (std::size_t i = 0; i < f.size(); ++i)
          BOOST_CHECK_SMALL(f[i] + loads[i] - reference[i], 1e-12);
        for (const unsigned int lanes : {1, 8, 16})
        {
          std::vector<double> gradients(6 * lanes), sums(6 * lanes, 0.);
          for (std::size_t i = 0; i < gradients.size(); ++i)
            gradients[i] = (double(i % lanes) + 1) * gradient[int(i / lanes)];
          VoxelField g = grid.make_field(lanes);
          k->apply_points(grid.elements(), grid.voxels(0), tangent, lanes, in_lanes(grid, u, lanes).data(), g.data(),
                          {gradients.data(), sums.data()});
          BOOST_CHECK_SMALL(distance(g, in_lanes(grid, reference, lanes)), 1e-11);
          for (std::size_t i = 0; i < 6; ++i)
          {
            double sum = 0;
            for (std::size_t q = 0; q < n; ++q)
              sum += stress[i * n + q] * grid.volume() / double(n);
            BOOST_CHECK_SMALL(sums[i * lanes] - sum, 1e-12);
          }
        }
      }
    }
}

BOOST_AUTO_TEST_CASE(sums_and_steps_of_fields)
{
  const VoxelGrid grid(image_of({5, 3, 2}), 1, false, MPI_COMM_SELF);
  const std::vector<kernels::Run> list = {{1, 4}, {7, 21}};
  const kernels::Runs runs = {list.data(), list.size()};
  for (const auto *k : tables())
    for (const unsigned int lanes : {1, 8, 16})
    {
      VoxelField p = grid.make_field(lanes), q = p, s = p, u = p, r = p, total = p;
      unsigned int seed = 0;
      for (auto *field : {&p, &q, &s, &u, &r, &total})
        fill(*field, ++seed);
      std::vector<double> alpha(16), expected(16, 0.), sum(16);
      for (std::size_t l = 0; l < 16; ++l)
        alpha[l] = 0.5 + double(l);
      VoxelField u2 = u, r2 = r, total2 = total;
      for (const auto &run : list)
        for (std::size_t x = 3 * run.begin; x < 3 * run.end; ++x)
          for (unsigned int l = 0; l < lanes; ++l)
          {
            const std::size_t i = x * lanes + l;
            u2[i] += alpha[l] * p[i];
            r2[i] -= alpha[l] * q[i];
            total2[i] += alpha[l] * s[i];
            expected[l] += r2[i] * r2[i];
          }
      k->step(runs, lanes, alpha.data(), p.data(), q.data(), s.data(), u.data(), r.data(), total.data(), sum.data());
      BOOST_CHECK_SMALL(distance(u, u2) + distance(r, r2) + distance(total, total2), 1e-13);
      for (unsigned int l = 0; l < lanes; ++l)
        BOOST_CHECK_CLOSE(sum[l], expected[l], 1e-11);
      k->dot(runs, lanes, r.data(), r.data(), sum.data());
      for (unsigned int l = 0; l < lanes; ++l)
        BOOST_CHECK_CLOSE(sum[l], expected[l], 1e-11);
    }
}

/// Sizes with every kind of factor.
BOOST_AUTO_TEST_CASE(the_green_operator_inverts_the_stiffness_of_its_reference)
{
  for (const std::array<unsigned int, 3> &n :
       {std::array<unsigned int, 3>{16, 8, 4}, {5, 6, 7}, {3, 25, 2}, {11, 1, 9}, {13, 32, 1}})
    for (const unsigned int dimension : {2u, 3u})
      for (const Matrix6 &d : {some_stiffness(), Matrix6(mandel::isotropic(2, 1))})
      {
        if (dimension == 2 && n[2] != 1)
          continue;
        const VoxelGrid grid(image_of(n, dimension), 1, dimension == 2, MPI_COMM_SELF);
        const GreenOperator green(grid);
        const auto symbol = green.make_symbol(d, true, true);
        VoxelField u = grid.make_field(1), z = u;
        fill(u, 3);
        double mean[3] = {0, 0, 0};
        for (std::size_t i = 0; i < u.size(); ++i)
          mean[i % 3] += u[i] / double(grid.n_nodes());
        for (std::size_t i = 0; i < u.size(); ++i)
          u[i] -= mean[i % 3];
        const VoxelField f = multiply(grid, d, u);
        green.apply(*symbol, f.data(), z.data());
        BOOST_CHECK_SMALL(distance(z, u), 1e-12);
        for (const unsigned int lanes : {8, 16})
        {
          double norm[16];
          for (unsigned int l = 0; l < lanes; ++l)
            norm[l] = (l + 1);
          VoxelField out = grid.make_field(lanes);
          green.apply_lanes(*symbol, lanes, norm, in_lanes(grid, f, lanes).data(), out.data(), green.everywhere(),
                            green.everywhere());
          BOOST_CHECK_SMALL(distance(out, in_lanes(grid, u, lanes)), 1e-11);
        }
      }
}

BOOST_AUTO_TEST_CASE(the_green_operator_skips_lines_that_are_not_used)
{
  const VoxelGrid grid(image_of({4, 6, 5}), 1, false, MPI_COMM_SELF);
  const GreenOperator green(grid);
  const auto symbol = green.make_symbol(mandel::isotropic(2, 1), false, true);
  VoxelField in = grid.make_field(8), full = in, part = in;
  UsedLines lines;
  lines.line.assign(30, 0);
  lines.plane.assign(5, 0);
  for (const std::size_t line : {7, 8, 20})
  {
    lines.line[line] = 1;
    lines.plane[line / 6] = 1;
    for (std::size_t i = 0; i < 4 * 24; ++i)
      in[line * 4 * 24 + i] = std::sin(double(i + line));
  }
  const std::vector<double> norm(8, 1.);
  green.apply_lanes(*symbol, 8, norm.data(), in.data(), full.data(), green.everywhere(), green.everywhere());
  green.apply_lanes(*symbol, 8, norm.data(), in.data(), part.data(), lines, lines);
  for (const std::size_t line : {7, 8, 20})
    for (std::size_t i = 0; i < 4 * 24; ++i)
      BOOST_CHECK_SMALL(full[line * 96 + i] - part[line * 96 + i], 1e-14);
}

BOOST_AUTO_TEST_CASE(large_prime_factors_are_refused)
{
  const VoxelGrid grid(image_of({521, 1, 1}, 2), 1, false, MPI_COMM_SELF);
  BOOST_CHECK_THROW(GreenOperator{grid}, InputError);
}

BOOST_AUTO_TEST_CASE(lanes_do_not_influence_each_other)
{
  VoxelImage image = image_of({6, 5, 4});
  for (std::size_t v = 0; v < image.phase.size(); ++v)
    image.phase[v] = v % 3 == 0;
  const VoxelGrid grid(image, 2, false, MPI_COMM_SELF);
  const GreenOperator green(grid);
  const UniformOperator stiffness(grid, green, {mandel::isotropic(2, 1), some_stiffness()});
  const std::vector<double> rounding(16, 0.);
  LaneWork alone(grid, 8), together(grid, 16);
  for (std::size_t i = 0; i < 360; ++i)
    for (std::size_t l = 0; l < 16; ++l)
    {
      // Very different sizes and one lane of zeros; sums over the nodes vanish.
      const double value = l == 3 ? 0 : std::pow(10., double(l) - 8) * (i < 180 ? 1. : -1.) * std::sin(double(i % 180));
      together.r[16 * i + l] = value;
      if (l == 5)
        alone.r[8 * i] = value;
    }
  BOOST_CHECK(stiffness.solve(alone, {1e-10, 200}, rounding.data()).converged);
  BOOST_CHECK(stiffness.solve(together, {1e-10, 200}, rounding.data()).converged);
  double largest = 0, size = 0;
  for (std::size_t i = 0; i < 360; ++i)
  {
    largest = std::max(largest, std::abs(alone.x[8 * i] - together.x[16 * i + 5]));
    size = std::max(size, std::abs(alone.x[8 * i]));
    BOOST_CHECK_SMALL(together.x[16 * i + 3], 1e-8);
  }
  BOOST_CHECK_SMALL(largest / size, 1e-12);
}

BOOST_AUTO_TEST_CASE(bicgstab_solves_with_unsymmetric_tangents)
{
  const VoxelGrid grid(image_of({6, 5, 4}), 1, false, MPI_COMM_SELF);
  const GreenOperator green(grid);
  const std::size_t n = 8 * grid.n_nodes();
  PhaseArrays tangents(1);
  for (int k = 0; k < 36; ++k)
    for (std::size_t q = 0; q < n; ++q)
      tangents[0].push_back((mandel::isotropic(2, 1)).data()[k] + 0.3 * std::sin(double(q) * (k + 1)));
  PointOperator op(grid, green);
  op.set(tangents, {kernels::TangentForm::general}, {kernels::Moduli()},
         green.make_symbol(mandel::isotropic(2, 1), true, true), true);
  for (const unsigned int lanes : {1, 8})
  {
    LaneWork work(grid, lanes);
    VoxelField exact = grid.make_field(lanes), rest = exact;
    fill(exact, 5);
    op.apply(lanes, exact.data(), work.r.data(), {nullptr, nullptr});
    KrylovGoal goal;
    goal.residual.fill(1e-11);
    const VoxelField b = work.r;
    BOOST_CHECK(op.solve(work, goal, false, 200).converged);
    op.apply(lanes, work.x.data(), rest.data(), {nullptr, nullptr});
    BOOST_CHECK_SMALL(distance(rest, b), 1e-10);
  }
}
BOOST_AUTO_TEST_SUITE_END()
