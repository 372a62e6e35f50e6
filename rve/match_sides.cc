// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/match_sides.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>
#include <lib/io/near_points.h>

#include <rve/finite_element/outer_boundary.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
using namespace dealii;

namespace
{
constexpr double parallel = 0.99;    ///< cosine of the angle to a side above which a face may belong to it
constexpr double near_face = 0.25;   ///< over the size of a face: how far off a side it may be to belong to it
constexpr double still = 1e-12;      ///< over the size of the cell: not moved, for meshes that match
constexpr double wrap_margin = 1e-3; ///< fractions of a lattice vector, so that sides are not where images change

template <int dim>
class Matcher
{
public:
  Matcher(RveMesh<dim> &mesh, const double tolerance, const std::string &entry, const bool fit_lattice)
      : mesh_(mesh), entry_(entry), fit_lattice_(fit_lattice), relative_(tolerance),
        size_(std::pow(mesh.cell_volume(), 1. / dim)), tolerance_(tolerance * size_), faces_(surface_faces(mesh)),
        nodes_(surface_nodes(mesh))
  {
    Tensor<2, dim> l;
    for (unsigned int v = 0; v < dim; ++v)
      for (unsigned int d = 0; d < dim; ++d)
        l[d][v] = mesh.lattice[v][d];
    inverse_ = invert(l);
    for (unsigned int d = 0; d < dim; ++d)
      height_[d] = 1 / inverse_[d].norm();
  }

  void run()
  {
    check_edges();
    if (find_sides())
    {
      check_missed();
      move_to_sides();
    }
    match_images();
  }

private:
  double fraction(const Point<dim> &p, const unsigned int d) const { return inverse_[d] * p; }

  void check_edges() const
  {
    double shortest = std::numeric_limits<double>::max();
    for (const auto &face : faces_)
      for (const unsigned int a : face.vertices)
        for (const unsigned int b : face.vertices)
          if (a != b)
            shortest = std::min(shortest, mesh_.nodes[a].distance(mesh_.nodes[b]));
    if (shortest < 4 * tolerance_)
      throw InputError(entry_ + " = " + format(relative_) +
                       " of the cell is more than a quarter of the shortest edge " + "on the mesh's surface, " +
                       format(shortest / size_) + " of the cell; lower it");
  }

  /// Where the sides are, in fractions of the lattice vectors. False: the cell is no parallelepiped of them.
  bool find_sides()
  {
    for (unsigned int d = 0; d < dim; ++d)
    {
      double low = std::numeric_limits<double>::max(), high = std::numeric_limits<double>::lowest();
      for (const unsigned int n : nodes_)
      {
        low = std::min(low, fraction(mesh_.nodes[n], d));
        high = std::max(high, fraction(mesh_.nodes[n], d));
      }
      const double t = tolerance_ / height_[d];
      if (std::abs(high - low - 1) > 2 * t)
        return false;
      // In the middle of the nodes that belong to it.
      double inner_low = low, inner_high = high;
      for (const unsigned int n : nodes_)
      {
        const double x = fraction(mesh_.nodes[n], d);
        inner_low = x <= low + t ? std::max(inner_low, x) : inner_low;
        inner_high = x >= high - t ? std::min(inner_high, x) : inner_high;
      }
      side_[d][0] = low + 0.5 * (inner_low - low);
      side_[d][1] = high + 0.5 * (inner_high - high);
      if (!fit_lattice_)
      {
        const double middle = 0.5 * (side_[d][0] + side_[d][1]);
        side_[d][0] = middle - 0.5;
        side_[d][1] = middle + 0.5;
      }
    }
    return true;
  }

  /// Distance from a side [length].
  double distance(const Point<dim> &p, const unsigned int d, const unsigned int s) const
  {
    return std::abs(fraction(p, d) - side_[d][s]) * height_[d];
  }

  /// A side that its faces miss by more than the tolerance would count as free in part.
  void check_missed() const
  {
    for (unsigned int d = 0; d < dim; ++d)
      for (unsigned int s = 0; s < 2; ++s)
      {
        double area = 0, worst = 0;
        const SurfaceFace<dim> *missed = nullptr;
        for (const auto &face : faces_)
        {
          double extent = 0, off = 0;
          for (const unsigned int v : face.vertices)
          {
            extent = std::max(extent, 2 * mesh_.nodes[v].distance(face.centre));
            off = std::max(off, distance(mesh_.nodes[v], d, s));
          }
          if ((s == 1 ? 1 : -1) * (face.area * inverse_[d]) < parallel * face.area.norm() * inverse_[d].norm() ||
              off > std::max(tolerance_, near_face * extent))
            continue;
          area += face.area.norm();
          if (off > std::max(worst, tolerance_))
          {
            worst = off;
            missed = &face;
          }
        }
        if (missed != nullptr && area > 0.5 * mesh_.cell_volume() / height_[d])
          throw InputError("the side of the RVE at element " + std::to_string(mesh_.cell_tag(missed->name.cell)) +
                           " is not plane, or misses the side of the cell: a face is off by " + format(worst / size_) +
                           " of the cell, and " + entry_ + " allows " + format(relative_) +
                           "; correct the mesh (or 'Lattice', if it is given), or raise the tolerance");
      }
  }

  void move_to_sides()
  {
    for (unsigned int d = 0; d < dim; ++d)
      for (const unsigned int n : nodes_)
        for (unsigned int s = 0; s < 2; ++s)
          if (const double off = distance(mesh_.nodes[n], d, s); off <= tolerance_ && off > still * size_)
            mesh_.nodes[n] += (side_[d][s] - fraction(mesh_.nodes[n], d)) * mesh_.lattice[d];
    if (!fit_lattice_)
      return;
    for (unsigned int d = 0; d < dim; ++d)
      if (const double length = side_[d][1] - side_[d][0]; std::abs(length - 1) > still)
        mesh_.lattice[d] *= length;
    for (unsigned int d = 0; d < dim; ++d) // fractions of the new lattice
      inverse_[d] = mesh_.lattice[d] / mesh_.lattice[d].norm_square();
  }

  using Steps = std::array<int, dim>;

  Point<dim> shifted(Point<dim> p, const Steps &steps) const
  {
    for (unsigned int d = 0; d < dim; ++d)
      p += double(steps[d]) * mesh_.lattice[d];
    return p;
  }

  /// Steps that bring a point into the first cell; more than one where another image is as near as the tolerance.
  std::vector<Steps> steps_home(const Point<dim> &p) const
  {
    std::vector<Steps> result = {Steps()};
    for (unsigned int d = 0; d < dim; ++d)
    {
      const double x = fraction(p, d) + wrap_margin - origin_[d], rest = x - std::floor(x);
      const double t = 2 * tolerance_ / height_[d];
      const std::size_t n = result.size();
      for (std::size_t i = 0; i < n; ++i)
      {
        result[i][d] = -int(std::floor(x));
        const int other = rest < t ? 1 : rest > 1 - t ? -1 : 0;
        if (other != 0)
        {
          result.push_back(result[i]);
          result.back()[d] += other;
        }
      }
    }
    return result;
  }

  void match_images()
  {
    for (unsigned int d = 0; d < dim; ++d)
    {
      origin_[d] = std::numeric_limits<double>::max();
      for (const unsigned int n : nodes_)
        origin_[d] = std::min(origin_[d], fraction(mesh_.nodes[n], d));
    }
    NearPoints<dim> known(tolerance_);
    std::vector<Steps> home(mesh_.nodes.size());
    for (const unsigned int n : nodes_)
    {
      std::size_t best = NearPoints<dim>::none;
      Steps best_steps{};
      double least = std::numeric_limits<double>::max();
      const auto all = steps_home(mesh_.nodes[n]);
      for (const auto &steps : all)
      {
        const Point<dim> x = shifted(mesh_.nodes[n], steps);
        const auto other = known.find(x);
        if (other == NearPoints<dim>::none)
          continue;
        if (const double off = x.distance(shifted(mesh_.nodes[other], home[other])); off < least)
        {
          least = off;
          best = other;
          best_steps = steps;
        }
      }
      if (best == NearPoints<dim>::none)
      {
        home[n] = all.front();
        known.add(shifted(mesh_.nodes[n], home[n]), n);
        continue;
      }
      Steps back;
      for (unsigned int d = 0; d < dim; ++d)
        back[d] = home[best][d] - best_steps[d];
      if (back != Steps{} && least > still * size_) // else in the same place: sides of a crack
        mesh_.nodes[n] = shifted(mesh_.nodes[best], back);
    }
  }

  RveMesh<dim> &mesh_;
  std::string entry_;
  bool fit_lattice_;
  double relative_, size_, tolerance_;
  std::vector<SurfaceFace<dim>> faces_;
  std::vector<unsigned int> nodes_; ///< on the surface
  Tensor<2, dim> inverse_;          ///< rows: gradients of the fractions of the lattice vectors
  double height_[dim], side_[dim][2], origin_[dim];
};
} // namespace

template <int dim>
void match_sides(RveMesh<dim> &mesh, const double tolerance, const std::string &entry, const bool fit_lattice)
{
  Matcher<dim>(mesh, tolerance, entry, fit_lattice).run();
}

template void match_sides(RveMesh<2> &, const double, const std::string &, const bool);
template void match_sides(RveMesh<3> &, const double, const std::string &, const bool);
} // namespace fe2
