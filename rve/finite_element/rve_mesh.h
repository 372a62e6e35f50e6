// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Mesh of an RVE: cells of one kind and order, their nodes, the phase of each cell, and the lattice vectors that map
 * opposite sides onto each other. dim 2 is a prism with three displacement components.
 *
 * The nodes of a cell are in the order of deal.II's support points (FE_Q: vertices lexicographically, then edges,
 * faces, interior; FE_SimplexP: vertices, then edges).
 */
#ifndef fe2_rve_finite_element_rve_mesh_h
#define fe2_rve_finite_element_rve_mesh_h

#include <deal.II/base/point.h>
#include <deal.II/fe/fe.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace fe2
{
enum class CellKind
{
  hypercube, ///< quadrilaterals, hexahedra
  simplex    ///< triangles, tetrahedra
};

template <int dim>
struct RveMesh
{
  CellKind kind = CellKind::hypercube;
  unsigned int degree = 1;
  std::vector<dealii::Point<dim>> nodes;
  std::vector<unsigned int> cell_nodes; ///< nodes_per_cell() for each cell
  std::vector<unsigned int> phases;     ///< by cell
  std::array<dealii::Tensor<1, dim>, dim> lattice;
  /// Numbers of cells and nodes in the user's file, for messages; empty: 1, 2, ...
  std::vector<std::size_t> cell_tags, node_tags;

  std::size_t cell_tag(const std::size_t c) const { return c < cell_tags.size() ? cell_tags[c] : c + 1; }
  std::size_t node_tag(const std::size_t n) const { return n < node_tags.size() ? node_tags[n] : n + 1; }
  std::size_t n_cells() const { return phases.size(); }
  unsigned int nodes_per_cell() const;
  const unsigned int *cell(const std::size_t c) const { return cell_nodes.data() + c * nodes_per_cell(); }
  void add_cell(const std::vector<unsigned int> &nodes_of_cell, const unsigned int phase)
  {
    cell_nodes.insert(cell_nodes.end(), nodes_of_cell.begin(), nodes_of_cell.end());
    phases.push_back(phase);
  }
  /// Area or volume spanned by the lattice vectors.
  double cell_volume() const;
};

/// Lagrange elements of a kind and degree (1 or 2).
template <int dim>
std::unique_ptr<dealii::FiniteElement<dim>> make_rve_element(const CellKind kind, const unsigned int degree);

/// Adds the nodes of second order in the middle of edges, faces and cells.
template <int dim>
RveMesh<dim> raise_degree(const RveMesh<dim> &mesh);

/// Coarse curved simplices may be folded: moves the middle nodes of such cells, and their periodic images, onto
/// straight edges until no cell is folded.
template <int dim>
void straighten_folded(RveMesh<dim> &mesh);

/// Throws InputError naming a cell: a Jacobian that is not positive, a node that no cell has, a phase that does not
/// exist.
template <int dim>
void check_mesh(const RveMesh<dim> &mesh, const unsigned int n_phases);

/// Nodes in fractions of the lattice vectors.
template <int dim>
std::vector<dealii::Tensor<1, dim>> lattice_coordinates(const RveMesh<dim> &mesh);
} // namespace fe2

#endif
