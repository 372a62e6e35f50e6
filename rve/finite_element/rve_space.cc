// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/rve_space.h>

#include <lib/base/log.h>

#include <rve/finite_element/outer_boundary.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/grid/reference_cell.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace fe2
{
using namespace dealii;

template <int dim>
RveSpace<dim>::RveSpace(const RveMesh<dim> &mesh, const unsigned int degree, const unsigned int n_phases,
                        const BoundaryCondition &boundary_condition, const MPI_Comm comm, const bool b_bar)
    : comm_(comm), b_bar_(b_bar), mesh_(degree > mesh.degree ? raise_degree(mesh) : mesh),
      fe_(make_rve_element<dim>(mesh_.kind, mesh_.degree)), n_nodes_(fe_->n_dofs_per_cell()),
      volume_(mesh.cell_volume()), fractions_(n_phases, 0.)
{
  MPI_Comm_rank(comm, &rank_);
  MPI_Comm_size(comm, &n_ranks_);
  if (b_bar && mesh_.kind == CellKind::simplex && mesh_.degree == 1)
    throw InputError(
        "B-bar changes nothing for triangles and tetrahedra of first order, whose strain is constant; set it "
        "to false, and 'Degree' to 2 against locking");
  check_mesh(mesh_, n_phases);
  number_nodes(boundary_condition);
  tabulate(n_phases);
}

template <int dim>
void RveSpace<dim>::number_nodes(const BoundaryCondition &boundary_condition)
{
  RveNodes nodes;
  nodes.dimension = dim;
  for (const auto &x : mesh_.nodes)
  {
    Point<3> p;
    for (unsigned int d = 0; d < dim; ++d)
      p[d] = x[d];
    nodes.points.push_back(p);
  }
  nodes.on_boundary.assign(nodes.points.size(), false);
  for (const auto &l : mesh_.lattice)
  {
    Tensor<1, 3> v;
    for (unsigned int d = 0; d < dim; ++d)
      v[d] = l[d];
    nodes.lattice.push_back(v);
  }
  add_face_points(nodes);
  constraints_ = boundary_condition.constrain(nodes);
  const auto &map = constraints_.free_nodes;
  n_free_nodes_ = std::size_t(*std::max_element(map.begin(), map.end()) + 1);
  free_points_.resize(n_free_nodes_);
  for (std::size_t i = 0; i < map.size(); ++i)
    if (map[i] >= 0)
      free_points_[std::size_t(map[i])] = nodes.points[i];
}

/// Quadrature points of the outer faces, with normals that point away from the cell.
template <int dim>
void RveSpace<dim>::add_face_points(RveNodes &nodes)
{
  const OuterBoundary outer = outer_boundary(mesh_);
  const auto reference =
      mesh_.kind == CellKind::hypercube ? ReferenceCells::get_hypercube<dim>() : ReferenceCells::get_simplex<dim>();
  const auto linear = make_rve_element<dim>(mesh_.kind, 1);
  const bool square = mesh_.kind == CellKind::hypercube || dim == 2;
  const Quadrature<dim - 1> quadrature =
      square ? Quadrature<dim - 1>(QGauss<dim - 1>(3)) : Quadrature<dim - 1>(QGaussSimplex<dim - 1>(3));
  for (const auto &face : outer.faces)
  {
    const unsigned int *cell_nodes = mesh_.cell(face.cell);
    Point<dim> centre;
    for (unsigned int i = 0; i < n_nodes_; ++i)
      centre += mesh_.nodes[cell_nodes[i]] / double(n_nodes_);
    // The face's unit coordinates s in those of the cell: x = corner + sum s_k edge_k (faces are flat there).
    const auto corner = [&](const unsigned int v)
    { return linear->get_unit_support_points()[reference.face_to_cell_vertices(face.face, v, 1)]; };
    for (unsigned int q = 0; q < quadrature.size(); ++q)
    {
      Point<dim> unit = corner(0);
      for (unsigned int k = 0; k + 1 < dim; ++k)
        unit += quadrature.point(q)[k] * (corner(k + 1) - corner(0));
      RveFacePoint point;
      Tensor<1, 3> tangents[2];
      if (dim == 2)
        tangents[1][2] = 1; // along the prism
      Tensor<1, 3> outward;
      for (unsigned int i = 0; i < n_nodes_; ++i)
      {
        const Point<3> &x = nodes.points[cell_nodes[i]];
        const double value = fe_->shape_value(i, unit);
        point.position += value * x;
        for (unsigned int k = 0; k + 1 < dim; ++k)
          tangents[k] += (fe_->shape_grad(i, unit) * (corner(k + 1) - corner(0))) * Tensor<1, 3>(x);
        if (std::abs(value) > 1e-14)
          point.shape.emplace_back(cell_nodes[i], value);
      }
      for (unsigned int d = 0; d < dim; ++d)
        outward[d] = point.position[d] - centre[d];
      const Tensor<1, 3> area = cross_product_3d(tangents[0], tangents[1]);
      point.weight = area.norm() * quadrature.weight(q);
      point.normal = area / area.norm() * (area * outward > 0 ? 1. : -1.);
      nodes.face_points.push_back(point);
    }
    const auto &support = fe_->get_unit_support_points();
    for (unsigned int i = 0; i < n_nodes_; ++i)
    {
      // On the face: no weight on the vertices that the face does not have.
      double inside = 0;
      for (unsigned int v = 0; v < reference.face_reference_cell(face.face).n_vertices(); ++v)
        inside += linear->shape_value(reference.face_to_cell_vertices(face.face, v, 1), support[i]);
      if (inside > 1 - 1e-8)
        nodes.on_boundary[cell_nodes[i]] = true;
    }
  }
  if (outer.fills_space)
    return;
  volume_ = 0;
  for (const auto &q : nodes.face_points)
    volume_ += q.weight * (q.normal * (q.position - nodes.points.front())) / dim;
}

template <int dim>
Quadrature<dim> RveSpace<dim>::quadrature() const
{
  return mesh_.kind == CellKind::hypercube ? Quadrature<dim>(QGauss<dim>(mesh_.degree + 1))
                                           : Quadrature<dim>(QGaussSimplex<dim>(mesh_.degree));
}

template <int dim>
Point<3> RveSpace<dim>::quadrature_point(const unsigned int phase, const std::size_t point) const
{
  const auto cell = std::find_if(
      cells_.begin(), cells_.end(),
      [&](const Cell &c) { return c.phase == phase && point >= c.first_point && point < c.first_point + n_q_; });
  const unsigned int *nodes_of_cell = mesh_.cell(first_cell_ + std::size_t(cell - cells_.begin()));
  Point<3> x;
  for (unsigned int i = 0; i < n_nodes_; ++i)
    for (unsigned int d = 0; d < dim; ++d)
      x[d] += fe_->shape_value(i, quadrature().point(unsigned(point - cell->first_point))) *
              mesh_.nodes[nodes_of_cell[i]][d];
  return x;
}

template <int dim>
void RveSpace<dim>::tabulate(const unsigned int n_phases)
{
  std::vector<std::size_t> n_points(n_phases, 0);
  const Quadrature<dim> quadrature = this->quadrature();
  n_q_ = quadrature.size();
  const std::size_t n_cells = mesh_.n_cells();
  first_cell_ = n_cells * std::size_t(rank_) / std::size_t(n_ranks_);
  const std::size_t end = n_cells * std::size_t(rank_ + 1) / std::size_t(n_ranks_);
  std::map<std::vector<long long>, unsigned int> known;
  const double grid = 1e-9 * std::pow(volume_, 1. / dim);
  for (std::size_t c = first_cell_; c < end; ++c)
  {
    const unsigned int *nodes_of_cell = mesh_.cell(c);
    std::vector<long long> key;
    for (unsigned int i = 0; i < n_nodes_; ++i)
      for (unsigned int d = 0; d < dim; ++d)
        key.push_back(std::llround((mesh_.nodes[nodes_of_cell[i]][d] - mesh_.nodes[nodes_of_cell[0]][d]) / grid));
    const auto [it, is_new] = known.insert({key, unsigned(shapes_.size())});
    if (is_new)
    {
      Shape shape;
      for (unsigned int q = 0; q < n_q_; ++q)
      {
        Tensor<2, dim> jacobian;
        for (unsigned int i = 0; i < n_nodes_; ++i)
          jacobian +=
              outer_product(Tensor<1, dim>(mesh_.nodes[nodes_of_cell[i]]), fe_->shape_grad(i, quadrature.point(q)));
        const Tensor<2, dim> inverse = invert(jacobian);
        shape.weights.push_back(determinant(jacobian) * quadrature.weight(q));
        if (!(shape.weights.back() > 0))
          throw InputError("element " + std::to_string(mesh_.cell_tag(c)) +
                           " of the RVE's mesh has a Jacobian that is not positive at a quadrature point");
        for (unsigned int i = 0; i < n_nodes_; ++i)
        {
          const Tensor<1, dim> gradient = fe_->shape_grad(i, quadrature.point(q)) * inverse;
          for (unsigned int d = 0; d < dim; ++d)
            shape.gradients.push_back(gradient[d]);
        }
      }
      shapes_.push_back(shape);
    }
    const unsigned int phase = mesh_.phases[c];
    cells_.push_back({phase, it->second, n_points[phase]});
    n_points[phase] += n_q_;
    for (const double w : shapes_[it->second].weights)
      fractions_[phase] += w / volume_;
    for (unsigned int i = 0; i < n_nodes_; ++i)
      cell_nodes_.push_back(constraints_.free_nodes[nodes_of_cell[i]]);
  }
  points_ = PhasePoints(comm_, n_points);
  points_.sum(fractions_.data(), fractions_.size());
  double filled = 0;
  for (const double f : fractions_)
    filled += f;
  if (filled > 1 + 1e-6)
    throw InputError("the elements of the RVE fill " + format(filled, 6) +
                     " of the cell that its lattice vectors span; the lattice is too small, or elements overlap");
}

template <int dim>
std::vector<double> RveSpace<dim>::gather_cells(const std::vector<double> &mine) const
{
  std::vector<double> all(mesh_.n_cells(), 0.);
  std::copy(mine.begin(), mine.end(), all.begin() + long(first_cell_));
  points_.sum(all.data(), all.size());
  return all;
}

/// Replaces the trace of a cell's tensors by its mean.
template <int dim>
void RveSpace<dim>::average_trace(double *values, const std::size_t stride, const Shape &shape) const
{
  double mean = 0, volume = 0;
  for (unsigned int q = 0; q < n_q_; ++q)
  {
    mean += shape.weights[q] * (values[q] + values[stride + q] + values[2 * stride + q]);
    volume += shape.weights[q];
  }
  mean /= volume;
  for (unsigned int q = 0; q < n_q_; ++q)
  {
    const double change = (mean - (values[q] + values[stride + q] + values[2 * stride + q])) / 3;
    for (unsigned int i = 0; i < 3; ++i)
      values[i * stride + q] += change;
  }
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
    const std::size_t stride = points_.n(cell.phase);
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
    if (b_bar_)
      average_trace(strain[cell.phase].data() + cell.first_point, stride, shape);
  }
}

template <int dim>
double RveSpace<dim>::forces(const PhaseArrays &stress, double *force) const
{
  std::vector<double> local(3 * n_nodes_), averaged(6 * n_q_);
  double squares = 0;
  for (std::size_t c = 0; c < cells_.size(); ++c)
  {
    const Cell &cell = cells_[c];
    const Shape &shape = shapes_[cell.shape];
    const std::size_t stride = points_.n(cell.phase);
    std::fill(local.begin(), local.end(), 0.);
    const double *cell_stress = stress[cell.phase].data() + cell.first_point;
    if (b_bar_)
    {
      // int B_bar^T sigma = int B^T (sigma with its mean pressure).
      for (unsigned int i = 0; i < 6; ++i)
        std::copy_n(cell_stress + i * stride, n_q_, averaged.begin() + i * n_q_);
      average_trace(averaged.data(), n_q_, shape);
    }
    const std::size_t step = b_bar_ ? n_q_ : stride;
    for (unsigned int q = 0; q < n_q_; ++q)
    {
      const double *s = (b_bar_ ? averaged.data() : cell_stress) + q;
      double t[3][3];
      for (unsigned int i = 0; i < 3; ++i)
        t[i][i] = s[i * step] * shape.weights[q];
      for (unsigned int i = 3; i < 6; ++i)
        t[mandel::row[i]][mandel::column[i]] = t[mandel::column[i]][mandel::row[i]] =
            s[i * step] * shape.weights[q] / mandel::sqrt2;
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
  points_.sum(force, n_free());
  points_.sum(&squares, 1);
  return std::sqrt(squares);
}

template <int dim>
Vector6 RveSpace<dim>::average(const PhaseArrays &values, const unsigned int phase) const
{
  Vector6 sum = Vector6::Zero();
  const std::size_t stride = points_.n(phase);
  for (const Cell &cell : cells_)
    if (cell.phase == phase)
      for (unsigned int q = 0; q < n_q_; ++q)
        for (unsigned int i = 0; i < 6; ++i)
          sum[int(i)] += shapes_[cell.shape].weights[q] * values[phase][i * stride + cell.first_point + q];
  points_.sum(sum.data(), 6);
  return sum / volume_;
}

template <int dim>
std::pair<double, double> RveSpace<dim>::work(const PhaseArrays &a, const PhaseArrays &b) const
{
  double both[2] = {0, 0}; // plain and absolute
  for (const Cell &cell : cells_)
  {
    const std::size_t stride = points_.n(cell.phase);
    for (unsigned int q = 0; q < n_q_; ++q)
    {
      double product = 0;
      for (unsigned int i = 0; i < 6; ++i)
      {
        const std::size_t k = i * stride + cell.first_point + q;
        product += a[cell.phase][k] * b[cell.phase][k];
      }
      both[0] += product * shapes_[cell.shape].weights[q];
      both[1] += std::abs(product) * shapes_[cell.shape].weights[q];
    }
  }
  points_.sum(both, 2);
  return {both[0] / volume_, both[1] / volume_};
}

template <int dim>
Eigen::Matrix<double, 6, Eigen::Dynamic> RveSpace<dim>::strain_matrix(const Shape &shape, const unsigned int q) const
{
  auto b = plain_strain_matrix(shape, q);
  if (!b_bar_)
    return b;
  Eigen::RowVectorXd mean = Eigen::RowVectorXd::Zero(b.cols());
  double volume = 0;
  for (unsigned int k = 0; k < n_q_; ++k)
  {
    mean += shape.weights[k] * plain_strain_matrix(shape, k).template topRows<3>().colwise().sum();
    volume += shape.weights[k];
  }
  const Eigen::RowVectorXd change = (mean / volume - b.template topRows<3>().colwise().sum()) / 3;
  b.template topRows<3>().rowwise() += change;
  return b;
}

template <int dim>
Eigen::Matrix<double, 6, Eigen::Dynamic> RveSpace<dim>::plain_strain_matrix(const Shape &shape,
                                                                            const unsigned int q) const
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
