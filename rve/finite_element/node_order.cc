// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/node_order.h>

#include <lib/base/errors.h>

namespace fe2
{
using namespace dealii;

namespace
{
using Groups = std::vector<std::vector<unsigned int>>; ///< vertices in whose middle each node lies

/// Vertices of gmsh and VTK alike: counterclockwise, bottom before top.
Groups vertices(const int dim, const CellKind kind)
{
  Groups g;
  const unsigned int n = kind == CellKind::simplex ? unsigned(dim) + 1 : 1u << dim;
  for (unsigned int v = 0; v < n; ++v)
    g.push_back({v});
  return g;
}

Groups gmsh_middles(const int dim, const CellKind kind)
{
  if (kind == CellKind::simplex)
    return dim == 2 ? Groups{{0, 1}, {1, 2}, {2, 0}} : Groups{{0, 1}, {1, 2}, {2, 0}, {3, 0}, {2, 3}, {1, 3}};
  if (dim == 2)
    return {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {0, 1, 2, 3}};
  return {{0, 1},
          {0, 3},
          {0, 4},
          {1, 2},
          {1, 5},
          {2, 3},
          {2, 6},
          {3, 7},
          {4, 5},
          {4, 7},
          {5, 6},
          {6, 7},
          {0, 3, 2, 1},
          {0, 1, 5, 4},
          {0, 4, 7, 3},
          {1, 2, 6, 5},
          {2, 3, 7, 6},
          {4, 5, 6, 7},
          {0, 1, 2, 3, 4, 5, 6, 7}};
}

Groups vtk_middles(const int dim, const CellKind kind)
{
  if (kind == CellKind::simplex)
    return dim == 2 ? Groups{{0, 1}, {1, 2}, {2, 0}} : Groups{{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}};
  if (dim == 2)
    return {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {0, 1, 2, 3}};
  return {{0, 1},
          {1, 2},
          {2, 3},
          {3, 0},
          {4, 5},
          {5, 6},
          {6, 7},
          {7, 4},
          {0, 4},
          {1, 5},
          {2, 6},
          {3, 7},
          {0, 3, 7, 4},
          {1, 2, 6, 5},
          {0, 1, 5, 4},
          {3, 2, 6, 7},
          {0, 1, 2, 3},
          {4, 5, 6, 7},
          {0, 1, 2, 3, 4, 5, 6, 7}};
}

template <int dim>
std::vector<unsigned int> order(const CellKind kind, const unsigned int degree, const Groups &middles)
{
  const auto linear = make_rve_element<dim>(kind, 1), fe = make_rve_element<dim>(kind, degree);
  const unsigned int lexicographic[8] = {0, 1, 3, 2, 4, 5, 7, 6}; // of counterclockwise vertices
  Groups groups = vertices(dim, kind);
  if (degree == 2)
    groups.insert(groups.end(), middles.begin(), middles.end());
  std::vector<unsigned int> result;
  for (const auto &group : groups)
  {
    Point<dim> x;
    for (const unsigned int v : group)
      x += linear->get_unit_support_points()[kind == CellKind::hypercube ? lexicographic[v] : v] / double(group.size());
    for (unsigned int i = 0; i < fe->n_dofs_per_cell(); ++i)
      if (fe->get_unit_support_points()[i].distance(x) < 1e-8)
        result.push_back(i);
  }
  if (result.size() != fe->n_dofs_per_cell())
    throw RunError("the orders of nodes do not match");
  return result;
}
} // namespace

template <int dim>
std::vector<unsigned int> gmsh_order(const CellKind kind, const unsigned int degree)
{
  return order<dim>(kind, degree, gmsh_middles(dim, kind));
}

template <int dim>
std::vector<unsigned int> vtk_order(const CellKind kind, const unsigned int degree)
{
  return order<dim>(kind, degree, vtk_middles(dim, kind));
}

unsigned int gmsh_type(const int dim, const CellKind kind, const unsigned int degree)
{
  const unsigned int types[2][2][2] = {{{3, 10}, {5, 12}}, {{2, 9}, {4, 11}}};
  return types[kind == CellKind::simplex][dim - 2][degree - 1];
}

std::uint8_t vtk_type(const int dim, const CellKind kind, const unsigned int degree)
{
  const std::uint8_t types[2][2][2] = {{{9, 28}, {12, 29}}, {{5, 22}, {10, 24}}};
  return types[kind == CellKind::simplex][dim - 2][degree - 1];
}

template std::vector<unsigned int> gmsh_order<2>(const CellKind, const unsigned int);
template std::vector<unsigned int> gmsh_order<3>(const CellKind, const unsigned int);
template std::vector<unsigned int> vtk_order<2>(const CellKind, const unsigned int);
template std::vector<unsigned int> vtk_order<3>(const CellKind, const unsigned int);
} // namespace fe2
