// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * One RVE, a disc in a square, as different programs and options of gmsh write it (tests/data).
 */
#include <rve/elastic_constants.h>
#include <rve/match_sides.h>
#include <rve/microstructure.h>
#include <rve/models/fe_rve.h>
#include <rve/voxel_image.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace fe2;

namespace
{
const std::string data = FE2_SOURCE "/tests/data/";

std::shared_ptr<MicroModel> model_of(const std::string &path, const std::string &more, const std::string &condition)
{
  return test::Models(R"(subsection Materials
  subsection matrix
    set Type = linear_elastic
    set Young's modulus = 3
    set Poisson's ratio = 0.35
  end
  subsection fibre
    set Type = linear_elastic
    set Young's modulus = 70
    set Poisson's ratio = 0.22
  end
end
subsection Micro models
subsection rve
  set Type = fe_rve
  set Phases = matrix, fibre
  set Boundary conditions = )" +
                      condition + "\nsubsection Microstructure\nset Type = gmsh\nset File = " + path + "\n" + more +
                      "end\nend\nend\n")("rve");
}

Matrix6 stiffness_of(const std::string &path, const std::string &more = "", const std::string &condition = "periodic")
{
  return model_of(path, more, condition)->initial_tangent(Increment());
}

std::string text_of(const std::string &file)
{
  std::stringstream text;
  text << std::ifstream(data + file).rdbuf();
  BOOST_REQUIRE(!text.str().empty());
  return text.str();
}

std::string changed(std::string text, const std::string &from, const std::string &to)
{
  const auto at = text.find(from);
  BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

/// The stiffness of a mesh with this text.
Matrix6 stiffness_of_text(const std::string &text, const std::string &more = "",
                          const std::string &condition = "periodic")
{
  const std::string file = test::write_file("mesh_file_" + std::to_string(getpid()) + ".msh", text);
  char here[4096];
  BOOST_REQUIRE(getcwd(here, sizeof(here)) != nullptr);
  return stiffness_of(std::string(here) + "/" + file, more, condition);
}

std::string fault_of(const std::string &text, const std::string &more = "", const std::string &condition = "periodic")
{
  try
  {
    stiffness_of_text(text, more, condition);
  }
  catch (const InputError &e)
  {
    return e.what();
  }
  return "no fault";
}

void check_fault(const std::string &fault, const std::string &part)
{
  BOOST_CHECK_MESSAGE(fault.find(part) != std::string::npos, "'" + fault + "' has no '" + part + "'");
}

double difference(const Matrix6 &a, const Matrix6 &b)
{
  return (a - b).norm() / b.norm();
}

/// Young's moduli E1, E2, E3 of disc.msh.
void check_moduli(const Matrix6 &c, const double e1, const double e2, const double tolerance)
{
  const auto values = engineering_constants(c, false);
  BOOST_CHECK_SMALL(values[0].second / e1 - 1, tolerance);
  BOOST_CHECK_SMALL(values[1].second / e2 - 1, tolerance);
}
} // namespace

BOOST_AUTO_TEST_SUITE(mesh_files)

BOOST_AUTO_TEST_CASE(one_mesh_in_all_ways_to_write_it)
{
  const Matrix6 c = stiffness_of(data + "disc.msh");
  check_moduli(c, 5.64214, 5.66862, 1e-5);
  for (const std::string name : {"disc_partitioned", "disc_negative_group", "disc_reversed_22", "disc_reversed_41"})
    BOOST_CHECK_MESSAGE(difference(stiffness_of(data + name + ".msh"), c) < 1e-12, name);
  // A group 'all' beside those that are phases.
  for (const std::string version : {"22", "41"})
  {
    const std::string file = data + "disc_overlapping_groups_" + version + ".msh";
    BOOST_CHECK_SMALL(difference(stiffness_of(file), c), 1e-12);
    BOOST_CHECK_SMALL(difference(stiffness_of(file, "set Regions = matrix: matrix, fibre: fibre\n"), c), 1e-12);
    check_fault(
        fault_of(text_of("disc_overlapping_groups_" + version + ".msh"), "set Regions = all: matrix, fibre: fibre\n"),
        "which mean different phases; name only one of them in 'Regions'");
  }
}

BOOST_AUTO_TEST_CASE(sections_and_nodes_that_say_nothing_of_the_mesh)
{
  const std::string text = text_of("disc.msh");
  const Matrix6 c = stiffness_of_text(text);
  // Mesh.SaveAll: nodes of no element, as the middle of a circle, here out of the cell.
  BOOST_CHECK_SMALL(difference(stiffness_of_text(changed(text, "$Nodes\n49\n", "$Nodes\n50\n777 5 5 3\n")), c), 1e-14);
  // Mesh.SaveParametric.
  std::string parametric = changed(changed(text, "$Nodes", "$ParametricNodes"), "$EndNodes", "$EndParametricNodes");
  parametric = changed(parametric, "6 0.2 0 0\n", "6 0.2 0 0 1 1 0.2\n");
  BOOST_CHECK_SMALL(difference(stiffness_of_text(parametric), c), 1e-14);
  const std::string new_format = text_of("disc_reversed_41.msh");
  const auto at = new_format.find("$Elements");
  BOOST_CHECK_SMALL(difference(stiffness_of_text(new_format.substr(0, at) + "$GhostElements\n$EndGhostElements\n" +
                                                 new_format.substr(at) + "$Periodic\n$EndPeriodic\n"),
                               c),
                    1e-12);
  // Regions by number if there are no names.
  const std::string numbers =
      changed(text, "$PhysicalNames\n2\n2 1 \"matrix\"\n2 2 \"fibre\"\n$EndPhysicalNames",
              "$PhysicalNames\n$EndPhysicalNames\n$PartitionedEntities\n$EndPartitionedEntities");
  BOOST_CHECK_SMALL(difference(stiffness_of_text(numbers, "set Regions = 1: matrix, 2: fibre\n"), c), 1e-14);
}

BOOST_AUTO_TEST_CASE(broken_files_are_refused)
{
  const std::string text = text_of("disc.msh");
  check_fault(fault_of(changed(text, "$Nodes\n49", "$Nodes\n48")), "has more than the entries that it announces");
  check_fault(fault_of(changed(text, "$Nodes\n49", "$Nodes\n50")), "section $Nodes ends early");
  check_fault(fault_of(changed(text, "$Nodes\n49", "$Nodes\n-49")), "has -49 where a number from 0 on must stand");
  for (const std::string count : {"10000000000", "9000000000000000000"})
    check_fault(fault_of(changed(text, "$Nodes\n49", "$Nodes\n" + count)), "announces " + count + " entries");
  check_fault(fault_of(changed(text, "$Nodes\n49", "$Nodes\n99999999999999999999")), "ends early or has something");
  const std::string new_format = text_of("disc_reversed_41.msh");
  for (std::size_t length = 0; length + 20 < new_format.size(); length += 97)
    BOOST_CHECK_NE(fault_of(new_format.substr(0, length)), "no fault");
  check_fault(fault_of(text + text.substr(text.find("$Elements"))), "has the section $Elements twice");
}

BOOST_AUTO_TEST_CASE(elements_over_each_other_are_refused)
{
  const std::string square = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n1\n2 1 \"matrix\"\n"
                             "$EndPhysicalNames\n$Nodes\n5\n1 0 0 0\n2 1 0 0\n3 1 1 0\n4 0 1 0\n5 0.5 0.4 0\n"
                             "$EndNodes\n$Elements\n4\n1 2 2 1 1 1 2 5\n2 2 2 1 1 2 3 5\n3 2 2 1 1 3 4 5\n"
                             "4 2 2 1 1 4 1 5\n$EndElements\n";
  BOOST_CHECK_EQUAL(fault_of(square, "", "linear_displacement"), "no fault");
  // The middle node pulled across a side: triangle 1 is turned inside out, and must not be taken for a reversed one.
  const std::string folded = changed(square, "5 0.5 0.4 0", "5 0.5 -0.1 0");
  check_fault(fault_of(folded, "", "linear_displacement"), "lie on the same side of their common edge");
  check_fault(fault_of(changed(square, "4\n1 2 2 1 1 1 2 5", "5\n9 2 2 1 1 5 1 2\n1 2 2 1 1 1 2 5")),
              "element 1 is element 9 again");
  check_fault(fault_of(changed(square, "1 2 2 1 1 1 2 5", "1 2 2 1 1 1 2 2")), "element 1 has the node 2 twice");
}

// Two triangles of the square without common nodes: two parts that are not joined.
BOOST_AUTO_TEST_CASE(nodes_in_one_place)
{
  const std::string text = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n2\n2 1 \"matrix\"\n2 2 \"fibre\"\n"
                           "$EndPhysicalNames\n$Nodes\n6\n1 0 0 0\n2 1 0 0\n3 1 1 0\n4 0 1 0\n5 0 0 0\n6 1 1 0\n"
                           "$EndNodes\n$Elements\n2\n1 2 2 1 1 1 2 3\n2 2 2 2 2 5 6 4\n$EndElements\n";
  check_fault(fault_of(text),
              "2 nodes of the RVE's mesh lie in the place of another one (the first: 5 on 1 at (0, 0))");
  const Matrix6 joined = stiffness_of_text(changed(text, "2 2 2 2 2 5 6 4", "2 2 2 2 2 1 3 4"));
  BOOST_CHECK_SMALL(difference(stiffness_of_text(text, "set Merge nodes = merge\n"), joined), 1e-14);
}

BOOST_AUTO_TEST_CASE(a_lattice_longer_than_the_mesh_is_told)
{
  const std::string note = "the mesh is only 0.5 of vector 1 of 'Lattice' long: its copies do not touch along it";
  const auto told = [](const std::string &more) { return model_of(data + "disc.msh", more, "periodic")->describe(); };
  BOOST_CHECK(told("set Lattice = 2, 0, 0, 1\n").find(note) != std::string::npos);
  BOOST_CHECK(told("set Lattice = 1, 0, 0, 1\n").find("do not touch") == std::string::npos);
}

// 1e-6 of the cell: the values are those of the mesh without noise.
BOOST_AUTO_TEST_CASE(sides_may_match_to_the_precision_of_a_cad_program)
{
  const struct
  {
    std::string condition;
    double e1, e2;
  } cases[] = {{"periodic", 5.64214, 5.66862},
               {"weak_periodic", 5.63571, 5.6649},
               {"linear_displacement", 5.8457, 5.84108},
               {"uniform_traction", 4.83524, 4.85831}};
  for (const auto &x : cases)
  {
    const Matrix6 exact = stiffness_of(data + "disc.msh", "", x.condition),
                  noise = stiffness_of(data + "disc_noise.msh", "", x.condition);
    check_moduli(noise, x.e1, x.e2, 1e-5);
    BOOST_CHECK_SMALL(difference(noise, exact), 1e-5);
    BOOST_CHECK_GT(difference(noise, exact), 1e-12); // it is another mesh
    // With its period given, and with a tolerance below the noise.
    BOOST_CHECK_SMALL(
        difference(stiffness_of(data + "disc_noise.msh", "set Lattice = 1, 0, 0, 1\n", x.condition), exact), 1e-5);
    check_fault(fault_of(text_of("disc_noise.msh"), "set Tolerance = 1e-7\n", x.condition), "raise the tolerance");
  }
  check_fault(fault_of(text_of("disc.msh"), "set Tolerance = 0.1\n"), "more than a quarter of the shortest edge");
  // One side of the cell 1 % out of place: not a cell of other shape, whatever the condition.
  check_fault(fault_of(changed(text_of("disc.msh"), "2 1 0 0\n", "2 1.01 0 0\n"), "", "linear_displacement"),
              "misses the side of the cell");
}

// Boxes and skew cells of hexahedra of both orders, every node off by up to 1e-6.
BOOST_AUTO_TEST_CASE(three_dimensional_cells_are_matched)
{
  const test::Models models("subsection Materials\nsubsection a\nset Type = linear_elastic\nset Young's modulus = 1\n"
                            "set Poisson's ratio = 0.3\nend\nsubsection b\nset Type = linear_elastic\n"
                            "set Young's modulus = 20\nset Poisson's ratio = 0.2\nend\nend\n");
  const auto stiffness = [&](const RveMesh<3> &mesh, const std::string &condition)
  {
    FeRveSettings settings;
    settings.degree = mesh.degree;
    settings.boundary_condition = condition;
    FeRve<3> rve(mesh, {{"a", models.materials.find("a")}, {"b", models.materials.find("b")}}, settings);
    return rve.initial_tangent(Increment());
  };
  const auto image =
      sample(3, {1, 1, 1}, 4, [](const dealii::Point<3> &p) { return p[0] < 0.5 && p[1] > 0.3 ? 1u : 0u; });
  for (const bool quadratic : {false, true})
    for (const double skew : {0., 0.3})
    {
      RveMesh<3> exact = voxel_mesh<3>(image);
      exact = quadratic ? raise_degree(exact) : exact;
      exact.lattice[2][0] = skew;
      for (auto &p : exact.nodes)
        p[0] += skew * p[2];
      RveMesh<3> noise = exact;
      for (std::size_t n = 0; n < noise.nodes.size(); ++n)
        for (unsigned int d = 0; d < 3; ++d)
          noise.nodes[n][d] += 1e-6 * std::sin(1. + 37. * double(n) + 11. * d);
      BOOST_CHECK_THROW(stiffness(noise, "periodic"), InputError);
      match_sides(noise, 1e-5, "Tolerance", false);
      for (const std::string condition : {"periodic", "linear_displacement", "uniform_traction"})
        BOOST_CHECK_MESSAGE(difference(stiffness(noise, condition), stiffness(exact, condition)) < 1e-5,
                            condition << ", degree " << exact.degree << ", skew " << skew << ": "
                                      << difference(stiffness(noise, condition), stiffness(exact, condition)));
      double moved = 0;
      for (std::size_t n = 0; n < noise.nodes.size(); ++n)
        moved = std::max(moved, noise.nodes[n].distance(exact.nodes[n]));
      BOOST_CHECK_LT(moved, 1e-5);
      RveMesh<3> again = exact;
      match_sides(again, 1e-5, "Tolerance", false);
      BOOST_CHECK(again.nodes == exact.nodes); // a mesh that matches stays as it is
    }
}

// Five elements a side, four patches: a border of patches runs through quadrature points, where rounding must not
// decide.
BOOST_AUTO_TEST_CASE(patches_do_not_depend_on_where_the_cell_lies)
{
  const test::Models models("subsection Materials\nsubsection a\nset Type = linear_elastic\nset Young's modulus = 1\n"
                            "set Poisson's ratio = 0.3\nend\nsubsection b\nset Type = linear_elastic\n"
                            "set Young's modulus = 20\nset Poisson's ratio = 0.2\nend\nend\n");
  const auto image =
      sample(2, {1, 1, 1}, 5, [](const dealii::Point<3> &p) { return p[0] < 0.5 && p[1] > 0.3 ? 1u : 0u; });
  std::vector<Matrix6> c;
  for (const double shift : {0., 0.1, 0.7, -3.3})
  {
    RveMesh<2> mesh = voxel_mesh<2>(image);
    for (auto &p : mesh.nodes)
      p = dealii::Point<2>(p[0] + 0.3 * p[1] + shift, p[1] + 0.37 * shift);
    mesh.lattice[1][0] = 0.3;
    FeRveSettings settings;
    settings.boundary_condition = "weak_periodic";
    FeRve<2> rve(mesh, {{"a", models.materials.find("a")}, {"b", models.materials.find("b")}}, settings);
    c.push_back(rve.initial_tangent(Increment()));
    BOOST_CHECK_SMALL(difference(c.back(), c.front()), 1e-10);
  }
}

BOOST_AUTO_TEST_SUITE_END()
