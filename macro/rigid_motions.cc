// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/rigid_motions.h>

#include <deal.II/dofs/dof_tools.h>

#include <Eigen/SparseCholesky>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fe2
{
using namespace dealii;

template <int dim>
std::vector<unsigned int> find_mesh_parts(const Triangulation<dim> &triangulation)
{
  // Every process has all coarse cells, and the cells of one are joined.
  std::vector<unsigned int> root(triangulation.n_cells(0));
  std::iota(root.begin(), root.end(), 0u);
  const auto find = [&root](unsigned int c)
  {
    while (root[c] != c)
      c = root[c] = root[root[c]];
    return c;
  };
  for (const auto &cell : triangulation.cell_iterators_on_level(0))
    for (const unsigned int f : cell->face_indices())
      if (!cell->at_boundary(f))
      {
        const unsigned int a = find(unsigned(cell->index())), b = find(unsigned(cell->neighbor_index(f)));
        root[std::max(a, b)] = std::min(a, b);
      }
  std::vector<unsigned int> part(root.size());
  unsigned int n = 0;
  for (unsigned int c = 0; c < root.size(); ++c)
    part[c] = find(c) == c ? n++ : part[find(c)];
  return part;
}

namespace
{
template <int dim>
class Motions
{
public:
  static constexpr int n_modes = dim * (dim + 1) / 2;
  using Mode = Eigen::Matrix<double, n_modes, 1>;
  using Block = Eigen::Matrix<double, n_modes, n_modes>;

  explicit Motions(const Triangulation<dim> &triangulation) : part_(find_mesh_parts(triangulation))
  {
    parts_.resize(1 + std::size_t(*std::max_element(part_.begin(), part_.end())));
    std::vector<double> count(parts_.size(), 0.);
    for (const auto &cell : triangulation.cell_iterators_on_level(0))
    {
      Part &p = parts_[part_[unsigned(cell->index())]];
      if (count[part_[unsigned(cell->index())]]++ == 0)
        p.cell = cell->center();
      p.centre += cell->center();
    }
    for (std::size_t p = 0; p < parts_.size(); ++p)
      parts_[p].centre /= count[p];
    for (const auto &cell : triangulation.cell_iterators_on_level(0))
      for (const unsigned int v : cell->vertex_indices())
      {
        Part &p = parts_[part_[unsigned(cell->index())]];
        p.size = std::max(p.size, cell->vertex(v).distance(p.centre));
      }
  }

  std::size_t n_parts() const { return parts_.size(); }
  unsigned int part_of(const CellId &id) const { return part_[id.get_coarse_cell_id()]; }
  const Point<dim> &cell_of(const std::size_t part) const { return parts_[part].cell; }

  /// A prescribed unknown: component k at x, of a part.
  void hold(const unsigned int part, const unsigned int k, const Point<dim> &x)
  {
    const Mode m = mode(part, k, x);
    block(part, part) += m * m.transpose();
    count_[part] += 1;
  }
  /// An unknown of two parts.
  void join(const unsigned int a, const unsigned int b, const unsigned int k, const Point<dim> &x)
  {
    const Mode m = mode(a, k, x), n = mode(b, k, x);
    block(a, a) += m * m.transpose();
    block(b, b) += n * n.transpose();
    block(a, b) -= m * n.transpose();
    block(b, a) -= n * m.transpose();
    count_[a] += 1;
    count_[b] += 1;
  }
  /// Collective: the first part that can move, or n_parts().
  std::size_t find_free(const MPI_Comm comm);

private:
  struct Part
  {
    Point<dim> centre, cell;
    double size = 0;
  };

  Mode mode(const unsigned int part, const unsigned int k, const Point<dim> &x) const
  {
    Mode m = Mode::Zero();
    m[int(k)] = 1;
    const auto arm = (x - parts_[part].centre) / parts_[part].size;
    for (int r = dim; r < n_modes; ++r)
    {
      const unsigned int a = dim == 2 ? 0 : unsigned(r - 2) % 3, b = dim == 2 ? 1 : unsigned(r - 1) % 3;
      m[r] = k == a ? -arm[b] : k == b ? arm[a] : 0.;
    }
    return m;
  }
  Block &block(const unsigned int a, const unsigned int b)
  {
    return blocks_.emplace(std::make_pair(a, b), Block::Zero()).first->second;
  }
  Eigen::SparseMatrix<double> gather(const MPI_Comm comm) const;

  std::vector<unsigned int> part_; ///< of each coarse cell
  std::vector<Part> parts_;
  std::map<std::pair<unsigned int, unsigned int>, Block> blocks_;
  std::map<unsigned int, double> count_; ///< rows of each part
};

/// R^T R of all processes, for the mean of a part's rows.
template <int dim>
Eigen::SparseMatrix<double> Motions<dim>::gather(const MPI_Comm comm) const
{
  std::vector<double> mine;
  for (const auto &[parts, b] : blocks_)
  {
    mine.insert(mine.end(), {double(parts.first), double(parts.second)});
    mine.insert(mine.end(), b.data(), b.data() + n_modes * n_modes);
  }
  std::vector<double> count(parts_.size(), 0.);
  for (const auto &[part, n] : count_)
    count[part] = n;
  Utilities::MPI::sum(count, comm, count);
  std::vector<Eigen::Triplet<double>> entries;
  for (const auto &theirs : Utilities::MPI::all_gather(comm, mine))
    for (std::size_t i = 0; i < theirs.size(); i += 2 + n_modes * n_modes)
    {
      const auto a = std::size_t(theirs[i]), b = std::size_t(theirs[i + 1]);
      for (int k = 0; k < n_modes * n_modes; ++k)
        entries.emplace_back(int(a) * n_modes + k % n_modes, int(b) * n_modes + k / n_modes,
                             theirs[i + 2 + std::size_t(k)] / std::sqrt(count[a] * count[b]));
    }
  const int n = n_modes * int(parts_.size());
  for (int i = 0; i < n; ++i)
    entries.emplace_back(i, i, 1e-14); // pivots of free motions are this small, not zero: the factorization goes on
  Eigen::SparseMatrix<double> matrix(n, n);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

template <int dim>
std::size_t Motions<dim>::find_free(const MPI_Comm comm)
{
  const Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> factor(gather(comm));
  const Eigen::VectorXd pivots = factor.vectorD();
  std::size_t first = n_parts();
  for (Eigen::Index k = 0; k < pivots.size(); ++k)
    if (!(pivots[k] > 1e-12))
      first = std::min(first, std::size_t(factor.permutationPinv().indices()[k] / n_modes));
  return first;
}

template <int dim>
std::string text_of(const Point<dim> &x)
{
  std::string text = "(" + format(x[0], 6);
  for (unsigned int d = 1; d < dim; ++d)
    text += ", " + format(x[d], 6);
  return text + ")";
}
} // namespace

template <int dim>
void check_rigid_body_motions(const LoadContext<dim> &context, const AffineConstraints<double> &prescribed)
{
  const auto &dof_handler = context.dof_handler;
  const auto &fe = dof_handler.get_fe();
  Motions<dim> motions(dof_handler.get_triangulation());
  std::map<types::global_dof_index, Point<dim>> points;
  DoFTools::map_dofs_to_support_points(context.mapping, dof_handler, points);
  struct Node
  {
    unsigned int component, part;
  };
  std::map<types::global_dof_index, Node> seen; // owned unknowns that are prescribed, or all of several parts
  std::set<std::pair<types::global_dof_index, unsigned int>> joined;
  std::vector<types::global_dof_index> dofs(fe.n_dofs_per_cell());
  for (const auto &cell : dof_handler.active_cell_iterators())
  {
    if (cell->is_artificial())
      continue;
    const unsigned int part = motions.part_of(cell->id());
    cell->get_dof_indices(dofs);
    for (unsigned int i = 0; i < dofs.size(); ++i)
    {
      const auto dof = dofs[i];
      const bool held = prescribed.is_constrained(dof) && prescribed.get_constraint_entries(dof)->empty();
      if (!dof_handler.locally_owned_dofs().is_element(dof) || (!held && motions.n_parts() == 1))
        continue;
      const unsigned int k = fe.system_to_component_index(i).first;
      const auto [it, is_new] = seen.insert({dof, {k, part}});
      if (is_new && held)
        motions.hold(part, k, points.at(dof));
      if (it->second.part != part && joined.insert({dof, part}).second)
        motions.join(it->second.part, part, k, points.at(dof));
    }
  }
  const std::size_t free = motions.find_free(dof_handler.get_communicator());
  if (free == motions.n_parts())
    return;
  std::string where;
  if (motions.n_parts() > 1)
    where = " in the part of the mesh with the cell at " + text_of(motions.cell_of(free)) + " (one of " +
            std::to_string(motions.n_parts()) + " parts that no faces of cells join)";
  throw InputError("Loads: the prescribed displacements leave a rigid-body motion free" + where + "; hold " +
                   std::to_string(dim) +
                   (dim == 2 ? " translations and the rotation" : " translations and the three rotations") +
                   " (for instance by a load of type displacement with 'Point')");
}

template std::vector<unsigned int> find_mesh_parts(const Triangulation<2> &);
template std::vector<unsigned int> find_mesh_parts(const Triangulation<3> &);
template void check_rigid_body_motions(const LoadContext<2> &, const AffineConstraints<double> &);
template void check_rigid_body_motions(const LoadContext<3> &, const AffineConstraints<double> &);
} // namespace fe2
