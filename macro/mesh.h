// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The macroscale mesh: generated or from gmsh, boundaries and regions by name, uniform refinement, regions by material
 * id. Lengths are in the user's units.
 */
#ifndef fe2_macro_mesh_h
#define fe2_macro_mesh_h

#include <lib/base/log.h>
#include <lib/base/parameters.h>

#include <deal.II/distributed/tria.h>

#include <map>

namespace fe2
{
struct MeshSettings
{
  std::string type = "box";
  unsigned int dimension = 2;
  std::vector<double> size = {1, 1, 1};
  std::vector<unsigned int> subdivisions = {1, 1, 1};
  double leg = 0.3, hole = 0.1, inner_radius = 1, outer_radius = 2;
  std::string file, material_expression, merge_nodes = "refuse";
  std::vector<std::string> named_regions; ///< that other entries name: they count where a cell is in several groups
  unsigned int refinements = 0;
  std::map<std::string, double> constants; ///< for expressions

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults);
};

/// Names of boundaries and of regions (material ids).
struct MeshNames
{
  std::map<std::string, dealii::types::boundary_id> boundaries;
  std::map<std::string, dealii::types::material_id> materials;
};

template <int dim>
class MacroMesh
{
public:
  MacroMesh(const MPI_Comm comm, const MeshSettings &settings, Log &log);

  dealii::parallel::distributed::Triangulation<dim> &triangulation() { return triangulation_; }
  const dealii::parallel::distributed::Triangulation<dim> &triangulation() const { return triangulation_; }
  /// Boundary id of a name or number. Throws InputError if there is none, or if no face has it.
  dealii::types::boundary_id boundary(const std::string &name) const;
  /// Material id of a region's name or number. Throws InputError.
  dealii::types::material_id material(const std::string &name) const;
  std::vector<std::string> boundary_names() const;
  /// Diagonal of the bounding box [length].
  double size() const { return size_; }

private:
  void read_file(const MeshSettings &settings, Log &log);
  void set_material_ids(const MeshSettings &settings);

  MPI_Comm comm_;
  dealii::parallel::distributed::Triangulation<dim> triangulation_;
  MeshNames names_;
  double size_ = 0;
  std::vector<dealii::types::boundary_id> used_boundaries_;
};

/// Generated shapes; fills the names of boundaries.
template <int dim>
void make_shape(const MeshSettings &settings, dealii::Triangulation<dim> &triangulation, MeshNames &names);
} // namespace fe2

#endif
