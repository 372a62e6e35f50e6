// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Holes in cells of any shape: the same mesh with a phase of nearly no stiffness in the hole has no hole, and the same
 * stiffness.
 */
#include <rve/finite_element/outer_boundary.h>
#include <rve/gmsh_file.h>
#include <rve/microstructure.h>
#include <rve/models/fe_rve.h>
#include <rve/voxel_image.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>

using namespace fe2;
using dealii::Point;
using dealii::Tensor;

namespace
{
constexpr double young = 1, poisson = 0.3;
/// Where a hole breaks the surface, tractions on a soft phase are no measure for those on none.
const std::vector<std::string> open_hole_conditions = {"periodic", "linear_displacement"};

std::shared_ptr<const PhaseMaterial> elastic(const double modulus)
{
  return test::material("set Type = linear_elastic\nset Young's modulus = " + std::to_string(modulus) +
                        "e-9\nset Poisson's ratio = 0.3\n");
}

/// The mesh with the cells of phase 0 only.
template <int dim>
RveMesh<dim> without_holes(const RveMesh<dim> &mesh)
{
  RveMesh<dim> result = mesh;
  result.cell_nodes.clear();
  result.phases.clear();
  result.nodes.clear();
  std::vector<int> number(mesh.nodes.size(), -1);
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
    if (mesh.phases[c] == 0)
    {
      std::vector<unsigned int> nodes;
      for (unsigned int i = 0; i < mesh.nodes_per_cell(); ++i)
      {
        int &n = number[mesh.cell(c)[i]];
        if (n < 0)
        {
          n = int(result.nodes.size());
          result.nodes.push_back(mesh.nodes[mesh.cell(c)[i]]);
        }
        nodes.push_back(unsigned(n));
      }
      result.add_cell(nodes, 0);
    }
  return result;
}

template <int dim>
Matrix6 stiffness(const RveMesh<dim> &mesh, const std::string &condition)
{
  FeRveSettings settings;
  settings.boundary_condition = condition;
  FeRve<dim> rve(mesh, {{"solid", elastic(1e9)}, {"soft", elastic(1)}}, settings);
  return rve.initial_tangent(Increment());
}

template <int dim>
void check_hole(const RveMesh<dim> &mesh, const std::vector<std::string> &conditions)
{
  for (const auto &condition : conditions)
  {
    const Matrix6 soft = stiffness(mesh, condition), hole = stiffness(without_holes(mesh), condition);
    BOOST_TEST_CONTEXT(condition << " C11 " << hole(0, 0))
    BOOST_CHECK_SMALL((soft - hole).norm() / soft.norm(), 2e-8);
  }
}

RveMesh<2> hexagon(const double fraction)
{
  Parameters p(test::tree(
      "set Array = hexagonal\nset Resolution = 3\nset Volume fraction = " + std::to_string(fraction) + "\n"));
  const auto fibres = Registry<Microstructure>::factory("fibres")();
  fibres->declare(p);
  Faults faults;
  p.parse(faults);
  fibres->validate(p, faults, {"matrix", "fibre"});
  faults.throw_if_any("test");
  return fibres->create_2d();
}

RveMesh<3> extruded(const RveMesh<2> &plane, const unsigned int layers)
{
  RveMesh<3> mesh;
  const std::size_t n = plane.nodes.size();
  for (unsigned int k = 0; k <= layers; ++k)
    for (const auto &x : plane.nodes)
      mesh.nodes.emplace_back(x[0], x[1], 0.3 * k);
  for (unsigned int k = 0; k < layers; ++k)
    for (std::size_t c = 0; c < plane.n_cells(); ++c)
    {
      std::vector<unsigned int> nodes;
      for (unsigned int v = 0; v < 8; ++v)
        nodes.push_back(unsigned(plane.cell(c)[v % 4] + (k + v / 4) * n));
      mesh.add_cell(nodes, plane.phases[c]);
    }
  for (unsigned int v = 0; v < 2; ++v)
    mesh.lattice[v] = Tensor<1, 3>({plane.lattice[v][0], plane.lattice[v][1], 0.});
  mesh.lattice[2] = Tensor<1, 3>({0., 0., 0.3 * layers});
  return mesh;
}

/// A parallelogram of 6 x 6 cells; the soft ones touch the lower and the upper side too.
RveMesh<2> skew(const bool breaks_surface)
{
  const VoxelImage image =
      sample(2, {1, 1, 1}, 6,
             [&](const Point<3> &x)
             {
               const bool column = x[0] > 0.3 && x[0] < 0.7;
               return column && (breaks_surface ? x[1] < 0.3 || x[1] > 0.7 : x[1] > 0.3 && x[1] < 0.7) ? 1u : 0u;
             });
  RveMesh<2> mesh = voxel_mesh<2>(image);
  for (auto &x : mesh.nodes)
    x[0] += 0.4 * x[1];
  mesh.lattice[1] = Point<2>(0.4, 1);
  return mesh;
}
} // namespace

BOOST_AUTO_TEST_SUITE(holes)

BOOST_AUTO_TEST_CASE(hexagons_with_the_fibre_removed)
{
  check_hole(hexagon(0.4), {"uniform_traction", "periodic", "linear_displacement"});
  // Corners removed instead: holes that break the surface.
  RveMesh<2> corners = hexagon(0.4);
  for (std::size_t c = 0; c < corners.n_cells(); ++c)
  {
    Point<2> centre;
    for (unsigned int i = 0; i < 4; ++i)
      centre += corners.nodes[corners.cell(c)[i]] / 4.;
    const double angle = std::atan2(centre[1], centre[0]) * 3 / std::acos(-1.);
    const bool at_corner = std::abs(angle - 0.5 - std::round(angle - 0.5)) < 0.2;
    corners.phases[c] = centre.norm() > 0.45 && at_corner ? 1 : 0;
  }
  check_hole(corners, open_hole_conditions);
}

BOOST_AUTO_TEST_CASE(hexagonal_columns_in_three_dimensions)
{
  check_hole(extruded(hexagon(0.3), 2), open_hole_conditions);
}

BOOST_AUTO_TEST_CASE(long_lattice_vectors_name_the_same_lattice)
{
  RveMesh<2> mesh = without_holes(hexagon(0.4));
  const Matrix6 c = stiffness(mesh, "periodic");
  mesh.lattice[1] += mesh.lattice[0];
  BOOST_CHECK_SMALL((stiffness(mesh, "periodic") - c).norm() / c.norm(), 1e-12);
}

BOOST_AUTO_TEST_CASE(opposite_sides_need_not_be_meshed_alike)
{
  // One cell of the hexagon's boundary ring is halved: its side has no equal partner, but lies on one.
  RveMesh<2> mesh = without_holes(hexagon(0.4));
  const OuterBoundary whole = outer_boundary(mesh);
  const auto face = whole.faces.front();
  const std::vector<unsigned int> q(mesh.cell(face.cell), mesh.cell(face.cell) + 4);
  BOOST_REQUIRE_EQUAL(face.face, 1u); // the outer edge, from vertex 1 to vertex 3
  const auto middle = [&](const unsigned int a, const unsigned int b)
  {
    mesh.nodes.push_back(Point<2>(0.5 * (mesh.nodes[q[a]] + mesh.nodes[q[b]])));
    return unsigned(mesh.nodes.size() - 1);
  };
  const unsigned int in = middle(0, 2), out = middle(1, 3);
  std::copy_n(std::vector<unsigned int>{q[0], q[1], in, out}.begin(), 4, mesh.cell_nodes.begin() + long(4 * face.cell));
  mesh.add_cell({in, out, q[2], q[3]}, 0);
  BOOST_CHECK_EQUAL(outer_boundary(mesh).faces.size(), whole.faces.size() + 1);
}

BOOST_AUTO_TEST_CASE(parallelograms)
{
  check_hole(skew(false), {"uniform_traction", "weak_periodic", "periodic", "linear_displacement"});
  check_hole(skew(true), open_hole_conditions);
  // Without a lattice of its own (the bounding box stands for it) the volume is the enclosed one.
  RveMesh<2> mesh = without_holes(skew(false));
  const Matrix6 c = stiffness(mesh, "linear_displacement");
  mesh.lattice = {Point<2>(1.4, 0), Point<2>(0, 1)};
  BOOST_CHECK_SMALL((stiffness(mesh, "linear_displacement") - c).norm() / c.norm(), 1e-12);
}

/// Radial displacement e b on the outer radius b of a hollow cylinder: Lame's solution.
BOOST_AUTO_TEST_CASE(a_hollow_disc_is_exact)
{
  RveMesh<2> mesh = make_rve_mesh<2>(read_gmsh(FE2_SOURCE "/meshes/coaxial_cylinders.msh"), "disc",
                                     [](const std::string &region) { return region == "core" ? 1u : 0u; });
  mesh = without_holes(mesh);
  const double f = 0.47, mu = young / (2 * (1 + poisson)), plane = mu / (1 - 2 * poisson); // lambda + mu
  const double exact = 2 * plane * (1 - f) / (1 + f * plane / mu);
  for (const auto &lattice : {Point<2>(2, 2), Point<2>(std::acos(-1.), 1), Point<2>(5, 5)})
  {
    mesh.lattice = {Point<2>(lattice[0], 0), Point<2>(0, lattice[1])};
    const Matrix6 c = stiffness(mesh, "linear_displacement");
    BOOST_CHECK_SMALL((c(0, 0) + c(0, 1)) / exact - 1, 1e-4);
  }
}

/// Half of the period is empty: plane stress in the sheet.
BOOST_AUTO_TEST_CASE(a_sheet_between_empty_layers)
{
  RveMesh<2> mesh = voxel_mesh<2>(sample(2, {1, 0.5, 1}, 4, [](const Point<3> &) { return 0u; }));
  mesh.lattice[1] = Point<2>(0, 1);
  const Matrix6 c = stiffness(mesh, "periodic");
  BOOST_CHECK_CLOSE(c(0, 0), 0.5 * young / (1 - poisson * poisson), 1e-10);
  BOOST_CHECK_SMALL(c(1, 1), 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()
