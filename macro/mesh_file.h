// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A component's mesh as a file has it, before it becomes a triangulation, whatever the format: turned, checked, merged.
 */
#ifndef fe2_macro_mesh_file_h
#define fe2_macro_mesh_file_h

#include <lib/io/gmsh_reader.h>

#include <macro/mesh.h>

#include <deal.II/grid/tria_description.h>

namespace fe2
{
template <int dim>
struct ComponentMesh
{
  std::string file; ///< for messages
  std::vector<dealii::Point<dim>> nodes;
  std::vector<std::size_t> node_tags, cell_tags;                         ///< numbers in the file
  std::vector<dealii::CellData<dim>> cells;                              ///< vertices in deal.II's order
  std::map<std::vector<unsigned int>, dealii::types::boundary_id> faces; ///< by sorted vertices
};

/// Cells in several groups get the one that `named` has. Throws InputError: other cells than quadrilaterals or
/// hexahedra of first order, another dimension, groups that leave it open which one is meant.
template <int dim>
ComponentMesh<dim> component_mesh(const GmshMesh &gmsh, const std::string &file, const std::vector<std::string> &named);

/// Turns cells that are clockwise or left-handed. Throws InputError naming a cell: det J <= 0 at a vertex or quadrature
/// point, a cell over another one.
template <int dim>
void check_cells(ComponentMesh<dim> &mesh);

/// Nodes of the surface in the place of another one, `what`: "refuse" throws InputError, "merge" makes one of them,
/// "keep" leaves them. Returns how many were merged.
template <int dim>
std::size_t treat_double_nodes(ComponentMesh<dim> &mesh, const std::string &what);
} // namespace fe2

#endif
