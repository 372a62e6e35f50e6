// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/path_run.h>

#include <Eigen/LU>

namespace fe2
{
namespace
{
const char *const voigt_names[] = {"xx", "yy", "zz", "yz", "xz", "xy"};

void write_stiffness(const Matrix6 &c, const std::string &file, const std::string &comment)
{
  std::vector<std::string> names = {"row"};
  for (const auto &n : component_names(Kinematics::small_strain))
    names.push_back("mandel_" + n);
  for (const char *n : voigt_names)
    names.push_back(std::string("voigt_") + n);
  CsvWriter out;
  out.open(file, comment, names);
  const Matrix6 v = mandel::to_voigt(c);
  for (int i = 0; i < 6; ++i)
  {
    std::vector<double> row = {double(i + 1)};
    for (int j = 0; j < 6; ++j)
      row.push_back(c(i, j));
    for (int j = 0; j < 6; ++j)
      row.push_back(v(i, j));
    out.append(row);
  }
}

/// E1, E2, E3, nu12, nu13, nu23, G12, G13, G23 from the compliance.
std::vector<std::pair<std::string, double>> engineering_constants(const Matrix6 &c)
{
  const Eigen::MatrixXd s = Eigen::MatrixXd(c).inverse();
  return {{"E1", 1 / s(0, 0)},          {"E2", 1 / s(1, 1)},          {"E3", 1 / s(2, 2)},
          {"nu12", -s(1, 0) / s(0, 0)}, {"nu13", -s(2, 0) / s(0, 0)}, {"nu23", -s(2, 1) / s(1, 1)},
          {"G12", 0.5 / s(3, 3)},       {"G13", 0.5 / s(4, 4)},       {"G23", 0.5 / s(5, 5)}};
}

void print_stiffness(const Matrix6 &c, Log &log)
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
  for (const auto &[name, value] : engineering_constants(c))
    text += " " + name + " " + format(value, 6);
  log.line(text);
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
  const auto model = c.models.create(name);
  std::optional<PreparedPath> path;
  if (c.has_path())
    path.emplace(c);
  const auto folder = c.open_results(log);
  log.line("Micro model " + name + ": " + model->describe());
  Increment increment;
  increment.dt = c.homogenize.dt;
  if (c.homogenize.has_temperature)
    increment.fields = {{c.homogenize.temperature, c.homogenize.temperature}};
  const Matrix6 stiffness = model->initial_tangent(increment);
  print_stiffness(stiffness, log);
  if (log.speaks())
  {
    const std::string comment = "units: " + c.macro.units + "; dt = " + format(c.homogenize.dt, 8) +
                                "; Mandel order 11,22,33,12,13,23; Voigt order xx,yy,zz,yz,xz,xy with gamma = 2 eps";
    write_stiffness(stiffness, folder.file("stiffness.csv"), comment);
    std::vector<std::string> names;
    std::vector<double> values;
    for (const auto &[constant, value] : engineering_constants(stiffness))
    {
      names.push_back(constant);
      values.push_back(value);
    }
    CsvWriter out;
    out.open(folder.file("engineering_constants.csv"), "units: " + c.macro.units, names);
    out.append(values);
  }
  if (path)
    run_path(*path, c, model, name, folder, log);
  return exit_done;
}
} // namespace fe2
