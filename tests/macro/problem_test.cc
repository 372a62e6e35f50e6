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

BOOST_AUTO_TEST_SUITE_END()
