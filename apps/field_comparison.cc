// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/field_comparison.h>

#include <lib/base/errors.h>
#include <lib/io/hdf5_file.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/mapping_q1.h>
#include <deal.II/numerics/rtree.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
using namespace dealii;

namespace
{
template <int dim>
class FieldMesh
{
public:
  static constexpr unsigned int n_vertices = 1u << dim;

  explicit FieldMesh(const Hdf5File &file) : nodes_(file.read("nodes")), cells_(file.read("cells"))
  {
    if (cells_.columns() != n_vertices || nodes_.columns() < dim)
      throw InputError("the field files have cells of different kinds");
    if (cells_.rows() == 0)
      throw InputError("a field file has no cells");
    for (const double n : cells_.values)
      if (!(n >= 0 && n < double(nodes_.rows())))
        throw InputError("a field file is damaged: its cells name nodes that it does not have");
    std::vector<std::pair<BoundingBox<dim>, unsigned int>> boxes;
    for (unsigned int c = 0; c < n_cells(); ++c)
    {
      std::vector<Point<dim>> corners;
      for (unsigned int v = 0; v < n_vertices; ++v)
        corners.push_back(vertex(c, v));
      BoundingBox<dim> box(corners);
      box.extend(1e-6 * corners.front().distance(corners.back()));
      boxes.emplace_back(box, c);
    }
    tree_ = pack_rtree(boxes);
  }
  unsigned int n_cells() const { return unsigned(cells_.rows()); }
  /// A field with a value for each node.
  Hdf5File::Array field(const Hdf5File &file, const std::string &name) const
  {
    auto array = file.read(name);
    if (array.rows() != nodes_.rows())
      throw InputError("the field '" + name + "' has " + std::to_string(array.rows()) + " values for " +
                       std::to_string(nodes_.rows()) + " nodes");
    return array;
  }
  /// Node of a vertex in lexicographic order (the file has VTK's order).
  std::size_t node(const unsigned int c, const unsigned int v) const
  {
    constexpr unsigned int order[8] = {0, 1, 3, 2, 4, 5, 7, 6};
    return std::size_t(cells_.values[c * n_vertices + order[v]]);
  }
  Point<dim> vertex(const unsigned int c, const unsigned int v) const
  {
    Point<dim> p;
    for (unsigned int d = 0; d < dim; ++d)
      p[d] = nodes_.values[node(c, v) * nodes_.columns() + d];
    return p;
  }
  Point<dim> map(const unsigned int c, const Point<dim> &unit, Tensor<2, dim> *jacobian = nullptr) const
  {
    Point<dim> x;
    if (jacobian != nullptr)
      jacobian->clear();
    for (unsigned int v = 0; v < n_vertices; ++v)
    {
      x += GeometryInfo<dim>::d_linear_shape_function(unit, v) * vertex(c, v);
      if (jacobian != nullptr)
        *jacobian +=
            outer_product(Tensor<1, dim>(vertex(c, v)), GeometryInfo<dim>::d_linear_shape_function_gradient(unit, v));
    }
    return x;
  }
  /// Cell and unit coordinates of a point; false if no cell covers it.
  bool find(const Point<dim> &x, unsigned int &cell, Point<dim> &unit) const
  {
    std::vector<std::pair<BoundingBox<dim>, unsigned int>> hits;
    tree_.query(boost::geometry::index::intersects(x), std::back_inserter(hits));
    for (const auto &hit : hits)
    {
      cell = hit.second;
      for (unsigned int d = 0; d < dim; ++d)
        unit[d] = 0.5;
      for (unsigned int k = 0; k < 20; ++k)
      {
        Tensor<2, dim> jacobian;
        const Tensor<1, dim> r = x - map(cell, unit, &jacobian);
        const Tensor<1, dim> step = invert(jacobian) * r;
        unit += step;
        if (step.norm() < 1e-13)
          break;
      }
      if (GeometryInfo<dim>::is_inside_unit_cell(unit, 1e-6))
        return true;
    }
    return false;
  }
  double value(const Hdf5File::Array &field, const std::size_t component, const unsigned int c,
               const Point<dim> &unit) const
  {
    double sum = 0;
    for (unsigned int v = 0; v < n_vertices; ++v)
      sum +=
          GeometryInfo<dim>::d_linear_shape_function(unit, v) * field.values[node(c, v) * field.columns() + component];
    return sum;
  }

private:
  Hdf5File::Array nodes_, cells_;
  RTree<std::pair<BoundingBox<dim>, unsigned int>> tree_;
};

template <int dim>
std::vector<FieldDifference> compare(const Hdf5File &result, const Hdf5File &reference)
{
  const FieldMesh<dim> a(result), b(reference);
  std::vector<FieldDifference> list;
  std::vector<std::pair<Hdf5File::Array, Hdf5File::Array>> fields;
  for (const auto &name : reference.names())
    if (name != "nodes" && name != "cells")
    {
      list.emplace_back();
      list.back().name = name;
      fields.emplace_back(a.field(result, name), b.field(reference, name));
      if (fields.back().first.columns() != fields.back().second.columns())
        throw InputError("the field '" + name + "' has different numbers of components");
    }
  double volume = 0;
  const QGauss<dim> quadrature(2);
  for (unsigned int c = 0; c < b.n_cells(); ++c)
    for (unsigned int q = 0; q < quadrature.size(); ++q)
    {
      Tensor<2, dim> jacobian;
      const Point<dim> x = b.map(c, quadrature.point(q), &jacobian);
      const double weight = std::abs(determinant(jacobian)) * quadrature.weight(q);
      unsigned int cell = 0;
      Point<dim> unit;
      const bool found = a.find(x, cell, unit);
      volume += weight;
      for (std::size_t f = 0; f < list.size(); ++f)
      {
        const auto &[ours, theirs] = fields[f];
        if (!found)
          ++list[f].outside;
        double square = 0;
        for (std::size_t k = 0; k < theirs.columns() && found; ++k)
        {
          const double value = b.value(theirs, k, c, quadrature.point(q)), our_value = a.value(ours, k, cell, unit);
          if (std::isnan(value) && std::isnan(our_value))
            continue;
          const double difference = our_value - value;
          ++list[f].n;
          square += difference * difference;
          list[f].reference += weight * value * value;
        }
        list[f].difference += weight * square;
        if (std::sqrt(square) >= list[f].largest)
        {
          list[f].largest = std::sqrt(square);
          list[f].where.assign(x.begin_raw(), x.end_raw());
        }
      }
    }
  for (auto &d : list)
  {
    d.difference = std::sqrt(d.difference / volume);
    d.reference = std::sqrt(d.reference / volume);
  }
  return list;
}
} // namespace

std::vector<FieldDifference> compare_fields(const std::string &result, const std::string &reference)
{
  const Hdf5File a(result), b(reference);
  const auto cells = b.read("cells");
  if (cells.columns() == 4)
    return compare<2>(a, b);
  if (cells.columns() == 8)
    return compare<3>(a, b);
  throw InputError("'" + reference + "' holds no quadrilaterals or hexahedra");
}
} // namespace fe2
