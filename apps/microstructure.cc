// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/case.h>

#include <rve/gmsh_file.h>
#include <rve/microstructure.h>
#include <rve/voxel_file.h>

namespace fe2
{
namespace
{
template <int dim>
void describe_mesh(const RveMesh<dim> &mesh, const std::vector<std::string> &phases, Log &log)
{
  check_mesh(mesh, unsigned(phases.size()));
  std::vector<std::size_t> counts(phases.size(), 0);
  for (const unsigned int p : mesh.phases)
    ++counts[p];
  std::string text = "Mesh: " + std::to_string(mesh.n_cells()) +
                     (mesh.kind == CellKind::simplex ? (dim == 2 ? " triangles" : " tetrahedra")
                                                     : (dim == 2 ? " quadrilaterals" : " hexahedra")) +
                     " of order " + std::to_string(mesh.degree) + ", " + std::to_string(mesh.nodes.size()) + " nodes;";
  for (std::size_t p = 0; p < phases.size(); ++p)
    text += " " + phases[p] + " " + std::to_string(counts[p]);
  log.line(text);
}

template <int dim>
void save(const Microstructure &microstructure, const std::vector<std::string> &phases, const std::string &basename,
          Log &log)
{
  const RveMesh<dim> mesh = microstructure.create<dim>();
  describe_mesh(mesh, phases, log);
  if (!microstructure.describe().empty())
    log.line("Microstructure: " + microstructure.describe());
  write_gmsh(basename + ".msh", mesh, phases);
}
/// Pixels are cheap: the picture of a plane microstructure is finer than its mesh.
VoxelImage picture_of(const Microstructure &microstructure, const VoxelImage &image, const bool may_refine)
{
  constexpr unsigned int fine = 384;
  if (image.dimension != 2 || !may_refine || std::max(image.n[0], image.n[1]) >= fine)
    return image;
  try
  {
    return microstructure.voxels(fine);
  }
  catch (const InputError &) // a number that does not fit
  {
    return image;
  }
}
} // namespace

int command_microstructure(const CommandContext &context)
{
  auto options = case_options();
  options.push_back({"--model", true, "name of the micro model; the first one otherwise"});
  options.push_back({"--voxels", true, "number along the longest edge; as fits otherwise"});
  const CommandLine line("microstructure", context.arguments, {"FILE.prm"}, options);
  Log log(context.rank == 0);
  if (line.has("--help"))
  {
    log.line(usage("microstructure", {"FILE.prm"}, options) +
             "\nMakes the microstructure of a micro model and saves it as gmsh mesh, VTI, HDF5 and picture.");
    return exit_done;
  }
  Case c(context.comm, line);
  c.parse(Case::Needs::micro_models);
  const std::string name = line.value("--model", c.models.names().front());
  const Microstructure *microstructure = c.models.microstructure(name);
  if (microstructure == nullptr)
    throw InputError("the micro model '" + name + "' has no microstructure");
  const double n = line.number("--voxels", 0);
  if (n < 0 || n > 2048 || n != std::floor(n))
    throw InputError("--voxels must be a whole number from 0 to 2048");
  const auto &phases = c.models.phases(name);
  const auto folder = c.open_results(log);
  if (!log.speaks())
    return exit_done;
  const std::string basename = folder.path("microstructure");
  folder.note("microstructure.*");
  if (microstructure->dimension() == 2)
    save<2>(*microstructure, phases, basename, log);
  else
    save<3>(*microstructure, phases, basename, log);
  std::string files = ".msh";
  try
  {
    const VoxelImage image = microstructure->voxels(unsigned(n));
    const auto fractions = image.fractions(unsigned(phases.size()));
    std::string text = "Voxels: " + std::to_string(image.n[0]) + " x " + std::to_string(image.n[1]) + " x " +
                       std::to_string(image.n[2]) + "; fractions";
    for (std::size_t p = 0; p < phases.size(); ++p)
      text += " " + phases[p] + " " + format(fractions[p], 5);
    log.line(text);
    write_vti(basename + ".vti", image);
    write_hdf5(basename + ".h5", image);
    write_png(basename + ".png", picture_of(*microstructure, image, n == 0));
    files += ", .vti (cell array material), .h5 (data set /image/ms, indices z, y, x), .png (middle planes xy, xz, yz)";
  }
  catch (const InputError &e)
  {
    log.warning(std::string("no voxels: ") + e.what());
  }
  log.line("Written: " + basename + files);
  return exit_done;
}
} // namespace fe2
