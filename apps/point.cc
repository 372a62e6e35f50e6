// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/path_run.h>

namespace fe2
{
int command_point(const CommandContext &context)
{
  const CommandLine line("point", context.arguments, {"FILE.prm"}, case_options());
  Log log(context.rank == 0);
  if (line.has("--help"))
  {
    log.line(usage("point", {"FILE.prm"}, case_options()) + "\nUses the sections Materials, Point and Path.");
    return exit_done;
  }
  Case c(context.comm, line);
  c.parse(Case::Needs::materials);
  const std::string name = c.point_material.empty() ? c.materials.names().front() : c.point_material;
  const auto material = c.materials.find(name);
  if (!material)
    throw InputError("Point/Material = '" + name + "': is no material; " + suggest(name, c.materials.names()));
  const PreparedPath path(c);
  const auto folder = c.open_results(log);
  if (!material->describe().empty())
    log.line("Material " + name + ": " + material->describe());
  run_path(path, c, make_single_phase({name, material}), name, folder, log);
  return exit_done;
}
} // namespace fe2
