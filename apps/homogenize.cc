// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/path_run.h>
#include <apps/rve_fields.h>
#include <apps/stiffness_output.h>
#include <apps/study.h>
#include <apps/viscoelastic.h>

#include <lib/solve/petsc_solver.h>

#include <rve/elastic_constants.h>

namespace fe2
{
namespace
{
void print_stiffness(const Matrix6 &c, const bool plane_stress, Log &log)
{
  const Matrix6 v = mandel::to_voigt(c);
  log.line("Stiffness, engineering Voigt notation (xx yy zz yz xz xy):");
  for (int i = 0; i < 6; ++i)
  {
    std::string line;
    for (int j = 0; j < 6; ++j)
    {
      const double x = std::abs(v(i, j)) < 1e-12 * v.cwiseAbs().maxCoeff() ? 0. : v(i, j);
      const std::string number = format(x, 6);
      line += std::string(number.size() < 13 ? 13 - number.size() : 1, ' ') + number;
    }
    log.line(line);
  }
  std::string text = "Engineering constants:";
  for (const auto &[name, value] : engineering_constants(c, plane_stress))
    text += " " + name + " " + format(value, 6);
  log.line(text);
  if (plane_stress)
    return;
  const Isotropic iso = isotropic_part(c);
  log.line("Isotropic part: K " + format(iso.bulk, 6) + " G " + format(iso.shear, 6) + " E " + format(iso.young(), 6) +
           " nu " + format(iso.poisson(), 6) + "; anisotropy |C - C_iso| / |C| " + format(anisotropy(c), 3) +
           ", universal index " + format(universal_anisotropy(c), 3));
}

void add_isotropic(NamedValues &values, const std::string &name, const Isotropic &x)
{
  values.insert(values.end(),
                {{"K_" + name, x.bulk}, {"G_" + name, x.shear}, {"E_" + name, x.young()}, {"nu_" + name, x.poisson()}});
}

/// Voigt and Reuss are bounds of every RVE under periodic, linear-displacement or uniform-traction conditions.
void compare_with_bounds(const Matrix6 &c, const double accuracy, const std::vector<PhaseTangent> &phases,
                         const std::string &units, const ResultFolder &folder, Log &log)
{
  if (phases.empty())
    return;
  const Bounds b = elastic_bounds(phases);
  NamedValues row;
  for (const auto &[name, x] :
       std::vector<std::pair<std::string, const Matrix6 *>>{{"Voigt", &b.voigt}, {"computed", &c}, {"Reuss", &b.reuss}})
    add_isotropic(row, name, isotropic_part(*x));
  std::string text = "Bounds (isotropic parts): Reuss K " + format(isotropic_part(b.reuss).bulk, 6) + " G " +
                     format(isotropic_part(b.reuss).shear, 6) + ", Voigt K " + format(isotropic_part(b.voigt).bulk, 6) +
                     " G " + format(isotropic_part(b.voigt).shear, 6);
  if (b.hs_lower)
  {
    add_isotropic(row, "HS_lower", *b.hs_lower);
    add_isotropic(row, "HS_upper", *b.hs_upper);
    text += "; Hashin-Shtrikman (for isotropic arrangements only) K " + format(b.hs_lower->bulk, 6) + " to " +
            format(b.hs_upper->bulk, 6) + ", G " + format(b.hs_lower->shear, 6) + " to " + format(b.hs_upper->shear, 6);
  }
  log.line(text);
  const double above = loewner_margin(b.reuss, c), below = loewner_margin(c, b.voigt);
  row.emplace_back("loewner_margin_Reuss", above);
  row.emplace_back("loewner_margin_Voigt", below);
  const double tolerance = -std::max(1e-9, 10 * accuracy);
  log.line("Loewner order Reuss <= C <= Voigt " +
           std::string(above >= tolerance && below >= tolerance ? "holds" : "is VIOLATED") +
           " (least eigenvalues of the differences over |C|: " + format(above, 3) + ", " + format(below, 3) + ")");
  if (log.speaks())
    write_row(folder.file("bounds.csv"), "units: " + units, row);
}
} // namespace

int command_homogenize(const CommandContext &context)
{
  const CommandLine line("homogenize", context.arguments, {"FILE.prm"}, case_options(), true);
  Log log(context.rank == 0);
  if (line.has("--help"))
  {
    log.line(usage("homogenize", {"FILE.prm"}, case_options()) +
             "\nUses the sections Materials, Micro models, Homogenize, and Path if it has rows.");
    return exit_done;
  }
  set_petsc_options(line.petsc());
  Case c(context.comm, line);
  c.parse(Case::Needs::micro_models);
  const std::string name = c.homogenize.model.empty() ? c.models.names().front() : c.homogenize.model;
  const auto model = c.models.create(name, context.comm);
  std::optional<PreparedPath> path;
  if (c.has_path())
    path.emplace(c);
  check_study(c, name, *model);
  check_fields(c, name, *model);
  const auto folder = c.open_results(log);
  log.line("Micro model " + name + ": " + model->describe());
  Increment increment;
  increment.dt = c.homogenize.dt;
  if (c.homogenize.has_temperature)
    increment.fields = {{c.homogenize.temperature, c.homogenize.temperature}};
  const Matrix6 stiffness = model->initial_tangent(increment);
  if (!stiffness.allFinite() || stiffness.isZero(0))
    throw RunError("the stiffness of the micro model '" + name +
                   (stiffness.isZero(0) ? "' is zero: nothing carries a stress" : "' is not a number"));
  print_stiffness(stiffness, model->is_plane_stress(), log);
  if (log.speaks())
  {
    const std::string comment = "units: " + c.macro.units + "; dt = " + format(c.homogenize.dt, 8) +
                                "; Mandel order 11,22,33,12,13,23; Voigt order xx,yy,zz,yz,xz,xy with gamma = 2 eps";
    write_stiffness(stiffness, folder.file("stiffness.csv"), comment);
    write_row(folder.file("engineering_constants.csv"), "units: " + c.macro.units,
              engineering_constants(stiffness, model->is_plane_stress()));
  }
  compare_with_bounds(stiffness, model->accuracy().tangent, model->phase_tangents(increment), c.macro.units, folder,
                      log);
  write_viscoelastic(c, *model, name, folder, log);
  write_unit_strains(c, model, name, increment, folder, log);
  if (!c.homogenize.study_sizes.empty())
    run_study(c, name, increment, folder, log);
  if (path)
    run_path(*path, c, model, name, folder, log);
  return exit_done;
}
} // namespace fe2
