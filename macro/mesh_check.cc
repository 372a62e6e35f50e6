// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Cells of a component's mesh have volume everywhere and do not lie over each other.
 */
#include <macro/mesh_file.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/numerics/rtree.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
using namespace dealii;

namespace
{
constexpr double flat = 1e-13;  ///< det J over the cell's diameter^dim that counts as none
constexpr double inside = 1e-3; ///< distance from the sides in unit coordinates that counts as inside

template <int dim>
std::string text_of(const Point<dim> &p)
{
  std::string text = "(";
  for (unsigned int d = 0; d < dim; ++d)
    text += (d > 0 ? ", " : "") + format(p[d], 8);
  return text + ")";
}

template <int dim>
Point<dim> centre_of(const ComponentMesh<dim> &mesh, const std::size_t c)
{
  Point<dim> x;
  for (const unsigned int v : mesh.cells[c].vertices)
    x += mesh.nodes[v] / double(mesh.cells[c].vertices.size());
  return x;
}

/// x(u) of the multilinear map and its Jacobian dx/du.
template <int dim>
Point<dim> map(const ComponentMesh<dim> &mesh, const std::size_t c, const Point<dim> &u, Tensor<2, dim> &jacobian)
{
  Point<dim> x;
  jacobian = 0;
  for (unsigned int v = 0; v < GeometryInfo<dim>::vertices_per_cell; ++v)
  {
    const auto &node = mesh.nodes[mesh.cells[c].vertices[v]];
    x += GeometryInfo<dim>::d_linear_shape_function(u, v) * node;
    jacobian += outer_product(Tensor<1, dim>(node), GeometryInfo<dim>::d_linear_shape_function_gradient(u, v));
  }
  return x;
}

/// Vertices and quadrature points in unit coordinates.
template <int dim>
std::vector<Point<dim>> sample_points()
{
  std::vector<Point<dim>> points = QGauss<dim>(2).get_points();
  for (unsigned int v = 0; v < GeometryInfo<dim>::vertices_per_cell; ++v)
    points.push_back(GeometryInfo<dim>::unit_cell_vertex(v));
  return points;
}

/// Files number cells either way round.
template <int dim>
void turn(ComponentMesh<dim> &mesh)
{
  Point<dim> middle;
  for (unsigned int d = 0; d < dim; ++d)
    middle[d] = 0.5;
  Tensor<2, dim> jacobian;
  for (std::size_t c = 0; c < mesh.cells.size(); ++c)
  {
    map(mesh, c, middle, jacobian);
    auto &v = mesh.cells[c].vertices;
    if (determinant(jacobian) < 0 && dim == 2)
      std::swap(v[1], v[2]);
    else if (determinant(jacobian) < 0)
      std::swap_ranges(v.begin(), v.begin() + 4, v.begin() + 4);
  }
}

template <int dim>
void check_jacobians(const ComponentMesh<dim> &mesh)
{
  const auto points = sample_points<dim>();
  Tensor<2, dim> jacobian;
  for (std::size_t c = 0; c < mesh.cells.size(); ++c)
  {
    double diameter = 0;
    for (const unsigned int v : mesh.cells[c].vertices)
      diameter = std::max(diameter, 2 * mesh.nodes[v].distance(centre_of(mesh, c)));
    for (const auto &u : points)
    {
      const Point<dim> x = map(mesh, c, u, jacobian);
      if (!(determinant(jacobian) > flat * std::pow(diameter, dim)))
        throw InputError("'" + mesh.file + "': element " + std::to_string(mesh.cell_tags[c]) +
                         " has a Jacobian that is not positive at " + text_of(x) +
                         ": it is flat, folded, turned inside out or has its nodes in the wrong order; improve the "
                         "mesh");
    }
  }
}

template <int dim>
Tensor<1, dim> outward_area(const ComponentMesh<dim> &mesh, const std::size_t c,
                            const std::array<unsigned int, GeometryInfo<dim>::vertices_per_face> &v)
{
  const auto edge = [&](const unsigned int a, const unsigned int b) { return mesh.nodes[v[b]] - mesh.nodes[v[a]]; };
  Tensor<1, dim> area;
  if constexpr (dim == 2)
    area = cross_product_2d(edge(0, 1));
  else
    area = cross_product_3d(edge(0, 3), edge(1, 2));
  Point<dim> middle;
  for (const unsigned int i : v)
    middle += mesh.nodes[i] / double(v.size());
  return area * (middle - centre_of(mesh, c)) < 0 ? -area : area;
}

/// Cells that share a face lie on either side of it. Returns which cells are on the surface.
template <int dim>
std::vector<bool> check_neighbours(const ComponentMesh<dim> &mesh)
{
  struct Side
  {
    std::size_t cell;
    unsigned int count;
    Tensor<1, dim> area;
  };
  std::map<std::array<unsigned int, GeometryInfo<dim>::vertices_per_face>, Side> sides;
  for (std::size_t c = 0; c < mesh.cells.size(); ++c)
    for (unsigned int f = 0; f < GeometryInfo<dim>::faces_per_cell; ++f)
    {
      std::array<unsigned int, GeometryInfo<dim>::vertices_per_face> v;
      for (unsigned int i = 0; i < v.size(); ++i)
        v[i] = mesh.cells[c].vertices[GeometryInfo<dim>::face_to_cell_vertices(f, i)];
      const auto area = outward_area(mesh, c, v);
      std::sort(v.begin(), v.end());
      const auto [it, is_new] = sides.insert({v, {c, 1, area}});
      if (!is_new && (++it->second.count > 2 || !(area * it->second.area < 0)))
        throw InputError("'" + mesh.file + "': the elements " + std::to_string(mesh.cell_tags[it->second.cell]) +
                         " and " + std::to_string(mesh.cell_tags[c]) +
                         " lie on the same side of the face that they share at " + text_of(mesh.nodes[v[0]]) +
                         ": one is over the other; improve the mesh");
    }
  std::vector<bool> result(mesh.cells.size(), false);
  for (const auto &[v, side] : sides)
    if (side.count == 1)
      result[side.cell] = true;
  return result;
}

/// Whether a point lies well inside a cell: Newton's method for u.
template <int dim>
bool contains(const ComponentMesh<dim> &mesh, const std::size_t c, const Point<dim> &x)
{
  Point<dim> u;
  for (unsigned int d = 0; d < dim; ++d)
    u[d] = 0.5;
  Tensor<2, dim> jacobian;
  for (unsigned int i = 0; i < 20; ++i)
  {
    const Tensor<1, dim> rest = x - map(mesh, c, u, jacobian);
    if (!(determinant(jacobian) > 0))
      return false; // the map is one to one inside: an iterate far outside
    const Tensor<1, dim> step = invert(jacobian) * rest;
    u += step;
    if (step.norm() < 1e-8)
      break;
    if (u.norm() > 10)
      return false;
  }
  for (unsigned int d = 0; d < dim; ++d)
    if (!(u[d] > inside && u[d] < 1 - inside))
      return false;
  return true;
}

/// Cells that overlap without a common face do so at the surface: its cells' points lie in no other cell.
template <int dim>
void check_overlaps(const ComponentMesh<dim> &mesh, const std::vector<bool> &on_surface)
{
  std::vector<BoundingBox<dim>> boxes;
  for (const auto &cell : mesh.cells)
  {
    std::vector<Point<dim>> vertices;
    for (const unsigned int v : cell.vertices)
      vertices.push_back(mesh.nodes[v]);
    boxes.emplace_back(vertices);
  }
  const auto tree = pack_rtree_of_indices(boxes);
  const auto points = sample_points<dim>();
  Tensor<2, dim> jacobian;
  std::vector<std::size_t> candidates;
  for (std::size_t c = 0; c < mesh.cells.size(); ++c)
    for (std::size_t i = 0; on_surface[c] && i < points.size(); ++i)
    {
      const Point<dim> x = map(mesh, c, points[i], jacobian);
      candidates.clear();
      tree.query(boost::geometry::index::intersects(x), std::back_inserter(candidates));
      for (const std::size_t other : candidates)
        if (other != c && contains(mesh, other, x))
          throw InputError("'" + mesh.file + "': the elements " + std::to_string(mesh.cell_tags[std::min(c, other)]) +
                           " and " + std::to_string(mesh.cell_tags[std::max(c, other)]) + " overlap at " + text_of(x) +
                           "; improve the mesh, or take parts out that are in it twice");
    }
}
} // namespace

template <int dim>
void check_cells(ComponentMesh<dim> &mesh)
{
  turn(mesh);
  check_jacobians(mesh);
  check_overlaps(mesh, check_neighbours(mesh));
}

template void check_cells(ComponentMesh<2> &);
template void check_cells(ComponentMesh<3> &);
} // namespace fe2
