// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Meshes of components as files have them: what is computed and what is refused.
 */
#include <lib/base/log.h>

#include <macro/mesh_file.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <deal.II/grid/grid_tools.h>

using namespace fe2;

namespace
{
const std::string data = FE2_SOURCE "/tests/data/";

/// Format 2.2 from lines of nodes and elements; quadrilaterals in the group 1, hexahedra likewise.
std::string mesh_text(const std::vector<std::string> &nodes, const std::vector<std::string> &elements)
{
  std::string text = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n" + std::to_string(nodes.size()) + "\n";
  for (std::size_t i = 0; i < nodes.size(); ++i)
    text += std::to_string(i + 1) + " " + nodes[i] + "\n";
  text += "$EndNodes\n$Elements\n" + std::to_string(elements.size()) + "\n";
  for (std::size_t i = 0; i < elements.size(); ++i)
    text += std::to_string(i + 1) + " " + elements[i] + "\n";
  return text + "$EndElements\n";
}

struct Result
{
  std::string fault = "no fault";
  double volume = 0;
  std::size_t n_cells = 0, n_vertices = 0;
};

template <int dim>
Result read_file(const std::string &file, const std::string &merge = "refuse",
                 const std::vector<std::string> &named = {})
{
  MeshSettings settings;
  settings.type = "gmsh";
  settings.dimension = dim;
  settings.file = file;
  settings.merge_nodes = merge;
  settings.named_regions = named;
  Log log;
  Result result;
  try
  {
    const MacroMesh<dim> mesh(MPI_COMM_SELF, settings, log);
    result.volume = dealii::GridTools::volume(mesh.triangulation());
    result.n_cells = mesh.triangulation().n_active_cells();
    result.n_vertices = mesh.triangulation().n_used_vertices();
  }
  catch (const InputError &e)
  {
    result.fault = e.what();
  }
  return result;
}

template <int dim>
Result read_text(const std::string &text, const std::string &merge = "refuse",
                 const std::vector<std::string> &named = {})
{
  return read_file<dim>(test::write_file("component_" + std::to_string(getpid()) + ".msh", text), merge, named);
}

void check_fault(const Result &result, const std::string &part)
{
  BOOST_CHECK_MESSAGE(result.fault.find(part) != std::string::npos, "'" + result.fault + "' has no '" + part + "'");
}

const std::vector<std::string> two_squares = {"0 0 0", "1 0 0", "1 1 0", "0 1 0", "2 0 0", "2 1 0"};
} // namespace

BOOST_AUTO_TEST_SUITE(meshes)

BOOST_AUTO_TEST_CASE(cells_that_are_not_served_are_named)
{
  check_fault(read_file<2>(data + "strip_triangles.msh"), "triangles; fe2 takes quadrilaterals of first order");
  check_fault(read_file<2>(data + "strip_triangles.msh"), "Recombine Surface");
  const Result quadrilaterals = read_file<2>(data + "strip_quadrilaterals.msh");
  BOOST_CHECK_EQUAL(quadrilaterals.fault, "no fault");
  BOOST_CHECK_CLOSE(quadrilaterals.volume, 4., 1e-8); // coordinates as gmsh writes them
  check_fault(read_file<3>(data + "strip_quadrilaterals.msh"), "a 2D mesh; set 'Dimension' to 2");
  const std::vector<std::string> corners = {"0 0 0", "1 0 0", "0 1 0", "0 0 1", "1 1 0", "2 0 0"};
  check_fault(read_text<3>(mesh_text(corners, {"4 2 1 1 1 2 3 4"})), "has 1 tetrahedra; fe2 takes hexahedra");
  check_fault(read_text<2>(mesh_text(corners, {"4 2 1 1 1 2 3 4"})), "a 3D mesh; set 'Dimension' to 3");
  check_fault(read_text<2>(mesh_text(corners, {"2 2 1 1 1 2 3", "3 2 1 1 2 6 5 3"})),
              "has 1 triangles and 1 quadrilaterals; fe2 takes quadrilaterals");
  const std::vector<std::string> second = {"0 0 0",   "1 0 0",   "1 1 0",   "0 1 0",
                                           "0.5 0 0", "1 0.5 0", "0.5 1 0", "0 0.5 0"};
  check_fault(read_text<2>(mesh_text(second, {"16 2 1 1 1 2 3 4 5 6 7 8"})), "Mesh.ElementOrder = 1");
}

BOOST_AUTO_TEST_CASE(cells_without_volume_or_over_others_are_refused)
{
  const auto two = [](const std::string &first, const std::string &second) {
    return mesh_text(two_squares, {"3 2 0 1 " + first, "3 2 0 1 " + second});
  };
  const auto moved = [](const std::string &five, const std::string &six)
  {
    auto nodes = two_squares;
    nodes[4] = five;
    nodes[5] = six;
    return mesh_text(nodes, {"3 2 0 1 1 2 3 4", "3 2 0 1 2 5 6 3"});
  };
  // Either way round, also mixed.
  for (const auto &text : {two("1 2 3 4", "2 5 6 3"), two("4 3 2 1", "3 6 5 2"), two("4 3 2 1", "2 5 6 3")})
  {
    const Result result = read_text<2>(text);
    BOOST_CHECK_EQUAL(result.fault, "no fault");
    BOOST_CHECK_CLOSE(result.volume, 2., 1e-10);
    BOOST_CHECK_EQUAL(result.n_vertices, 6u);
  }
  const std::string jacobian = "element 2 has a Jacobian that is not positive at ";
  check_fault(read_text<2>(two("1 2 3 4", "2 6 5 3")), jacobian);   // crossed
  check_fault(read_text<2>(moved("1 0.3 0", "1 0.6 0")), jacobian); // flat
  check_fault(read_text<2>(moved("0.5 0.6 0", "2 1 0")), jacobian); // folded
  check_fault(read_text<2>(two("1 2 3 4", "2 5 5 3")), "element 2 has the node 5 twice");
  check_fault(read_text<2>(moved("0.2 0.1 0", "0.1 0.8 0")), "the elements 1 and 2 lie on the same side of the face");
  check_fault(read_text<2>(mesh_text(two_squares, {"3 2 0 1 1 2 3 4", "3 2 0 1 2 5 6 3", "3 2 0 1 1 2 3 4"})),
              "element 3 is element 1 again");
  // The middle node of four cells out of the domain.
  check_fault(
      read_text<2>(mesh_text({"0 0 0", "1 0 0", "2 0 0", "0 1 0", "-0.3 0.5 0", "2 1 0", "0 2 0", "1 2 0", "2 2 0"},
                             {"3 2 0 0 1 2 5 4", "3 2 0 0 2 3 6 5", "3 2 0 0 4 5 8 7", "3 2 0 0 5 6 9 8"})),
      "element 1 has a Jacobian that is not positive at");
  // Two parts through each other, without a common node.
  auto apart = two_squares;
  apart.insert(apart.end(), {"0.7 0.6 0", "1.7 0.6 0", "1.7 1.6 0", "0.7 1.6 0"});
  check_fault(read_text<2>(mesh_text(apart, {"3 2 0 1 1 2 3 4", "3 2 0 1 2 5 6 3", "3 2 0 1 7 8 9 10"})), "overlap at");
  auto out_of_plane = two_squares;
  out_of_plane[5] = "2 1 0.5";
  check_fault(read_text<2>(mesh_text(out_of_plane, {"3 2 0 1 1 2 3 4", "3 2 0 1 2 5 6 3"})), "plane of constant z");
}

BOOST_AUTO_TEST_CASE(hexahedra_are_checked_alike)
{
  std::vector<std::string> nodes;
  for (const char *z : {"0", "1", "2"})
    for (const char *xy : {"0 0 ", "1 0 ", "1 1 ", "0 1 "})
      nodes.push_back(xy + std::string(z));
  const std::string low = "5 2 1 1 1 2 3 4 5 6 7 8", high = "5 2 1 1 5 6 7 8 9 10 11 12";
  BOOST_CHECK_CLOSE(read_text<3>(mesh_text(nodes, {low, high})).volume, 2., 1e-10);
  BOOST_CHECK_CLOSE(read_text<3>(mesh_text(nodes, {low, "5 2 1 1 9 10 11 12 5 6 7 8"})).volume, 2., 1e-10);
  auto folded = nodes;
  folded[8] = "0 0 0.5";
  check_fault(read_text<3>(mesh_text(folded, {low, high})), "element 2 has a Jacobian that is not positive");
  auto over = nodes;
  for (const int n : {8, 9, 10, 11})
    over[std::size_t(n)].back() = '0';
  over[8] = "0.1 0.1 0.2";
  over[9] = "0.9 0.1 0.2";
  over[10] = "0.9 0.9 0.2";
  over[11] = "0.1 0.9 0.2";
  check_fault(read_text<3>(mesh_text(over, {low, high})), "lie on the same side of the face");
}

BOOST_AUTO_TEST_CASE(nodes_in_one_place)
{
  auto nodes = two_squares;
  nodes.insert(nodes.end(), {"1.0000001 0 0", "1 1 0"});
  const std::string text = mesh_text(nodes, {"3 2 0 1 1 2 3 4", "3 2 0 1 7 5 6 8"});
  check_fault(read_text<2>(text), "2 nodes lie in the place of another one (the first: 7 on 2 at (1.0000001, 0))");
  check_fault(read_text<2>(text), "set 'Merge nodes' to merge");
  const Result merged = read_text<2>(text, "merge"), kept = read_text<2>(text, "keep");
  BOOST_CHECK_EQUAL(merged.fault + kept.fault, "no faultno fault");
  BOOST_CHECK_EQUAL(merged.n_vertices, 6u);
  BOOST_CHECK_EQUAL(kept.n_vertices, 8u);
}

BOOST_AUTO_TEST_CASE(the_region_that_is_named_counts)
{
  // Format 2.2 repeats an element for each of its groups.
  const std::string text =
      mesh_text(two_squares, {"3 2 9 1 1 2 3 4", "3 2 9 1 2 5 6 3", "3 2 7 1 1 2 3 4", "3 2 8 1 2 5 6 3"});
  check_fault(read_text<2>(text), "element 1 is in the groups '9' and '7'; fe2 takes one");
  const Result result = read_text<2>(text, "refuse", {"7", "8"});
  BOOST_CHECK_EQUAL(result.fault, "no fault");
  BOOST_CHECK_EQUAL(result.n_cells, 2u);
}

BOOST_AUTO_TEST_SUITE_END()
