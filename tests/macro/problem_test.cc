// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/pool/local_pool.h>

#include <macro/problem.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <filesystem>

using namespace fe2;

namespace
{
const std::string materials = R"(
subsection Materials
  subsection m
    set Type = linear_elastic
    set Young's modulus = 1
    set Poisson's ratio = 0.3
  end
  subsection nearly_incompressible
    set Type = linear_elastic
    set Young's modulus = 1
    set Poisson's ratio = 0.4999
  end
  subsection bent
    set Type = power_law
  end
  subsection fragile
    set Type = fragile
    set Largest dt = 0.1
  end
  subsection broken
    set Type = broken
    set Largest strain = 0.01
  end
  subsection metal
    set Type = j2_plasticity
    set Young's modulus = 100
    set Poisson's ratio = 0.3
    set Yield stress = 0.2
    set Hardening modulus = 2
    set Kinematic modulus = 1
  end
  subsection crystal
    set Type = linear_elastic
    set Symmetry = transversely isotropic
    set E1 = 100
    set E2 = 10
    set G12 = 5
    set nu12 = 0.3
    set nu23 = 0.4
  end
end
subsection Micro models
  subsection m
    set Type = single_phase
    set Phases = m
  end
  subsection nearly_incompressible
    set Type = single_phase
    set Phases = nearly_incompressible
  end
  subsection bent
    set Type = single_phase
    set Phases = bent
  end
  subsection fragile
    set Type = single_phase
    set Phases = fragile
  end
  subsection broken
    set Type = single_phase
    set Phases = broken
  end
  subsection metal
    set Type = single_phase
    set Phases = metal
  end
  subsection crystal
    set Type = single_phase
    set Phases = crystal
  end
end
)";

/// Runs a 2D problem and returns its folder.
std::string run(const std::string &text, const std::string &model, const std::string &name)
{
  Parameters p(test::tree(materials + text));
  MaterialLibrary library;
  MicroModelLibrary models;
  MacroSettings macro;
  Loads<2> loads;
  macro.declare(p);
  library.declare(p);
  models.declare(p);
  loads.declare(p);
  Faults faults;
  p.parse(faults);
  library.validate(p, faults);
  models.validate(p, faults, library);
  macro.validate(p, faults);
  loads.validate(p, faults, macro.constants);
  faults.throw_if_any(name);
  LocalPool pool({models.create(model, MPI_COMM_SELF, macro.material_frame.given())}, {model});
  Log log;
  Problem<2> problem(MPI_COMM_SELF, macro, loads, pool, log);
  const ResultFolder folder(MPI_COMM_SELF, "macro_" + name, true);
  problem.run(folder);
  return folder.file("");
}

std::vector<double> last_row(const std::string &file, const std::string &column, const bool whole = false)
{
  const auto table = CsvTable::read(MPI_COMM_SELF, file);
  const int c = table.find(column);
  BOOST_REQUIRE_MESSAGE(c >= 0, column);
  return whole ? table.column(c) : std::vector<double>{table.rows.back()[std::size_t(c)]};
}

const std::string no_fields = "subsection Output\nset VTU = false\nset HDF5 = false\n";
} // namespace

BOOST_AUTO_TEST_SUITE(problem)

// u_x = sin(pi x) sin(pi y), u_y = 0 on the unit square, held on all sides; with lambda and mu of E = 1, nu = 0.3 the
// body force is b = -div sigma. The displacement converges with order degree + 1.
BOOST_AUTO_TEST_CASE(displacements_converge_with_the_order_of_the_elements)
{
  // The error is sampled at points that lie anywhere in their cells.
  const auto probe_x = [](const int i) { return std::round(1e4 * std::fmod(0.137 + 0.618034 * i, 1.)) / 1e4; };
  const auto probe_y = [](const int i) { return std::round(1e4 * std::fmod(0.271 + 0.754878 * i, 1.)) / 1e4; };
  std::string probes;
  for (int i = 0; i < 25; ++i)
    probes += (i > 0 ? "; p" : "p") + std::to_string(i) + ": " + std::to_string(probe_x(i)) + " " +
              std::to_string(probe_y(i));
  for (const unsigned int degree : {1u, 2u})
  {
    std::vector<double> errors;
    for (const unsigned int n : {4u, 8u, 16u})
    {
      const std::string text = R"(
set Constants = l: 0.576923076923077, m: 0.384615384615385
subsection Mesh
  set Subdivisions = )" + std::to_string(n) +
                               ", " + std::to_string(n) + R"(
end
subsection Discretization
  set Degree = )" + std::to_string(degree) +
                               R"(
end
subsection Loads
  subsection b
    set Type = body_force
    set Value = (l+3*m)*pi^2*sin(pi*x)*sin(pi*y); -(l+m)*pi^2*cos(pi*x)*cos(pi*y)
  end
)" +
                               []
      {
        std::string sides;
        for (const char *side : {"left", "right", "bottom", "top"})
          sides += std::string("subsection ") + side + "\nset Type = displacement\nset Boundary = " + side +
                   "\nset Components = x, y\nset Value = 0; 0\nend\n";
        return sides;
      }() + "end\n" + no_fields +
                               "set Displacements = " + probes + "\nend\n";
      const auto folder = run(text, "m", "convergence");
      const double pi = std::acos(-1.);
      double squares = 0;
      for (int i = 0; i < 25; ++i)
      {
        const double u = last_row(folder + "history.csv", "displacement_p" + std::to_string(i) + "_x")[0];
        squares += std::pow(u - std::sin(pi * probe_x(i)) * std::sin(pi * probe_y(i)), 2);
      }
      errors.push_back(std::sqrt(squares / 25));
      // One step for the jump at the start, none when nothing changes any more.
      BOOST_CHECK_EQUAL(last_row(folder + "increments.csv", "newton_iterations", true).front(), 1.);
    }
    const double rate = std::log2(errors[0] / errors[2]) / 2;
    BOOST_TEST_MESSAGE("degree " << degree << ": rate " << rate << ", errors " << errors[0] << " " << errors[1] << " "
                                 << errors[2]);
    BOOST_CHECK_GT(rate, degree + 1 - 0.3);
  }
}

BOOST_AUTO_TEST_CASE(newton_converges_quadratically_at_the_macroscale)
{
  const std::string text = R"(
subsection Mesh
  set Type = cook
  set Size = 48, 1
  set Subdivisions = 4, 4
end
subsection Loads
  subsection left
    set Type = displacement
    set Boundary = left
    set Components = x, y
    set Value = 0; 0
  end
  subsection right
    set Type = traction
    set Boundary = right
    set Value = 0; 0.05*t
  end
end
subsection Newton
  set Relative tolerance = 1e-12
end
)" + no_fields + "end\n";
  const auto folder = run(text, "bent", "quadratic");
  const double iterations = last_row(folder + "increments.csv", "newton_iterations")[0];
  BOOST_CHECK_GE(iterations, 3.);
  BOOST_CHECK_LE(iterations, 9.);
  BOOST_CHECK_LE(last_row(folder + "increments.csv", "residual")[0], 1e-12);
}

// Cook's membrane, E = 1, nu = 0.4999, plane strain: a locking mesh is far too stiff, B-bar is near the fine solution.
BOOST_AUTO_TEST_CASE(b_bar_does_not_lock)
{
  const auto tip = [](const unsigned int n, const unsigned int degree, const bool b_bar)
  {
    const std::string text = R"(
subsection Mesh
  set Type = cook
  set Size = 48, 1
  set Subdivisions = )" + std::to_string(n) +
                             ", " + std::to_string(n) + R"(
end
subsection Discretization
  set Degree = )" + std::to_string(degree) +
                             "\nset B-bar = " + (b_bar ? "true" : "false") + R"(
end
subsection Loads
  subsection left
    set Type = displacement
    set Boundary = left
    set Components = x, y
    set Value = 0; 0
  end
  subsection right
    set Type = traction
    set Boundary = right
    set Value = 0; 0.0625*t
  end
end
)" + no_fields + "set Displacements = c: 48 60\nend\n";
    return last_row(run(text, "nearly_incompressible", "cook") + "history.csv", "displacement_c_y")[0];
  };
  const double fine = tip(24, 2, true), locked = tip(16, 1, false), coarse = tip(8, 1, true), b_bar = tip(16, 1, true);
  BOOST_TEST_MESSAGE("fine " << fine << ", locked " << locked << ", B-bar " << coarse << " " << b_bar);
  BOOST_CHECK_LT(locked, 0.5 * fine);
  // The corner's singularity allows first order: the error halves with the mesh width.
  BOOST_CHECK_LT(std::abs(coarse - fine), 0.1 * fine);
  BOOST_CHECK_LT(std::abs(b_bar - fine), 0.6 * std::abs(coarse - fine));
}

BOOST_AUTO_TEST_CASE(failed_increments_are_rolled_back_and_cut)
{
  const std::string text = R"(
subsection Loads
  subsection left
    set Type = displacement
    set Boundary = left
    set Components = x, y
    set Value = 0; 0
  end
  subsection right
    set Type = displacement
    set Boundary = right
    set Components = x
    set Value = 0.01*t
  end
end
subsection Time
  set Initial step = 0.5
)";
  const auto folder = run(text + "end\n" + no_fields + "end\n", "fragile", "cut");
  const auto dts = last_row(folder + "increments.csv", "dt", true);
  BOOST_CHECK_CLOSE(dts.front(), 0.0625, 1e-12);
  BOOST_CHECK_EQUAL(last_row(folder + "increments.csv", "cutbacks", true).front(), 3.);
  // The end is that of the linear material whatever the steps.
  BOOST_CHECK_CLOSE(last_row(folder + "history.csv", "strain_11")[0], 0.01, 1e-9);
  try
  {
    run(text + "set Least step = 0.3\nend\n" + no_fields + "end\n", "fragile", "fails");
    BOOST_ERROR("no error");
  }
  catch (const RunError &e)
  {
    const std::string what = e.what();
    BOOST_CHECK_MESSAGE(
        what.find("least step") != std::string::npos && what.find("fragile material") != std::string::npos, what);
  }
}

namespace
{
/// A plastic patch under homogeneous strain, forth and back, with a mesh that is refined and coarsened.
const std::string plastic_patch = R"(
subsection Loads
  subsection hold
    set Type = displacement
    set Boundary = left
    set Components = x, y
    set Value = 0.4*a*y; 0.2*a*y
  end
  subsection other
    set Type = displacement
    set Boundary = right
    set Components = x, y
    set Value = a*x+0.4*a*y; -0.3*a*x+0.2*a*y
  end
  subsection up
    set Type = displacement
    set Boundary = top
    set Components = x, y
    set Value = a*x+0.4*a*y; -0.3*a*x+0.2*a*y
  end
  subsection down
    set Type = displacement
    set Boundary = bottom
    set Components = x, y
    set Value = a*x+0.4*a*y; -0.3*a*x+0.2*a*y
  end
end
subsection Mesh
  set Subdivisions = 2, 2
  set Refinements = 1
end
subsection Time
  set End = 6
  set Initial step = 1
  set Largest step = 0: 1
end
)";

std::string with_loading(std::string text)
{
  for (auto at = text.find("a*"); at != std::string::npos; at = text.find("a*", at + 1))
    text.replace(at, 1, "(0.01*sin(t))");
  return text;
}
} // namespace

BOOST_AUTO_TEST_CASE(histories_survive_refinement_and_coarsening)
{
  const std::string text = with_loading(plastic_patch) + no_fields + "end\n";
  const std::string reference = run(text, "metal", "plastic_uniform");
  bool coarsened = false;
  for (const char *estimator : {"kelly", "stress_recovery"})
  {
    // In a homogeneous field indicators are noise: cells are refined and coarsened anywhere, at the limit of points
    // coarsened only. Each point must go on with the history of its place, so that the field stays homogeneous.
    const std::string folder = run(text + "subsection Refinement\nset Estimator = " + estimator +
                                       "\nset Refine fraction = 0.3\nset Coarsen fraction = 0.7\nset Largest level = "
                                       "3\nset Most points = 250\nend\n",
                                   "metal", std::string("plastic_") + estimator);
    const auto points = last_row(folder + "increments.csv", "points", true);
    BOOST_CHECK_GT(*std::max_element(points.begin(), points.end()), 2 * points.front());
    coarsened = coarsened || !std::is_sorted(points.begin(), points.end());
    for (const char *column : {"stress_11", "stress_22", "stress_33", "stress_12"})
    {
      const auto a = last_row(reference + "history.csv", column, true),
                 b = last_row(folder + "history.csv", column, true);
      BOOST_REQUIRE_EQUAL(a.size(), b.size());
      for (std::size_t i = 0; i < a.size(); ++i)
        BOOST_CHECK_SMALL(a[i] - b[i], 1e-9);
    }
  }
  BOOST_CHECK(coarsened);
}

// Fibres around a circle are hoop-stiff: a ring under inner pressure in polar axes against a rotated single point.
BOOST_AUTO_TEST_CASE(frames_follow_the_hoop)
{
  const std::string text = R"(
subsection Mesh
  set Type = thick_cylinder
  set Inner radius = 10
  set Outer radius = 10.2
  set Subdivisions = 2, 24
end
subsection Discretization
  set Degree = 2
end
subsection Loads
  subsection x
    set Type = displacement
    set Boundary = left
    set Components = x
    set Value = 0
  end
  subsection y
    set Type = displacement
    set Boundary = bottom
    set Components = y
    set Value = 0
  end
  subsection p
    set Type = pressure
    set Boundary = inner
    set Value = 0.01*t
  end
end
subsection Time
  set End = 1
  set Initial step = 1
end
)";
  const std::string output = no_fields + "set Displacements = in: 10 0\nend\n";
  const auto growth = [&](const std::string &frame, const std::string &name)
  { return last_row(run(text + output + frame, "crystal", name) + "history.csv", "displacement_in_x").front(); };
  const double hoop = growth("subsection Material frame\nset Axis 1 = -y; x; 0\nset Axis 2 = x; y; 0\nend\n", "hoop"),
               angles = growth("subsection Material frame\nset Angles = 90+atan2(y,x)*180/pi; 0; 0\nend\n", "angles"),
               radial =
                   growth("subsection Material frame\nset Axis 1 = x; y; 0\nset Axis 2 = -y; x; 0\nend\n", "radial");
  BOOST_CHECK_CLOSE(hoop, angles, 1e-6);
  // Thin ring in plane strain: u = p r^2 / (E_hoop t), E_hoop = E / (1 - nu_hz nu_zh) with z transverse.
  const double nu_zh = 0.3 * 10 / 100;
  BOOST_CHECK_CLOSE(hoop, 0.01 * 10 * 10.1 / (0.2 * 100 / (1 - 0.3 * nu_zh)), 2.);
  BOOST_CHECK_CLOSE(radial, 0.01 * 10 * 10.1 / (0.2 * 10 / (1 - 0.4 * 0.4)), 2.);
}

// A body that is warm from the start expands freely at once: no stress, at any time, though nothing is prescribed.
BOOST_AUTO_TEST_CASE(stressed_starts_are_jumps)
{
  const std::string text = R"(
subsection Materials
  subsection warm
    set Type = linear_elastic
    set Young's modulus = 1
    set Poisson's ratio = 0
    set Thermal expansion = 1e-3
    set Stress-free temperature = 0
  end
end
subsection Micro models
  subsection warm
    set Type = single_phase
    set Phases = warm
  end
end
set Temperature = 10+5*t
subsection Loads
  subsection x
    set Type = displacement
    set Boundary = left
    set Components = x
    set Value = 0
  end
  subsection y
    set Type = displacement
    set Boundary = bottom
    set Components = y
    set Value = 0
  end
end
subsection Time
  set End = 1
  set Initial step = 0.5
end
)" + no_fields + "set Displacements = c: 1 1\nend\n";
  const std::string folder = run(text, "warm", "warm");
  const auto u = last_row(folder + "history.csv", "displacement_c_x", true),
             s = last_row(folder + "history.csv", "stress_11", true);
  BOOST_REQUIRE_EQUAL(u.size(), 3);
  for (std::size_t i = 0; i < 3; ++i)
  {
    BOOST_CHECK_CLOSE(u[i], 1e-3 * (10 + 2.5 * double(i)), 1e-8);
    BOOST_CHECK_SMALL(s[i], 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(temperature_tables_are_interpolated)
{
  const std::string file = test::write_file("temperature.csv", "time,x,temperature\n0,0,10\n0,2,30\n1,0,20\n1,2,60\n");
  Temperature<2> t;
  t.initialize(MPI_COMM_SELF, "", file, {});
  BOOST_CHECK_CLOSE(t.value({1, 5}, 0), 20, 1e-10);
  BOOST_CHECK_CLOSE(t.value({0.5, 5}, 0.5), 0.5 * (15 + 30), 1e-10);
  BOOST_CHECK_CLOSE(t.value({9, 0}, 7), 60, 1e-10);
  Temperature<2> bad;
  BOOST_CHECK_THROW(bad.initialize(MPI_COMM_SELF, "", test::write_file("ragged.csv", "x,temperature\n0,1\n0,2\n"), {}),
                    InputError);
  BOOST_CHECK_THROW(bad.initialize(MPI_COMM_SELF, "", test::write_file("odd.csv", "pressure,temperature\n0,1\n"), {}),
                    InputError);
}

// One cell whose displacements are all prescribed: no residual is left that could show the NaN.
BOOST_AUTO_TEST_CASE(nan_of_a_micro_model_is_a_failure_also_without_free_unknowns)
{
  const auto text = [](const std::string &strain)
  {
    return "subsection Loads\nsubsection l\nset Type = displacement\nset Boundary = left\nset Components = x, y\n"
           "set Value = 0; 0\nend\nsubsection r\nset Type = displacement\nset Boundary = right\n"
           "set Components = x, y\nset Value = " +
           strain + "*t; 0\nend\nend\nsubsection Time\nset Initial step = 0.5\nend\n" + no_fields + "end\n";
  };
  const std::string folder = run(text("0.009"), "broken", "sound");
  BOOST_CHECK_CLOSE(last_row(folder + "history.csv", "stress_11")[0], 0.009 * (10 + 4. / 3 * 5), 1e-10);
  try
  {
    run(text("0.016"), "broken", "broken");
    BOOST_ERROR("NaN was committed");
  }
  catch (const RunError &e)
  {
    const std::string what = e.what();
    BOOST_CHECK_MESSAGE(
        what.find("micro model 'broken' answers with a stress that is not a finite number") != std::string::npos, what);
  }
  const auto s = last_row("macro_broken/history.csv", "stress_11", true);
  BOOST_CHECK_GE(s.size(), 2); // until the strain 0.01
  for (const double x : s)
    BOOST_CHECK(std::isfinite(x));
  const double reached = last_row("macro_broken/history.csv", "time")[0] * 0.016;
  BOOST_CHECK(reached > 0.0099 && reached <= 0.01);
}

namespace
{
/// A gmsh file of unit squares with their lower left corners; equal nodes are one.
std::string squares(const std::string &name, const std::vector<std::pair<double, double>> &corners)
{
  std::map<std::pair<double, double>, int> nodes;
  std::string elements;
  for (std::size_t i = 0; i < corners.size(); ++i)
  {
    elements += std::to_string(i + 1) + " 3 2 1 1";
    for (const auto &[dx, dy] : {std::pair<int, int>{0, 0}, {1, 0}, {1, 1}, {0, 1}})
      elements +=
          " " +
          std::to_string(
              nodes.insert({{corners[i].first + dx, corners[i].second + dy}, int(nodes.size()) + 1}).first->second);
    elements += "\n";
  }
  std::string text = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n" + std::to_string(nodes.size()) + "\n";
  for (const auto &[x, tag] : nodes)
    text += std::to_string(tag) + " " + std::to_string(x.first) + " " + std::to_string(x.second) + " 0\n";
  text += "$EndNodes\n$Elements\n" + std::to_string(corners.size()) + "\n" + elements + "$EndElements\n";
  return test::write_file(name, text);
}

/// What is said of squares held at points: coordinates and components; empty if all is well.
std::string held(const std::vector<std::pair<double, double>> &corners,
                 const std::vector<std::pair<std::string, std::string>> &supports)
{
  const std::string file = squares("squares_" + std::to_string(getpid()) + ".msh", corners);
  std::string text = "subsection Mesh\nset Type = gmsh\nset File = " + std::filesystem::absolute(file).string() +
                     "\nend\nsubsection Loads\n";
  int n = 0;
  for (const auto &[point, components] : supports)
    text += "subsection s" + std::to_string(n++) + "\nset Type = displacement\nset Point = " + point +
            "\nset Components = " + components + "\nset Value = " + (components.size() > 1 ? "0; 0" : "0") + "\nend\n";
  text += "end\n" + no_fields + "end\n";
  std::string what;
  try
  {
    run(text, "m", "held");
  }
  catch (const InputError &e)
  {
    what = e.what();
  }
  std::filesystem::remove(file);
  return what;
}
} // namespace

BOOST_AUTO_TEST_CASE(rigid_motions_are_held_in_each_part_of_the_mesh)
{
  const std::vector<std::pair<std::string, std::string>> clamp = {{"0, 0", "x, y"}, {"1, 0", "y"}};
  const auto with = [&clamp](std::vector<std::pair<std::string, std::string>> more)
  {
    more.insert(more.begin(), clamp.begin(), clamp.end());
    return more;
  };
  const std::string free = "leave a rigid-body motion free";
  BOOST_CHECK_EQUAL(held({{0, 0}}, clamp), "");
  BOOST_CHECK(held({{0, 0}}, {{"0, 0", "x, y"}}).find(free + ";") != std::string::npos); // the rotation
  // Two apart: each needs its own supports.
  const std::string apart = held({{0, 0}, {3, 0}}, clamp);
  BOOST_CHECK_MESSAGE(apart.find(free + " in the part of the mesh with the cell at (3.5, 0.5) (one of 2 parts") !=
                          std::string::npos,
                      apart);
  BOOST_CHECK_EQUAL(held({{0, 0}, {3, 0}}, with({{"3, 0", "x, y"}, {"4, 0", "y"}})), "");
  // A hinge leaves the rotation, which one support holds, unless it points to the hinge.
  BOOST_CHECK(held({{0, 0}, {1, 1}}, clamp).find("(1.5, 1.5)") != std::string::npos);
  BOOST_CHECK_EQUAL(held({{0, 0}, {1, 1}}, with({{"2, 1", "y"}})), "");
  BOOST_CHECK(held({{0, 0}, {1, 1}}, with({{"2, 1", "x"}})).find(free) != std::string::npos);
  // Four squares around a hole, joined at corners: a linkage that moves though each is held by its neighbours.
  const std::vector<std::pair<double, double>> linkage = {{0, 0}, {1, 1}, {0, 2}, {-1, 1}};
  BOOST_CHECK(held(linkage, clamp).find(free) != std::string::npos);
  BOOST_CHECK_EQUAL(held(linkage, with({{"2, 1", "y"}})), "");
}

// One case in other units: length L, stress S, strain E. Displacements are E L, forces S E L (in a plane), and meshes
// adapt alike; each unit runs over 20 decades.
namespace
{
std::vector<double> scaled_run(const double length, const double stress, const double strain, const bool plastic,
                               const std::string &estimator)
{
  const auto text = [](const double x) { return format(x, 17); };
  const std::string constants =
      "set Constants = L: " + text(length) + ", S: " + text(stress) + ", E: " + text(strain) + "\n";
  const std::string model = plastic ? "scaled_metal" : "scaled";
  const std::string material = "subsection Materials\nsubsection " + model +
                               "\nset Type = " + (plastic ? "j2_plasticity" : "linear_elastic") +
                               "\nset Young's modulus = " + text(stress) +
                               "\nset Poisson's ratio = 0.3\nset Thermal expansion = " + text(0.01 * strain) +
                               "\nset Stress-free temperature = 20\n" +
                               (plastic ? "set Yield stress = " + text(0.4 * stress * strain) +
                                              "\nset Hardening modulus = " + text(0.1 * stress) + "\n"
                                        : "") +
                               "end\nend\nsubsection Micro models\nsubsection " + model +
                               "\nset Type = single_phase\nset Phases = " + model + "\nend\nend\n";
  const std::string rest = R"(
set Temperature = 20+10*t
subsection Mesh
  set Type = l_bracket
  set Size = )" + text(length) +
                           ", " + text(length) + R"(
  set Leg = )" + text(0.4 * length) +
                           R"(
  set Subdivisions = 5, 5
end
subsection Refinement
  set Estimator = )" + estimator +
                           R"(
  set Every = 1
  set Start cycles = 0
  set Refine fraction = 0.2
  set Coarsen fraction = 0.1
end
subsection Material frame
  set Axis 1 = x+L; y; 0
  set Axis 2 = -y; x+L; 0
end
subsection Loads
  subsection clamp
    set Type = displacement
    set Boundary = top
    set Components = x, y
    set Value = 0; 0
  end
  subsection pull
    set Type = traction
    set Boundary = right
    set Value = 0; 0.02*S*E*t
  end
  subsection push
    set Type = displacement
    set Boundary = left
    set Components = x
    set Value = 0.05*E*L*t*(1-y/L)
  end
end
subsection Time
  set End = 3
end
)" + no_fields +
                           "set Reactions = top\nset Displacements = tip: " + text(length) + " " + text(0.2 * length) +
                           "\nend\n";
  const std::string folder = run(constants + material + rest, model, "units");
  std::vector<double> values;
  for (const auto &[column, unit] :
       std::vector<std::pair<std::string, double>>{{"displacement_tip_y", strain * length},
                                                   {"reaction_top_y", stress * strain * length},
                                                   {"reaction_top_x", stress * strain * length},
                                                   {"stress_11", stress * strain},
                                                   {"strain_22", strain}})
    values.push_back(last_row(folder + "history.csv", column)[0] / unit);
  values.push_back(last_row(folder + "increments.csv", "points")[0]);
  return values;
}
} // namespace

BOOST_AUTO_TEST_CASE(units_do_not_change_a_run)
{
  for (const bool plastic : {false, true})
  {
    const std::string estimator = plastic ? "kelly" : "stress_recovery";
    const auto expected = scaled_run(1, 1, 1, plastic, estimator);
    BOOST_TEST_MESSAGE("tip " << expected[0] << ", points " << expected.back());
    for (const double factor : {1e-10, 1e-5, 3., 1e5, 1e10})
      for (const int which : {0, 1, 2})
      {
        const auto got =
            scaled_run(which == 0 ? factor : 1, which == 1 ? factor : 1, which == 2 ? factor : 1, plastic, estimator);
        for (std::size_t i = 0; i < expected.size(); ++i)
          BOOST_CHECK_MESSAGE(std::abs(got[i] - expected[i]) <= 1e-6 * std::abs(expected[i]),
                              (which == 0   ? "length "
                               : which == 1 ? "stress "
                                            : "strain ")
                                  << factor << ", value " << i << ": " << got[i] << " instead of " << expected[i]);
      }
  }
}

BOOST_AUTO_TEST_CASE(shapes_have_their_names_in_every_unit)
{
  Log log;
  for (const std::string type : {"box", "cook", "l_bracket", "thick_cylinder", "plate_with_hole"})
  {
    std::vector<double> areas;
    for (const double l : {1., 1e-10, 1e10})
    {
      MeshSettings s;
      s.type = type;
      s.dimension = 3;
      s.size = {l, l, l};
      s.subdivisions = {4, 4, 2};
      s.leg = 0.3 * l;
      s.hole = 0.1 * l;
      s.inner_radius = l;
      s.outer_radius = 2 * l;
      s.refinements = 1;
      const MacroMesh<3> mesh(MPI_COMM_SELF, s, log);
      std::map<unsigned int, double> area;
      for (const auto &cell : mesh.triangulation().active_cell_iterators())
        for (const unsigned int f : cell->face_indices())
          if (cell->face(f)->at_boundary())
            area[cell->face(f)->boundary_id()] += cell->face(f)->measure() / (l * l);
      if (areas.empty())
        for (const auto &a : area)
          areas.push_back(a.second);
      BOOST_REQUIRE_EQUAL(area.size(), areas.size());
      std::size_t i = 0;
      for (const auto &a : area)
        BOOST_CHECK_CLOSE(a.second, areas[i++], 1e-6);
    }
  }
  // Slender boxes: each side is measured by its own extent.
  MeshSettings s;
  s.size = {1e9, 1};
  s.subdivisions = {4, 4};
  BOOST_CHECK_EQUAL(MacroMesh<2>(MPI_COMM_SELF, s, log).boundary_names().size(), 4u);
}

// Two loads that prescribe different values for one unknown contradict each other at any size; rounding does not.
BOOST_AUTO_TEST_CASE(contradictions_of_loads_are_seen_at_every_size)
{
  const auto said = [](const std::string &left, const std::string &bottom)
  {
    std::string text = "subsection Loads\n";
    for (const auto &[side, value] : {std::pair<std::string, std::string>{"left", left}, {"bottom", bottom}})
      text += "subsection " + side + "\nset Type = displacement\nset Boundary = " + side +
              "\nset Components = x, y\nset Value = " + value + "; 0\nend\n";
    try
    {
      run(text + "end\n" + no_fields + "end\n", "m", "contradiction");
    }
    catch (const InputError &e)
    {
      return std::string(e.what());
    }
    return std::string();
  };
  for (const std::string size : {"1e-10", "1", "1e10"})
  {
    const std::string left = size + "*t*(1+y)";
    BOOST_CHECK_EQUAL(said(left, "3*" + size + "*t/3*(1+x)"), "");
    BOOST_CHECK(said(left, "0").find("differs by") != std::string::npos);
    BOOST_CHECK(said(left, "1.001*" + size + "*t").find("differs by") != std::string::npos);
  }
  BOOST_CHECK_EQUAL(said("sin(2*pi*t)", "0"), ""); // zero at both ends, and rounding there
}

BOOST_AUTO_TEST_SUITE_END()
