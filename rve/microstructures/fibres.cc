// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Square or hexagonal array of circular fibres along the prism axis, meshed conforming with one fibre in a
 * Wigner-Seitz cell (square, or hexagon whose opposite sides are periodic).
 *
 * Blocks: a core of n x n quadrilaterals for every second corner, a ring to the circle, a ring to the boundary. The
 * polygon through the nodes of the circle has the area of the circle, so that the volume fraction is exact.
 */
#include <rve/microstructure.h>

#include <lib/base/log.h>

#include <cmath>

namespace fe2
{
namespace
{
using Point2 = dealii::Point<2>;

class Fibres : public Microstructure
{
public:
  void declare(Parameters &p) override
  {
    p.add_selection("Array", array_, "Arrangement of the fibres.", "square|hexagonal");
    p.add("Volume fraction", fraction_, "Of the fibres; below pi/4 (square) or pi/(2 sqrt 3) (hexagonal).",
          Range::inside(0, 1));
    p.add("Resolution", n_, "Elements along an eighth (square) or a sixth (hexagonal) of the circle.", 1, 10000);
    p.add("Ring layers", layers_, "Elements from the circle to the boundary; 0: as fits the resolution.", 0, 10000);
  }
  void validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases) override
  {
    if (phases.size() != 2)
      faults.add(p.where("Type"), "fibres", "needs two phases: matrix and fibre");
    if (fraction_ <= 0 || polygon_radius() >= 0.999 * inner_radius())
      faults.add(p.where("Volume fraction"), format(fraction_),
                 "must lie between 0 and " + format(std::acos(-1.) * std::pow(inner_radius(), 2) / cell_area(), 4) +
                     ", where the fibres of this array touch");
  }
  unsigned int dimension() const override { return 2; }
  RveMesh<2> create_2d() const override;

private:
  bool hexagonal() const { return array_ == "hexagonal"; }
  /// Number of straight pieces of the boundary: 8 half sides of the square, 6 sides of the hexagon.
  unsigned int n_pieces() const { return hexagonal() ? 6 : 8; }
  double cell_area() const { return hexagonal() ? std::sqrt(3.) / 2 : 1.; }
  double inner_radius() const { return 0.5; }
  Point2 corner(const unsigned int piece) const;
  double polygon_radius() const;
  Point2 boundary_point(const unsigned int i) const;
  Point2 circle_point(const unsigned int i) const;

  std::string array_ = "square";
  double fraction_ = 0.5;
  unsigned int n_ = 4, layers_ = 0;
};

/// End points of the boundary's pieces, counterclockwise.
Point2 Fibres::corner(const unsigned int piece) const
{
  const double pi = std::acos(-1.);
  if (hexagonal()) // sides normal to 0, 60, ... degrees at distance 1/2
  {
    const double angle = pi / 6 + piece * pi / 3, r = 1 / std::sqrt(3.);
    return Point2(r * std::cos(angle), r * std::sin(angle));
  }
  constexpr double x[8] = {0.5, 0.5, 0., -0.5, -0.5, -0.5, 0., 0.5}, y[8] = {0., 0.5, 0.5, 0.5, 0., -0.5, -0.5, -0.5};
  return Point2(x[piece % 8], y[piece % 8]);
}

/// Radius of the regular polygon of the circle's nodes that has the wanted area.
double Fibres::polygon_radius() const
{
  const double sides = n_pieces() * n_, pi = std::acos(-1.);
  return std::sqrt(fraction_ * cell_area() / (sides / 2 * std::sin(2 * pi / sides)));
}

Point2 Fibres::boundary_point(const unsigned int i) const
{
  const unsigned int piece = (i / n_) % n_pieces();
  const double s = double(i % n_) / n_;
  return Point2(corner(piece) * (1 - s) + corner((piece + 1) % n_pieces()) * s);
}

Point2 Fibres::circle_point(const unsigned int i) const
{
  const double pi = std::acos(-1.), first = hexagonal() ? pi / 6 : 0.;
  const double angle = first + 2 * pi * i / (n_pieces() * n_);
  return Point2(polygon_radius() * std::cos(angle), polygon_radius() * std::sin(angle));
}

RveMesh<2> Fibres::create_2d() const
{
  RveMesh<2> mesh;
  const unsigned int around = n_pieces() * n_;
  const auto add_vertex = [&mesh](const Point2 &p)
  {
    mesh.nodes.push_back(p);
    return static_cast<unsigned int>(mesh.nodes.size() - 1);
  };
  const auto add_cell = [&mesh](unsigned int a, unsigned int b, unsigned int c, unsigned int d, unsigned int phase)
  {
    mesh.add_cell({a, b, d, c}, phase); // lexicographic; a, b, c, d run counterclockwise
  };
  // Rings: from the boundary of the core (radius about half of the fibre's) to the circle, and on to the boundary.
  const double core = 0.55;
  const auto core_point = [&](const unsigned int i)
  {
    // Between circle and inscribed polygon, so that the core's corners are not too sharp.
    const unsigned int piece = i / n_;
    const double s = double(i % n_) / n_;
    const Point2 chord(circle_point(piece * n_) * (1 - s) + circle_point((piece + 1) * n_) * s);
    return Point2(core * (0.5 * chord + 0.5 * circle_point(i)));
  };
  const double side = 2 * std::acos(-1.) * polygon_radius() / around;
  const unsigned int inner = std::max(1u, unsigned(std::lround((1 - core) * polygon_radius() / side)));
  const double gap = 0.5 * (inner_radius() + corner(hexagonal() ? 0 : 1).norm()) - polygon_radius();
  const unsigned int outer = layers_ > 0 ? layers_ : std::max(2u, unsigned(std::lround(gap / side)));
  std::vector<std::vector<unsigned int>> ring;
  for (unsigned int l = 0; l <= inner + outer; ++l)
  {
    auto &r = ring.emplace_back();
    for (unsigned int i = 0; i < around; ++i)
    {
      const double s = l <= inner ? double(l) / inner : double(l - inner) / outer;
      const Point2 from = l <= inner ? core_point(i) : circle_point(i),
                   to = l <= inner ? circle_point(i) : boundary_point(i);
      r.push_back(add_vertex(Point2(from * (1 - s) + to * s)));
    }
  }
  for (unsigned int l = 0; l < inner + outer; ++l)
    for (unsigned int i = 0; i < around; ++i)
      add_cell(ring[l][i], ring[l + 1][i], ring[l + 1][(i + 1) % around], ring[l][(i + 1) % around], l < inner ? 1 : 0);

  // Core: for every second corner a block spanned by the centre and two pieces of the first ring.
  const unsigned int centre = add_vertex(Point2(0, 0)), blocks = n_pieces() / 2;
  std::vector<std::vector<unsigned int>> spoke(blocks);
  for (unsigned int b = 0; b < blocks; ++b)
  {
    spoke[b].push_back(centre);
    for (unsigned int k = 1; k < n_; ++k)
      spoke[b].push_back(add_vertex(Point2(core_point(2 * b * n_) * (double(k) / n_))));
    spoke[b].push_back(ring[0][2 * b * n_]);
  }
  for (unsigned int b = 0; b < blocks; ++b)
  {
    // grid[j][i]: i along spoke b, j along spoke b + 1.
    const unsigned int next = (b + 1) % blocks;
    std::vector<std::vector<unsigned int>> grid(n_ + 1, std::vector<unsigned int>(n_ + 1));
    for (unsigned int k = 0; k <= n_; ++k)
    {
      grid[0][k] = spoke[b][k];
      grid[k][0] = spoke[next][k];
      grid[k][n_] = ring[0][(2 * b * n_ + k) % around];
      grid[n_][n_ - k] = ring[0][(2 * b * n_ + n_ + k) % around];
    }
    const auto at = [&](const unsigned int j, const unsigned int i) { return mesh.nodes[grid[j][i]]; };
    for (unsigned int j = 1; j < n_; ++j)
      for (unsigned int i = 1; i < n_; ++i)
      {
        const double s = double(i) / n_, t = double(j) / n_; // transfinite interpolation
        const auto p = at(j, 0) * (1 - s) + at(j, n_) * s + at(0, i) * (1 - t) + at(n_, i) * t -
                       (at(0, 0) * ((1 - s) * (1 - t)) + at(0, n_) * (s * (1 - t)) + at(n_, 0) * ((1 - s) * t) +
                        at(n_, n_) * (s * t));
        grid[j][i] = add_vertex(Point2(p));
      }
    for (unsigned int j = 0; j < n_; ++j)
      for (unsigned int i = 0; i < n_; ++i)
        add_cell(grid[j][i], grid[j][i + 1], grid[j + 1][i + 1], grid[j + 1][i], 1);
  }
  mesh.lattice[0] = Point2(1, 0);
  mesh.lattice[1] = hexagonal() ? Point2(0.5, std::sqrt(3.) / 2) : Point2(0, 1);
  return mesh;
}

const Registry<Microstructure>::Add add("fibres", "Square or hexagonal array of fibres, conforming mesh (2D prism)",
                                        [] { return std::make_unique<Fibres>(); });
} // namespace
} // namespace fe2
