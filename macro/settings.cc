// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/settings.h>

#include <lib/base/pair_list.h>

#include <algorithm>
#include <cmath>
#include <sstream>

namespace fe2
{
void DiscretizationSettings::declare(Parameters &p)
{
  p.add("Degree", degree, "Polynomial degree of the displacements.", 1, 2);
  p.add("Quadrature points", quadrature_points,
        "Gauss points along each axis of a cell; each is a point with a micro model. 0: degree + 1.", 0, 10);
  p.add_selection("B-bar", b_bar,
                  "Mean dilatation of each cell against volumetric locking. auto: true with Degree = 1 if a phase of a "
                  "micro model flows at constant volume (plasticity) or is nearly incompressible; not in plane stress.",
                  "auto|true|false");
}

void DiscretizationSettings::validate(Parameters &, Faults &)
{
  if (quadrature_points == 0)
    quadrature_points = degree + 1;
}

void OutputSettings::declare(Parameters &p)
{
  p.add("Folder", folder, "Where results go, relative to the working folder; --output overrides it.");
  p.add("VTU", vtu, "Write fields as PVTU with a PVD index.");
  p.add("HDF5", hdf5, "Write fields as HDF5 with an XDMF index.");
  p.add("Every", every, "Fields after every n-th increment; always at the end, 0: only there.", 0);
  p.add("Phase averages", phase_averages, "Strain and stress averages of the phases as cell fields.");
  p.add(
      "Reactions", reactions,
      "Boundaries whose total reaction force goes to history.csv; the force of a node on two of them counts in both.");
  p.add("Displacements", displacements, "Points whose displacement goes to history.csv: 'tip: 1 0.5; mid: 0.5 0.5'.");
  p.add(
      "Stress points", stress_points_text,
      "Points whose strain and stress go to history.csv: 'notch: 0 1; far: 4 4'. In each cell they are extrapolated "
      "from the quadrature points by a polynomial of the elements' degree; where cells of one region meet, their mean "
      "is taken.");
  p.add("Stress lines", stress_lines_text,
        "Straight lines along which strain and stress go to line_NAME.csv: two end points and how many points, "
        "'ligament: 0 1 to 0 4, 31'.");
  p.add("Micro fields", micro_points,
        "Points whose micro fields are written: coordinates (the nearest quadrature point is taken) or a cell and its "
        "point as in the names of the files: 'corner: 0.3 0.3; other: cell 39_0- point 3'.");
}

namespace
{
/// Names stand in columns of tables and in names of files, each once.
void check_names(Parameters &p, Faults &faults, const std::string &entry, const std::vector<std::string> &names)
{
  const char *allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. ";
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i].find_first_not_of(allowed) != std::string::npos || names[i].empty() || names[i][0] == '.')
      faults.add(p.where(entry), names[i], "is no name for columns and files: letters, digits, spaces, _ - . are");
    else if (std::find(names.begin(), names.begin() + std::ptrdiff_t(i), names[i]) != names.begin() + std::ptrdiff_t(i))
      faults.add(p.where(entry), names[i], "stands twice; give each its own name");
}

std::vector<OutputSettings::NamedPoint> parse_points(Parameters &p, Faults &faults, const std::string &entry,
                                                     const std::string &text, const unsigned int dimension)
{
  std::vector<OutputSettings::NamedPoint> points;
  std::vector<std::string> names;
  for (const auto &piece : split(text, ';'))
  {
    const auto colon = piece.find(':');
    OutputSettings::NamedPoint point;
    point.name = trim(piece.substr(0, colon));
    bool good = colon != std::string::npos && !point.name.empty();
    names.push_back(point.name);
    const auto words = split(good ? trim(piece.substr(colon + 1)) : "", ' ');
    if (entry == "Micro fields" && words.size() == 4 && words[0] == "cell" && words[2] == "point" &&
        words[3].find_first_not_of("0123456789") == std::string::npos && words[3].size() < 6)
    {
      point.cell = words[1];
      point.quadrature = unsigned(std::stoul(words[3]));
      points.push_back(point);
      continue;
    }
    for (const auto &word : words)
    {
      if (word.empty())
        continue;
      char *end = nullptr;
      point.x.push_back(std::strtod(word.c_str(), &end));
      good = good && *end == 0 && std::isfinite(point.x.back());
    }
    if (!good || point.x.size() != dimension)
      faults.add(p.where(entry), piece, "must be 'name: ' and " + std::to_string(dimension) + " coordinates");
    points.push_back(point);
  }
  check_names(p, faults, entry, names);
  return points;
}
} // namespace

void OutputSettings::parse_lines(Parameters &p, Faults &faults, const unsigned int dimension)
{
  stress_lines.clear();
  for (const auto &piece : split(stress_lines_text, ';'))
  {
    NamedLine line;
    const auto colon = piece.find(':'), comma = piece.rfind(','), to = piece.find(" to ");
    bool good =
        colon != std::string::npos && comma != std::string::npos && to != std::string::npos && colon < to && to < comma;
    const auto numbers = [&](const std::string &text, std::vector<double> &values)
    {
      std::istringstream in(text);
      for (double x; in >> x;)
        values.push_back(x);
      good = good && in.eof() && values.size() == dimension;
    };
    if (good)
    {
      line.name = trim(piece.substr(0, colon));
      numbers(piece.substr(colon + 1, to - colon - 1), line.from);
      numbers(piece.substr(to + 4, comma - to - 4), line.to);
      const std::string count = trim(piece.substr(comma + 1));
      good = good && !count.empty() && count.size() < 6 && count.find_first_not_of("0123456789") == std::string::npos;
      line.n = good ? unsigned(std::stoul(count)) : 0;
      good = good && line.n > 1 && line.from != line.to && !line.name.empty() &&
             line.name.find_first_of("/\\, ") == std::string::npos;
    }
    if (!good)
      faults.add(p.where("Stress lines"), piece,
                 "must be 'name: ' (without blanks), " + std::to_string(dimension) + " coordinates, ' to ', " +
                     std::to_string(dimension) + " others, ', ' and a number of points from 2 to 99999");
    for (const auto &other : stress_lines)
      if (good && other.name == line.name)
        faults.add(p.where("Stress lines"), line.name, "stands twice");
    stress_lines.push_back(line);
  }
}

void OutputSettings::validate(Parameters &p, Faults &faults, const unsigned int dimension)
{
  for (const auto &name : reactions)
    if (std::count(reactions.begin(), reactions.end(), name) > 1)
    {
      faults.add(p.where("Reactions"), name, "stands twice");
      break;
    }
  stress_points = parse_points(p, faults, "Stress points", stress_points_text, dimension);
  parse_lines(p, faults, dimension);
  displacement_points = parse_points(p, faults, "Displacements", displacements, dimension);
  micro_field_points = parse_points(p, faults, "Micro fields", micro_points, dimension);
}

void MacroSettings::declare(Parameters &p)
{
  p.add("Title", title, "One line about the case.");
  p.add("Units", units, "Units of this file, echoed in the heads of all tables, such as 'mm, N, MPa, s'.");
  p.add("Constants", constants_text_, "For expressions: 'name: value' pairs between commas. pi is known.");
  p.add("Temperature", temperature, "Expression in x, y, z, t for the temperature at the points; empty: none.");
  p.add_file("Temperature file", temperature_file,
             "Instead of an expression: CSV with a column temperature and any of time, x, y, z; a full grid of their "
             "values, linear between them.");
  {
    const ParameterScope scope(p, "Mesh");
    mesh.declare(p);
    p.add("Regions", regions,
          "Which micro model each region has: 'region or material id: micro model' pairs between commas; '*: micro "
          "model' stands for all others; or one micro model for all. Empty: the first micro model.");
  }
  {
    const ParameterScope scope(p, "Discretization");
    discretization.declare(p);
  }
  {
    const ParameterScope scope(p, "Time");
    time.declare(p);
  }
  {
    const ParameterScope scope(p, "Newton");
    newton.declare(p);
  }
  {
    const ParameterScope scope(p, "Linear solver");
    linear_solver.declare(p);
  }
  {
    const ParameterScope scope(p, "Refinement");
    refinement.declare(p);
  }
  {
    const ParameterScope scope(p, "Material frame");
    material_frame.declare(p);
  }
  {
    const ParameterScope scope(p, "Pool");
    p.add("Ranks per RVE", ranks_per_rve, "Processes that compute one RVE together; divides their number.", 1);
    p.add(
        "Rebalance", rebalance,
        "Move points between processes after an increment whose largest load exceeds the mean by this factor, such as "
        "1.2; 0: never.",
        Range::non_negative);
  }
  const ParameterScope scope(p, "Output");
  output.declare(p);
}

void MacroSettings::validate(Parameters &p, Faults &faults)
{
  PairList list;
  list.read(constants_text_, p.where("Constants"), "name: value", faults);
  for (const auto &pair : list.pairs())
  {
    char *end = nullptr;
    const double value = std::strtod(pair.value.c_str(), &end);
    if (*end != 0 || !std::isfinite(value))
      faults.add(p.where("Constants"), pair.name + ": " + pair.value, "must be 'name: value'");
    else
      constants.emplace(pair.name, value);
  }
  {
    const ParameterScope scope(p, "Mesh");
    mesh.validate(p, faults);
    mesh.constants = constants;
    for (const auto &pair : split(regions, ','))
      mesh.named_regions.push_back(trim(pair.substr(0, pair.rfind(':'))));
  }
  {
    const ParameterScope scope(p, "Discretization");
    discretization.validate(p, faults);
  }
  {
    const ParameterScope scope(p, "Time");
    time.validate(p, faults);
  }
  {
    const ParameterScope scope(p, "Linear solver");
    linear_solver.validate(p, faults);
  }
  {
    const ParameterScope scope(p, "Refinement");
    refinement.validate(p, faults);
  }
  {
    const ParameterScope scope(p, "Material frame");
    material_frame.validate(p, faults);
  }
  if (rebalance > 0 && rebalance <= 1)
    faults.add("Pool/Rebalance", format(rebalance), "must be 0, or above 1: the largest load is never below the mean");
  const ParameterScope scope(p, "Output");
  output.validate(p, faults, mesh.dimension);
}
} // namespace fe2
