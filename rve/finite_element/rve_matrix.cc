// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/rve_matrix.h>

#include <algorithm>
#include <map>

namespace fe2
{
template <int dim>
RveMatrix<dim>::RveMatrix(const RveSpace<dim> &space) : space_(space)
{
  for (const auto &shape : space.shapes())
  {
    auto &b = b_.emplace_back();
    for (unsigned int q = 0; q < space.n_q(); ++q)
      b.push_back(space.strain_matrix(shape, q));
  }
  build_pattern();
  clear();
}

template <int dim>
void RveMatrix<dim>::build_pattern()
{
  const std::size_t n = space_.n_free_nodes(), per_cell = space_.n_nodes();
  std::vector<std::vector<int>> neighbours(n);
  for (std::size_t c = 0; c < space_.cells().size(); ++c)
    for (std::size_t b = 0; b < per_cell; ++b)
      if (const int column = space_.nodes(c)[b]; column >= 0)
        for (std::size_t a = 0; a < per_cell; ++a)
          if (space_.nodes(c)[a] >= 0)
            neighbours[std::size_t(column)].push_back(space_.nodes(c)[a]);
  node_begin_.assign(n + 1, 0);
  for (std::size_t i = 0; i < n; ++i)
  {
    auto &list = neighbours[i];
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    node_begin_[i + 1] = node_begin_[i] + int(list.size());
  }
  matrix_.resize(Eigen::Index(3 * n), Eigen::Index(3 * n));
  matrix_.resizeNonZeros(Eigen::Index(9) * node_begin_[n]);
  int *outer = matrix_.outerIndexPtr(), *inner = matrix_.innerIndexPtr();
  outer[0] = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t k = 0; k < 3; ++k)
    {
      int position = outer[3 * i + k];
      for (const int a : neighbours[i])
        for (int m = 0; m < 3; ++m)
          inner[position++] = 3 * a + m;
      outer[3 * i + k + 1] = position;
    }
  node_rank_.assign(space_.cells().size() * per_cell * per_cell, -1);
  for (std::size_t c = 0; c < space_.cells().size(); ++c)
    for (std::size_t b = 0; b < per_cell; ++b)
      for (std::size_t a = 0; a < per_cell; ++a)
      {
        const int row = space_.nodes(c)[a], column = space_.nodes(c)[b];
        if (row < 0 || column < 0)
          continue;
        const auto &list = neighbours[std::size_t(column)];
        node_rank_[(c * per_cell + b) * per_cell + a] =
            int(std::lower_bound(list.begin(), list.end(), row) - list.begin());
      }
}

template <int dim>
void RveMatrix<dim>::clear()
{
  std::fill_n(matrix_.valuePtr(), matrix_.nonZeros(), 0.);
  loads_ = left_loads_ = LoadColumns::Zero(Eigen::Index(space_.n_free()), 6);
  average_ = Matrix6::Zero();
}

template <int dim>
typename RveMatrix<dim>::CellTerms RveMatrix<dim>::make_terms() const
{
  const auto n = Eigen::Index(3 * space_.n_nodes());
  CellTerms t;
  t.stiffness = CellMatrix::Zero(n, n);
  t.load = t.left = Eigen::Matrix<double, Eigen::Dynamic, 6>::Zero(n, 6);
  return t;
}

namespace
{
/// Adds one quadrature point; N = 3 * nodes of a cell, known to the compiler for the common elements.
template <int N, class Terms, class StrainMatrix>
void integrate_point(const StrainMatrix &b_any, const double w, const Matrix6 &d, Terms &t)
{
  const Eigen::Map<const Eigen::Matrix<double, 6, N>> b(b_any.data(), 6, b_any.cols());
  Eigen::Map<Eigen::Matrix<double, N, N>> stiffness(t.stiffness.data(), b_any.cols(), b_any.cols());
  Eigen::Map<Eigen::Matrix<double, N, 6>> left(t.left.data(), b_any.cols(), 6), load(t.load.data(), b_any.cols(), 6);
  const Eigen::Matrix<double, 6, 6> wd = w * d;
  const Eigen::Matrix<double, 6, N> db = wd.lazyProduct(b);
  stiffness += b.transpose().lazyProduct(db);
  left += db.transpose();
  load += b.transpose().lazyProduct(wd);
  t.tangent += wd;
}
} // namespace

template <int dim>
void RveMatrix<dim>::integrate(const typename RveSpace<dim>::Shape &shape, const unsigned int q, const Matrix6 &d,
                               CellTerms &t) const
{
  const auto &b = b_[std::size_t(&shape - space_.shapes().data())][q];
  const double w = shape.weights[q];
  switch (b.cols())
  {
  case 9:
    return integrate_point<9>(b, w, d, t);
  case 12:
    return integrate_point<12>(b, w, d, t);
  case 24:
    return integrate_point<24>(b, w, d, t);
  default:
    integrate_point<Eigen::Dynamic>(b, w, d, t);
  }
}

template <int dim>
void RveMatrix<dim>::add(const std::size_t c, const CellTerms &t)
{
  const std::size_t per_cell = space_.n_nodes();
  const int *node = space_.nodes(c);
  const int *outer = matrix_.outerIndexPtr();
  double *values = matrix_.valuePtr();
  for (std::size_t b = 0; b < per_cell; ++b)
  {
    if (node[b] < 0)
      continue;
    for (int k = 0; k < 3; ++k)
    {
      const auto column = Eigen::Index(3 * b) + k;
      double *target = values + outer[3 * node[b] + k];
      for (std::size_t a = 0; a < per_cell; ++a)
        if (node[a] >= 0)
        {
          double *block = target + 3 * node_rank_[(c * per_cell + b) * per_cell + a];
          for (int m = 0; m < 3; ++m)
            block[m] += t.stiffness(Eigen::Index(3 * a) + m, column);
        }
    }
    for (int k = 0; k < 3; ++k)
    {
      loads_.row(3 * node[b] + k) += t.load.row(Eigen::Index(3 * b) + k);
      left_loads_.row(3 * node[b] + k) += t.left.row(Eigen::Index(3 * b) + k);
    }
  }
  average_ += t.tangent / space_.volume();
}

template <int dim>
void RveMatrix<dim>::assemble(const std::vector<Matrix6> &tangents)
{
  clear();
  std::map<std::pair<unsigned int, unsigned int>, CellTerms> known;
  for (std::size_t c = 0; c < space_.cells().size(); ++c)
  {
    const auto &cell = space_.cells()[c];
    auto it = known.find({cell.shape, cell.phase});
    if (it == known.end())
    {
      CellTerms t = make_terms();
      for (unsigned int q = 0; q < space_.n_q(); ++q)
        integrate(space_.shapes()[cell.shape], q, tangents[cell.phase], t);
      it = known.insert({{cell.shape, cell.phase}, t}).first;
    }
    add(c, it->second);
  }
  finish();
}

template <int dim>
void RveMatrix<dim>::assemble(const PhaseArrays &tangents)
{
  clear();
  CellTerms t = make_terms();
  for (std::size_t c = 0; c < space_.cells().size(); ++c)
  {
    const auto &cell = space_.cells()[c];
    const std::size_t stride = space_.n_points(cell.phase);
    t.stiffness.setZero();
    t.load.setZero();
    t.left.setZero();
    t.tangent.setZero();
    for (unsigned int q = 0; q < space_.n_q(); ++q)
    {
      Matrix6 d;
      for (std::size_t k = 0; k < 36; ++k)
        d.data()[k] = tangents[cell.phase][k * stride + cell.first_point + q];
      integrate(space_.shapes()[cell.shape], q, d, t);
    }
    add(c, t);
  }
  finish();
}

template <int dim>
void RveMatrix<dim>::finish()
{
  space_.points().sum(loads_.data(), std::size_t(loads_.size()));
  space_.points().sum(left_loads_.data(), std::size_t(left_loads_.size()));
  space_.points().sum(average_.data(), 36);
  if (space_.constraints().springs.empty() || matrix_.nonZeros() == 0)
    return;
  const double stiffness = matrix_.diagonal().cwiseAbs().mean();
  for (const std::size_t i : space_.constraints().springs)
    for (SparseMatrix::InnerIterator it(matrix_, Eigen::Index(i)); it; ++it)
      if (it.row() == it.col())
        it.valueRef() += stiffness;
}

template class RveMatrix<2>;
template class RveMatrix<3>;
} // namespace fe2
