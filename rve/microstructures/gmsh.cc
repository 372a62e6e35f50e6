// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * An RVE meshed by gmsh (or Neper, in gmsh's format): physical groups say the phases.
 */
#include <rve/gmsh_file.h>
#include <rve/match_sides.h>
#include <rve/microstructure.h>
#include <rve/region_map.h>

#include <Eigen/Dense>

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
    match_sides(mesh, tolerance_, entry_, lattice_.empty());
    return mesh;
  }

  std::string file_, entry_;
  double tolerance_ = 1e-5;
  RegionMap regions_;
  std::vector<double> lattice_;
  std::optional<GmshMesh> gmsh_;
};

const Registry<Microstructure>::Add add("gmsh", "Mesh of a gmsh file (2D or 3D)",
                                        [] { return std::make_unique<Gmsh>(); });
} // namespace
} // namespace fe2
