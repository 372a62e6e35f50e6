// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/assembler.h>
#include <macro/ordered_matrix.h>

#include <deal.II/fe/fe_values.h>
#include <deal.II/lac/affine_constraints.templates.h>

namespace fe2
{
using namespace dealii;

template <int dim>
Assembler<dim>::Assembler(const Mapping<dim> &mapping, const DoFHandler<dim> &dof_handler,
                          const Quadrature<dim> &quadrature, const bool b_bar)
    : quadrature_(quadrature), partitioner_(make_nodal_forces(dof_handler).get_partitioner())
{
  const auto &fe = dof_handler.get_fe();
  const unsigned int n = fe.n_dofs_per_cell();
  FEValues<dim> values(mapping, fe, quadrature, update_gradients | update_quadrature_points | update_JxW_values);
  // Normal strains couple to all normal components; B-bar has an out-of-plane strain too.
  for (unsigned int i = 0; i < dim; ++i)
    for (unsigned int j = 0; j < dim; ++j)
      wanted_columns_ |= 1u << mandel::index(i, j);
  if (b_bar)
    wanted_columns_ |= 7u;
  for (const auto &cell : dof_handler.active_cell_iterators())
  {
    if (!cell->is_locally_owned())
      continue;
    values.reinit(cell);
    Cell c;
    c.iterator = cell;
    c.first_point = n_points_;
    c.dofs.resize(n);
    cell->get_dof_indices(c.dofs);
    Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(n);
    double volume = 0;
    for (const unsigned int q : values.quadrature_point_indices())
    {
      StrainMatrix b = StrainMatrix::Zero(6, n);
      for (unsigned int i = 0; i < n; ++i)
      {
        const unsigned int k = fe.system_to_component_index(i).first;
        const auto grad = values.shape_grad(i, q);
        for (unsigned int d = 0; d < dim; ++d)
          b(mandel::index(k, d), int(i)) += grad[d] / (k == d ? 1. : mandel::sqrt2);
      }
      mean += values.JxW(q) * b.template topRows<3>().colwise().sum();
      volume += values.JxW(q);
      c.b.push_back(b);
      c.weights.push_back(values.JxW(q));
      PointId id;
      id.cell = cell->id().template to_binary<dim>();
      id.quadrature = q;
      ids_.push_back(id);
      Point<3> x;
      for (unsigned int d = 0; d < dim; ++d)
        x[d] = values.quadrature_point(q)[d];
      positions_.push_back(x);
      weights_.push_back(values.JxW(q));
      ++n_points_;
    }
    for (auto &b : c.b)
      if (b_bar)
      {
        const Eigen::RowVectorXd change = (mean / volume - b.template topRows<3>().colwise().sum()) / 3;
        b.template topRows<3>().rowwise() += change;
      }
    cells_.push_back(std::move(c));
  }
}

template <int dim>
std::vector<Vector6> Assembler<dim>::strains(const Vector &u) const
{
  std::vector<Vector6> strains(n_points_);
  std::vector<double> local;
  for (const auto &cell : cells_)
  {
    local.resize(cell.dofs.size());
    u.extract_subvector_to(cell.dofs.begin(), cell.dofs.end(), local.begin());
    const Eigen::Map<const Eigen::VectorXd> v(local.data(), Eigen::Index(local.size()));
    for (std::size_t q = 0; q < cell.b.size(); ++q)
      strains[cell.first_point + q] = cell.b[q] * v;
  }
  return strains;
}

template <int dim>
FullMatrix<double> Assembler<dim>::cell_matrix(const Cell &cell, const std::vector<MicroResponse> &responses) const
{
  const auto n = Eigen::Index(cell.dofs.size());
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> k =
      Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>::Zero(n, n);
  for (std::size_t q = 0; q < cell.b.size(); ++q)
  {
    const StrainMatrix cb = cell.weights[q] * (Matrix6(responses[cell.first_point + q].tangent) * cell.b[q]);
    k.noalias() += cell.b[q].transpose() * cb;
  }
  return FullMatrix<double>(unsigned(n), unsigned(n), k.data());
}

template <int dim>
double Assembler<dim>::residual(const std::vector<MicroResponse> &responses,
                                const AffineConstraints<double> &constraints,
                                const AffineConstraints<double> &hanging_nodes, const bool lift, Vector &residual,
                                Vector &internal) const
{
  double squares = 0;
  NodalForces change(partitioner_), forces(partitioner_);
  for (const auto &cell : cells_)
  {
    const auto n = unsigned(cell.dofs.size());
    Eigen::VectorXd force = Eigen::VectorXd::Zero(n);
    for (std::size_t q = 0; q < cell.b.size(); ++q)
      force += cell.weights[q] * (cell.b[q].transpose() * Vector6(responses[cell.first_point + q].stress));
    squares += force.squaredNorm();
    dealii::Vector<double> local(n);
    for (unsigned int i = 0; i < n; ++i)
      local[i] = force[i];
    hanging_nodes.distribute_local_to_global(local, cell.dofs, forces);
    local *= -1;
    bool prescribed = false;
    for (const auto d : cell.dofs)
      prescribed = prescribed || (lift && constraints.is_inhomogeneously_constrained(d));
    if (prescribed)
      constraints.distribute_local_to_global(local, cell.dofs, change, cell_matrix(cell, responses));
    else
      constraints.distribute_local_to_global(local, cell.dofs, change);
  }
  add_to(residual, change);
  add_to(internal, forces);
  return squares;
}

template <int dim>
double Assembler<dim>::stiffness_squares(const std::vector<MicroResponse> &responses) const
{
  double squares = 0;
  for (const auto &cell : cells_)
  {
    Eigen::VectorXd force = Eigen::VectorXd::Zero(Eigen::Index(cell.dofs.size()));
    for (std::size_t q = 0; q < cell.b.size(); ++q)
      if (const auto &r = responses[cell.first_point + q]; r.tangent.size() > 0)
        force += cell.weights[q] / std::max(1., 10 * r.gradient.norm()) *
                 (cell.b[q].transpose() * (Matrix6(r.tangent) * Vector6(r.gradient)));
    squares += force.squaredNorm();
  }
  return squares;
}

template <int dim>
void Assembler<dim>::matrix(const std::vector<MicroResponse> &responses, const AffineConstraints<double> &constraints,
                            Matrix &matrix) const
{
  OrderedMatrix ordered(matrix);
  for (const auto &cell : cells_)
    constraints.distribute_local_to_global(cell_matrix(cell, responses), cell.dofs, ordered);
  ordered.finish();
}

template class Assembler<2>;
template class Assembler<3>;
} // namespace fe2
