// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * An RVE meshed by gmsh (or Neper, in gmsh's format): physical groups say the phases.
 */
#include <rve/double_nodes.h>
#include <rve/gmsh_file.h>
#include <rve/match_sides.h>
#include <rve/microstructure.h>
#include <rve/region_map.h>

#include <lib/base/log.h>

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <optional>

namespace fe2
{
namespace
{
class Gmsh : public Microstructure
{
public:
  void declare(Parameters &p) override
  {
    p.add_file(
        "File", file_,
        "gmsh file, ASCII 2.2 or 4.1, relative to this file: triangles, quadrilaterals (2D, a prism), tetrahedra "
        "or hexahedra of order 1 or 2. Opposite sides must be meshed alike for periodic conditions.");
    regions_.declare(p);
    p.add(
        "Lattice", lattice_,
        "Periods: the components of two (2D) or three vectors, one after the other. Empty: edges of the bounding box. "
        "A cell whose copies do not fill the space (a ball) has the volume that its surface encloses [length].",
        Range::any);
    entry_ = p.where("Tolerance");
    p.add("Tolerance", tolerance_,
          "How far nodes may be off the sides of the cell and off the images of nodes of the opposite side, over the "
          "cell's size; they are moved there, whatever the boundary conditions.",
          Range::positive);
    merge_entry_ = p.where("Merge nodes");
    p.add_selection(
        "Merge nodes", merge_nodes_,
        "Nodes closer than 'Tolerance' to another one, as where phases touch that were meshed apart: refuse; "
        "merge (join them); keep (a crack).",
        "refuse|merge|keep");
  }

  void validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases) override
  {
    regions_.validate(p, faults, phases);
    if (file_.empty())
    {
      faults.add(p.where("File"), "", "is missing: name a gmsh file");
      return;
    }
    try
    {
      gmsh_ = read_gmsh(file_);
    }
    catch (const InputError &e)
    {
      faults.add(p.where("File"), file_, e.what());
      return;
    }
    const std::size_t needed = std::size_t(gmsh_->dimension) * gmsh_->dimension;
    if (!lattice_.empty() && lattice_.size() != needed)
      faults.add(p.where("Lattice"), "", "needs " + std::to_string(needed) + " numbers");
    else if (!lattice_.empty())
    {
      const Eigen::Map<const Eigen::MatrixXd> periods(lattice_.data(), gmsh_->dimension, gmsh_->dimension);
      if (!(std::abs(periods.determinant()) > 1e-6 * periods.colwise().norm().prod()))
        faults.add(p.where("Lattice"), "", "the vectors are zero or parallel: they span no cell");
    }
  }

  unsigned int dimension() const override { return gmsh_ ? gmsh_->dimension : 2; }
  RveMesh<2> create_2d() const override { return make<2>(); }
  RveMesh<3> create_3d() const override { return make<3>(); }
  std::string describe() const override { return note_; }

private:
  template <int dim>
  RveMesh<dim> make() const
  {
    auto mesh =
        make_rve_mesh<dim>(*gmsh_, file_, [this](const std::string &region) { return regions_.phase_of(region); });
    regions_.check_all_used();
    for (unsigned int v = 0; v < dim && !lattice_.empty(); ++v)
      for (unsigned int d = 0; d < dim; ++d)
        mesh.lattice[v][d] = lattice_[v * dim + d];
    const std::size_t n_merged = treat_double_nodes(mesh, tolerance_, merge_nodes_, merge_entry_);
    match_sides(mesh, tolerance_, entry_, lattice_.empty());
    note_ = n_merged > 0 ? std::to_string(n_merged) + " nodes merged with others in their place" : "";
    note_gaps(mesh);
    return mesh;
  }

  /// Along vectors that are longer than the mesh its copies do not touch: a sheet, or a wrong lattice.
  template <int dim>
  void note_gaps(const RveMesh<dim> &mesh) const
  {
    const auto x = lattice_coordinates(mesh);
    for (unsigned int d = 0; d < dim && !lattice_.empty(); ++d)
    {
      const auto [low, high] =
          std::minmax_element(x.begin(), x.end(), [d](const auto &a, const auto &b) { return a[d] < b[d]; });
      if (const double length = (*high)[d] - (*low)[d]; length < 1 - 2 * tolerance_)
        note_ += (note_.empty() ? "" : ", ") + std::string("the mesh is only ") + format(length) + " of vector " +
                 std::to_string(d + 1) + " of 'Lattice' long: its copies do not touch along it";
    }
  }

  std::string file_, entry_;
  std::string merge_nodes_ = "refuse", merge_entry_;
  mutable std::string note_; ///< on the last mesh
  double tolerance_ = 1e-5;
  RegionMap regions_;
  std::vector<double> lattice_;
  std::optional<GmshMesh> gmsh_;
};

const Registry<Microstructure>::Add add("gmsh", "Mesh of a gmsh file (2D or 3D)",
                                        [] { return std::make_unique<Gmsh>(); });
} // namespace
} // namespace fe2
