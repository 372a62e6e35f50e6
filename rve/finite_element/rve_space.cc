// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/rve_space.h>

#include <lib/base/log.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_values.h>
#include <deal.II/fe/mapping_q1.h>

#include <algorithm>
#include <map>

namespace fe2
{
using namespace dealii;

template <int dim>
RveSpace<dim>::RveSpace(const RveMesh<dim> &mesh, const unsigned int degree, const unsigned int n_phases,
                        const BoundaryCondition &boundary_condition)
    : fe_(degree), n_nodes_(fe_.n_dofs_per_cell()), volume_(mesh.cell_volume()), n_points_(n_phases, 0),
      fractions_(n_phases, 0.)
{
  try
  {
    triangulation_.create_triangulation(mesh.vertices, mesh.cells, SubCellData());
  }
  catch (const ExceptionBase &e)
  {
    throw InputError(std::string("the mesh of the RVE cannot be used: ") + e.what());
  }
  dof_handler_.reinit(triangulation_);
  dof_handler_.distribute_dofs(fe_);
  number_nodes(mesh, boundary_condition);
  tabulate(degree);
}

template <int dim>
void RveSpace<dim>::number_nodes(const RveMesh<dim> &mesh, const BoundaryCondition &boundary_condition)
{
  const auto n = dof_handler_.n_dofs();
  std::vector<Point<dim>> points(n);
  DoFTools::map_dofs_to_support_points(MappingQ1<dim>(), dof_handler_, points);
  const IndexSet boundary = DoFTools::extract_boundary_dofs(dof_handler_);
  RveNodes nodes;
  for (types::global_dof_index i = 0; i < n; ++i)
  {
    Point<3> p;
    for (unsigned int d = 0; d < dim; ++d)
      p[d] = points[i][d];
    nodes.points.push_back(p);
    nodes.on_boundary.push_back(boundary.is_element(i));
  }
  for (const auto &l : mesh.lattice)
  {
    Tensor<1, 3> v;
    for (unsigned int d = 0; d < dim; ++d)
      v[d] = l[d];
    nodes.lattice.push_back(v);
  }
  node_map_ = boundary_condition.free_nodes(nodes);
  n_free_nodes_ = std::size_t(*std::max_element(node_map_.begin(), node_map_.end()) + 1);
  free_points_.resize(n_free_nodes_);
  for (std::size_t i = 0; i < node_map_.size(); ++i)
    if (node_map_[i] >= 0)
      free_points_[std::size_t(node_map_[i])] = nodes.points[i];
}

template <int dim>
void RveSpace<dim>::tabulate(const unsigned int degree)
{
  const QGauss<dim> quadrature(degree + 1);
  n_q_ = quadrature.size();
  FEValues<dim> fe_values(fe_, quadrature, update_gradients | update_JxW_values);
  std::map<std::vector<long long>, unsigned int> known;
  std::vector<types::global_dof_index> dofs(n_nodes_);
  const double grid = 1e-9 * std::pow(volume_, 1. / dim);
  for (const auto &cell : dof_handler_.active_cell_iterators())
  {
    std::vector<long long> key;
    for (const unsigned int v : cell->vertex_indices())
      for (unsigned int d = 0; d < dim; ++d)
        key.push_back(std::llround((cell->vertex(v)[d] - cell->vertex(0)[d]) / grid));
    const auto [it, is_new] = known.insert({key, unsigned(shapes_.size())});
    if (is_new)
    {
      fe_values.reinit(cell);
      Shape shape;
      for (unsigned int q = 0; q < n_q_; ++q)
      {
        shape.weights.push_back(fe_values.JxW(q));
        for (unsigned int i = 0; i < n_nodes_; ++i)
          for (unsigned int d = 0; d < dim; ++d)
            shape.gradients.push_back(fe_values.shape_grad(i, q)[d]);
      }
      shapes_.push_back(shape);
    }
    const unsigned int phase = cell->material_id();
    if (phase >= n_points_.size())
      throw InputError("a cell of the RVE belongs to phase " + std::to_string(phase + 1) + ", but there are only " +
                       std::to_string(n_points_.size()) + " phases");
    cells_.push_back({phase, it->second, n_points_[phase]});
    n_points_[phase] += n_q_;
    for (const double w : shapes_[it->second].weights)
      fractions_[phase] += w / volume_;
    cell->get_dof_indices(dofs);
    for (const auto d : dofs)
      cell_nodes_.push_back(node_map_[d]);
  }
}

template <int dim>
PhaseArrays RveSpace<dim>::make_arrays(const unsigned int n_components) const
{
  PhaseArrays arrays;
  for (const std::size_t n : n_points_)
    arrays.emplace_back(n * n_components, 0.);
  return arrays;
}

template <int dim>
void RveSpace<dim>::strains(const Vector6 &gradient, const double *w, PhaseArrays &strain) const
{
  std::vector<double> local(3 * n_nodes_);
  for (std::size_t c = 0; c < cells_.size(); ++c)
  {
    const Cell &cell = cells_[c];
    const Shape &shape = shapes_[cell.shape];
    const int *node = nodes(c);
    for (unsigned int i = 0; i < n_nodes_; ++i)
      for (unsigned int k = 0; k < 3; ++k)
        local[3 * i + k] = node[i] < 0 ? 0. : w[3 * std::size_t(node[i]) + k];
    const std::size_t stride = n_points_[cell.phase];
    for (unsigned int q = 0; q < n_q_; ++q)
    {
      double g[3][3] = {};
      const double *dn = shape.gradients.data() + std::size_t(q) * n_nodes_ * dim;
      for (unsigned int i = 0; i < n_nodes_; ++i)
        for (unsigned int k = 0; k < 3; ++k)
          for (unsigned int d = 0; d < dim; ++d)
            g[k][d] += local[3 * i + k] * dn[i * dim + d];
      double *e = strain[cell.phase].data() + cell.first_point + q;
      for (unsigned int i = 0; i < 3; ++i)
        e[i * stride] = gradient[int(i)] + g[i][i];
      for (unsigned int i = 3; i < 6; ++i)
        e[i * stride] = gradient[int(i)] +
                        (g[mandel::row[i]][mandel::column[i]] + g[mandel::column[i]][mandel::row[i]]) / mandel::sqrt2;
    }
  }
}

template <int dim>
double RveSpace<dim>::forces(const PhaseArrays &stress, double *force) const
{
  std::vector<double> local(3 * n_nodes_);
  double squares = 0;
  for (std::size_t c = 0; c < cells_.size(); ++c)
  {
    const Cell &cell = cells_[c];
    const Shape &shape = shapes_[cell.shape];
    const std::size_t stride = n_points_[cell.phase];
    std::fill(local.begin(), local.end(), 0.);
    for (unsigned int q = 0; q < n_q_; ++q)
    {
      const double *s = stress[cell.phase].data() + cell.first_point + q;
      double t[3][3];
      for (unsigned int i = 0; i < 3; ++i)
        t[i][i] = s[i * stride] * shape.weights[q];
      for (unsigned int i = 3; i < 6; ++i)
        t[mandel::row[i]][mandel::column[i]] = t[mandel::column[i]][mandel::row[i]] =
            s[i * stride] * shape.weights[q] / mandel::sqrt2;
      const double *dn = shape.gradients.data() + std::size_t(q) * n_nodes_ * dim;
      for (unsigned int i = 0; i < n_nodes_; ++i)
        for (unsigned int k = 0; k < 3; ++k)
          for (unsigned int d = 0; d < dim; ++d)
            local[3 * i + k] += t[k][d] * dn[i * dim + d];
    }
    const int *node = nodes(c);
    for (unsigned int i = 0; i < n_nodes_; ++i)
      for (unsigned int k = 0; k < 3; ++k)
      {
        squares += local[3 * i + k] * local[3 * i + k];
        if (node[i] >= 0)
          force[3 * std::size_t(node[i]) + k] += local[3 * i + k];
      }
  }
  return std::sqrt(squares);
}

template <int dim>
Vector6 RveSpace<dim>::average(const PhaseArrays &values, const unsigned int phase) const
{
  Vector6 sum = Vector6::Zero();
  const std::size_t stride = n_points_[phase];
  for (const Cell &cell : cells_)
    if (cell.phase == phase)
      for (unsigned int q = 0; q < n_q_; ++q)
        for (unsigned int i = 0; i < 6; ++i)
          sum[int(i)] += shapes_[cell.shape].weights[q] * values[phase][i * stride + cell.first_point + q];
  return sum / volume_;
}

template <int dim>
std::pair<double, double> RveSpace<dim>::work(const PhaseArrays &a, const PhaseArrays &b) const
{
  double sum = 0, absolute = 0;
  for (const Cell &cell : cells_)
  {
    const std::size_t stride = n_points_[cell.phase];
    for (unsigned int q = 0; q < n_q_; ++q)
    {
      double product = 0;
      for (unsigned int i = 0; i < 6; ++i)
      {
        const std::size_t k = i * stride + cell.first_point + q;
        product += a[cell.phase][k] * b[cell.phase][k];
      }
      sum += product * shapes_[cell.shape].weights[q];
      absolute += std::abs(product) * shapes_[cell.shape].weights[q];
    }
  }
  return {sum / volume_, absolute / volume_};
}

template <int dim>
Eigen::Matrix<double, 6, Eigen::Dynamic> RveSpace<dim>::strain_matrix(const Shape &shape, const unsigned int q) const
{
  Eigen::Matrix<double, 6, Eigen::Dynamic> b = Eigen::Matrix<double, 6, Eigen::Dynamic>::Zero(6, 3 * n_nodes_);
  const double *dn = shape.gradients.data() + std::size_t(q) * n_nodes_ * dim;
  for (unsigned int n = 0; n < n_nodes_; ++n)
    for (int i = 0; i < 6; ++i)
    {
      const unsigned int r = mandel::row[i], c = mandel::column[i];
      if (i < 3)
        b(i, int(3 * n + r)) = r < dim ? dn[n * dim + r] : 0.;
      else
      {
        b(i, int(3 * n + r)) = c < dim ? dn[n * dim + c] / mandel::sqrt2 : 0.;
        b(i, int(3 * n + c)) = r < dim ? dn[n * dim + r] / mandel::sqrt2 : 0.;
      }
    }
  return b;
}

template class RveSpace<2>;
template class RveSpace<3>;
} // namespace fe2
