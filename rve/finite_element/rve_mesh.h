// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Mesh of a periodic cell: quadrilaterals (dim 2, a prism with three displacement components) or hexahedra (dim 3),
 * phase of each cell, and the lattice vectors that map opposite sides onto each other.
 */
#ifndef fe2_rve_finite_element_rve_mesh_h
#define fe2_rve_finite_element_rve_mesh_h

#include <deal.II/grid/tria.h>

#include <array>
#include <vector>

namespace fe2
{
template <int dim>
struct RveMesh
{
  std::vector<dealii::Point<dim>> vertices;
  std::vector<dealii::CellData<dim>> cells; ///< material_id is the phase
  std::array<dealii::Tensor<1, dim>, dim> lattice;

  double cell_volume() const
  {
    dealii::Tensor<2, dim> l;
    for (int d = 0; d < dim; ++d)
      l[d] = lattice[std::size_t(d)];
    return std::abs(determinant(l));
  }
};
} // namespace fe2

#endif
