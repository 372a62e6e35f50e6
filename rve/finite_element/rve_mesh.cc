// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/rve_mesh.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_simplex_p.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace fe2
{
using namespace dealii;

template <int dim>
unsigned int RveMesh<dim>::nodes_per_cell() const
{
  if (kind == CellKind::hypercube)
    return dim == 2 ? (degree + 1) * (degree + 1) : (degree + 1) * (degree + 1) * (degree + 1);
  return dim == 2 ? (degree + 1) * (degree + 2) / 2 : (degree + 1) * (degree + 2) * (degree + 3) / 6;
}

template <int dim>
double RveMesh<dim>::cell_volume() const
{
  Tensor<2, dim> l;
  for (int d = 0; d < dim; ++d)
    l[d] = lattice[std::size_t(d)];
  return std::abs(determinant(l));
}

template <int dim>
std::unique_ptr<FiniteElement<dim>> make_rve_element(const CellKind kind, const unsigned int degree)
{
  if (kind == CellKind::hypercube)
    return std::make_unique<FE_Q<dim>>(degree);
  return std::make_unique<FE_SimplexP<dim>>(degree);
}

template <int dim>
RveMesh<dim> raise_degree(const RveMesh<dim> &mesh)
{
  const auto linear = make_rve_element<dim>(mesh.kind, 1), quadratic = make_rve_element<dim>(mesh.kind, 2);
  RveMesh<dim> result;
  result.kind = mesh.kind;
  result.degree = 2;
  result.nodes = mesh.nodes;
  result.phases = mesh.phases;
  result.lattice = mesh.lattice;
  result.cell_tags = mesh.cell_tags;
  result.node_tags = mesh.node_tags;
  // Vertices between which each support point lies in the middle.
  std::vector<std::vector<unsigned int>> between;
  for (const auto &p : quadratic->get_unit_support_points())
  {
    auto &list = between.emplace_back();
    for (unsigned int v = 0; v < linear->n_dofs_per_cell(); ++v)
      if (linear->shape_value(v, p) > 1e-8)
        list.push_back(v);
  }
  std::map<std::vector<unsigned int>, unsigned int> known;
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
    for (const auto &list : between)
    {
      std::vector<unsigned int> key;
      for (const unsigned int v : list)
        key.push_back(mesh.cell(c)[v]);
      std::sort(key.begin(), key.end());
      if (key.size() == 1)
      {
        result.cell_nodes.push_back(key.front());
        continue;
      }
      const auto [it, is_new] = known.insert({key, unsigned(result.nodes.size())});
      if (is_new)
      {
        Point<dim> middle;
        for (const unsigned int v : key)
          middle += mesh.nodes[v] / double(key.size());
        result.nodes.push_back(middle);
      }
      result.cell_nodes.push_back(it->second);
    }
  return result;
}

namespace
{
template <int dim>
std::string text_of(const Point<dim> &p)
{
  std::string text = "(";
  for (unsigned int d = 0; d < dim; ++d)
    text += (d > 0 ? ", " : "") + format(p[d], 8);
  return text + ")";
}

template <int dim>
Tensor<2, dim> jacobian(const RveMesh<dim> &mesh, const FiniteElement<dim> &fe, const std::size_t c,
                        const Point<dim> &x)
{
  Tensor<2, dim> j;
  for (unsigned int i = 0; i < fe.n_dofs_per_cell(); ++i)
    j += outer_product(Tensor<1, dim>(mesh.nodes[mesh.cell(c)[i]]), fe.shape_grad(i, x));
  return j;
}
} // namespace

template <int dim>
std::vector<Tensor<1, dim>> lattice_coordinates(const RveMesh<dim> &mesh)
{
  Tensor<2, dim> l;
  for (unsigned int v = 0; v < dim; ++v)
    for (unsigned int d = 0; d < dim; ++d)
      l[d][v] = mesh.lattice[v][d];
  const Tensor<2, dim> inverse = invert(l);
  std::vector<Tensor<1, dim>> result;
  for (const auto &p : mesh.nodes)
    result.push_back(inverse * p);
  return result;
}

template <int dim>
void straighten_folded(RveMesh<dim> &mesh)
{
  const auto linear = make_rve_element<dim>(mesh.kind, 1), fe = make_rve_element<dim>(mesh.kind, mesh.degree);
  const unsigned int n_vertices = linear->n_dofs_per_cell(), n = mesh.nodes_per_cell();
  const auto is_folded = [&](const std::size_t c)
  {
    // Against the straight cell.
    Tensor<2, dim> straight;
    for (unsigned int v = 0; v < n_vertices; ++v)
      straight += outer_product(Tensor<1, dim>(mesh.nodes[mesh.cell(c)[v]]), linear->shape_grad(v, Point<dim>()));
    for (const auto &x : fe->get_unit_support_points())
      if (!(determinant(jacobian(mesh, *fe, c, x)) > 0.1 * determinant(straight)))
        return true;
    return false;
  };
  const auto straight_place = [&](const std::size_t c, const unsigned int i)
  {
    Point<dim> x;
    for (unsigned int v = 0; v < n_vertices; ++v)
      x += linear->shape_value(v, fe->get_unit_support_points()[i]) * mesh.nodes[mesh.cell(c)[v]];
    return x;
  };
  // Images share the place of their straight edge modulo the lattice.
  RveMesh<dim> places;
  places.lattice = mesh.lattice;
  places.nodes = mesh.nodes;
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
    for (unsigned int i = n_vertices; i < n; ++i)
      places.nodes[mesh.cell(c)[i]] = straight_place(c, i);
  const auto coordinates = lattice_coordinates(places);
  std::map<std::vector<long long>, std::vector<std::size_t>> images;
  const auto key_of = [&](const std::size_t node)
  {
    std::vector<long long> key;
    for (unsigned int d = 0; d < dim; ++d)
      key.push_back(std::llround(1e6 * (coordinates[node][d] - std::floor(coordinates[node][d] + 5e-7))));
    return key;
  };
  for (std::size_t node = 0; node < mesh.nodes.size(); ++node)
    images[key_of(node)].push_back(node);
  for (bool changed = true; changed;)
  {
    changed = false;
    for (std::size_t c = 0; c < mesh.n_cells(); ++c)
      if (is_folded(c))
        for (unsigned int i = n_vertices; i < n; ++i)
          for (const std::size_t node : images[key_of(mesh.cell(c)[i])])
          {
            changed = changed || mesh.nodes[node].distance(places.nodes[node]) > 0;
            mesh.nodes[node] = places.nodes[node];
          }
  }
}

template <int dim>
void check_mesh(const RveMesh<dim> &mesh, const unsigned int n_phases)
{
  if (mesh.n_cells() == 0)
    throw InputError("the mesh of the RVE has no cells");
  if (!(mesh.cell_volume() > 0))
    throw InputError("the lattice vectors of the RVE span no volume");
  const auto fe = make_rve_element<dim>(mesh.kind, mesh.degree);
  const std::size_t n = mesh.nodes_per_cell();
  std::vector<bool> used(mesh.nodes.size(), false);
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
  {
    if (mesh.phases[c] >= n_phases)
      throw InputError("a cell of the RVE belongs to phase " + std::to_string(mesh.phases[c] + 1) +
                       ", but there are only " + std::to_string(n_phases) + " phases");
    for (std::size_t i = 0; i < n; ++i)
      used.at(mesh.cell(c)[i]) = true;
    for (const auto &x : fe->get_unit_support_points())
      if (!(determinant(jacobian(mesh, *fe, c, x)) > 0))
        throw InputError("element " + std::to_string(mesh.cell_tag(c)) +
                         " of the RVE's mesh has a Jacobian that is not positive "
                         "near " +
                         text_of(mesh.nodes[mesh.cell(c)[0]]) +
                         ": its nodes are in the wrong order, or it is folded or flat; improve the mesh");
  }
  const auto orphan = std::find(used.begin(), used.end(), false);
  if (orphan != used.end())
    throw InputError("node " + std::to_string(mesh.node_tag(std::size_t(orphan - used.begin()))) +
                     " of the RVE's mesh at " + text_of(mesh.nodes[std::size_t(orphan - used.begin())]) +
                     " belongs to no element of the RVE; leave it out "
                     "(gmsh: Mesh.SaveAll = 0)");
}

template struct RveMesh<2>;
template struct RveMesh<3>;
template std::unique_ptr<FiniteElement<2>> make_rve_element<2>(const CellKind, const unsigned int);
template std::unique_ptr<FiniteElement<3>> make_rve_element<3>(const CellKind, const unsigned int);
template RveMesh<2> raise_degree(const RveMesh<2> &);
template RveMesh<3> raise_degree(const RveMesh<3> &);
template void straighten_folded(RveMesh<2> &);
template void straighten_folded(RveMesh<3> &);
template void check_mesh(const RveMesh<2> &, const unsigned int);
template void check_mesh(const RveMesh<3> &, const unsigned int);
template std::vector<Tensor<1, 2>> lattice_coordinates(const RveMesh<2> &);
template std::vector<Tensor<1, 3>> lattice_coordinates(const RveMesh<3> &);
} // namespace fe2
