// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Boundary conditions and kinds of elements of RVEs.
 */
#include <rve/elastic_constants.h>
#include <rve/microstructure.h>
#include <rve/models/fe_rve.h>
#include <rve/voxel_image.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

using namespace fe2;

namespace
{
const std::string materials = R"(
subsection Materials
  subsection soft
    set Type = linear_elastic
    set Young's modulus = 1
    set Poisson's ratio = 0.3
  end
  subsection hard
    set Type = linear_elastic
    set Young's modulus = 20
    set Poisson's ratio = 0.2
  end
  subsection crystal
    set Type = linear_elastic
    set Symmetry = cubic
    set C11 = 168
    set C12 = 121
    set C44 = 75
    set Orientation = 20, 40, 70
  end
  subsection metal
    set Type = j2_plasticity
    set Young's modulus = 100
    set Poisson's ratio = 0.3
    set Yield stress = 0.2
    set Hardening modulus = 3
    set Kinematic modulus = 2
  end
end
)";

const std::vector<std::string> conditions = {"uniform_traction", "weak_periodic", "periodic", "linear_displacement"};

std::string model(const std::string &phases, const std::string &more, const std::string &microstructure)
{
  return materials + "subsection Micro models\nsubsection r\nset Type = fe_rve\nset Phases = " + phases + "\n" + more +
         "subsection Microstructure\n" + microstructure + "end\nend\nend\n";
}

Matrix6 stiffness(const std::string &phases, const std::string &more, const std::string &microstructure)
{
  return test::Models(model(phases, more, microstructure))("r")->initial_tangent(Increment());
}

std::string condition(const std::string &name)
{
  return "set Boundary conditions = " + name + "\n";
}

const std::string fibres = "set Type = random_fibres\nset Volume fraction = 0.4\nset Size = 2.5\nset Resolution = 6\n";
const std::string spheres = "set Type = random_spheres\nset Size = 1.6\nset Resolution = 5\n";

/// A box of 2 x 2 (x 2) irregular simplices or hypercubes without inner symmetry.
template <int dim>
RveMesh<dim> irregular(const CellKind kind)
{
  VoxelImage image = sample(dim, {1, 1, 1}, 2, [](const dealii::Point<3> &) { return 0u; });
  RveMesh<dim> boxes = voxel_mesh<dim>(image);
  for (auto &p : boxes.nodes)
  {
    bool inside = true;
    for (unsigned int d = 0; d < dim; ++d)
      inside = inside && p[d] > 0.1 && p[d] < 0.9;
    if (inside)
      for (unsigned int d = 0; d < dim; ++d)
        p[d] += 0.07 * (d + 1);
  }
  if (kind == CellKind::hypercube)
    return boxes;
  RveMesh<dim> mesh;
  mesh.kind = kind;
  mesh.nodes = boxes.nodes;
  mesh.lattice = boxes.lattice;
  // Every cube alike, so that opposite sides match: Kuhn's triangulation along the diagonal from vertex 0.
  std::vector<std::vector<unsigned int>> parts = {{0, 1, 3}, {0, 3, 2}};
  if (dim == 3)
    parts = {{0, 1, 3, 7}, {0, 3, 2, 7}, {0, 2, 6, 7}, {0, 6, 4, 7}, {0, 4, 5, 7}, {0, 5, 1, 7}};
  for (std::size_t c = 0; c < boxes.n_cells(); ++c)
    for (const auto &part : parts)
    {
      std::vector<unsigned int> nodes;
      for (const unsigned int v : part)
        nodes.push_back(boxes.cell(c)[v]);
      mesh.add_cell(nodes, 0);
    }
  return mesh;
}

template <int dim>
Matrix6 homogeneous(const CellKind kind, const unsigned int degree, const std::string &condition_name,
                    const bool b_bar = false)
{
  test::Models models(materials);
  FeRveSettings settings;
  settings.degree = degree;
  settings.boundary_condition = condition_name;
  settings.b_bar = b_bar;
  FeRve<dim> rve(irregular<dim>(kind), {{"crystal", models.materials.find("crystal")}}, settings);
  return rve.initial_tangent(Increment());
}
} // namespace

BOOST_AUTO_TEST_SUITE(boundary)

// Patch test: a homogeneous RVE is its material, whatever the elements and conditions.
BOOST_AUTO_TEST_CASE(a_homogeneous_rve_is_its_material)
{
  const Matrix6 c = test::Models(materials).materials.find("crystal")->initial_tangent(Increment());
  for (const CellKind kind : {CellKind::hypercube, CellKind::simplex})
    for (const unsigned int degree : {1u, 2u})
      for (const auto &name : conditions)
      {
        BOOST_CHECK_SMALL((homogeneous<2>(kind, degree, name) - c).norm() / c.norm(), 1e-12);
        BOOST_CHECK_SMALL((homogeneous<3>(kind, degree, name) - c).norm() / c.norm(), 1e-12);
        if (kind == CellKind::hypercube || degree == 2)
          BOOST_CHECK_SMALL((homogeneous<3>(kind, degree, name, true) - c).norm() / c.norm(), 1e-12);
        else
          BOOST_CHECK_THROW(homogeneous<3>(kind, degree, name, true), InputError);
      }
}

BOOST_AUTO_TEST_CASE(conditions_are_ordered)
{
  for (const auto &microstructure : {fibres, spheres})
  {
    std::vector<Matrix6> c;
    for (const auto &name : conditions)
      c.push_back(stiffness("soft, hard", condition(name), microstructure));
    for (std::size_t i = 0; i + 1 < c.size(); ++i)
    {
      BOOST_CHECK_GE(loewner_margin(c[i], c[i + 1]), -1e-10);
      BOOST_CHECK_GT((c[i + 1] - c[i]).norm(), 1e-4 * c[i].norm());
    }
  }
}

BOOST_AUTO_TEST_CASE(weak_periodicity_leads_from_traction_to_periodicity)
{
  const auto weak = [](const unsigned int n)
  {
    return stiffness("soft, hard", condition("weak_periodic") + "set Traction patches = " + std::to_string(n) + "\n",
                     fibres);
  };
  const Matrix6 traction = stiffness("soft, hard", condition("uniform_traction"), fibres),
                periodic = stiffness("soft, hard", condition("periodic"), fibres);
  BOOST_CHECK_SMALL((weak(1) - traction).norm() / traction.norm(), 1e-10);
  double before = (traction - periodic).norm();
  for (const unsigned int n : {2u, 5u, 15u})
  {
    const Matrix6 c = weak(n);
    BOOST_CHECK_GE(loewner_margin(c, periodic), -1e-10);
    BOOST_CHECK_LT((c - periodic).norm(), before);
    before = (c - periodic).norm();
  }
}

namespace
{
/// Triangles with 2 edges on one side and 5 on the other, in two phases; skewed by `skew`.
RveMesh<2> not_matching(const double skew)
{
  RveMesh<2> mesh;
  mesh.kind = CellKind::simplex;
  for (int i = 0; i <= 2; ++i)
    mesh.nodes.emplace_back(0, i / 2.);
  for (int i = 0; i <= 5; ++i)
    mesh.nodes.emplace_back(1, i / 5.);
  // A fan between the two sides.
  unsigned int left = 0, right = 3;
  while (left < 2 || right < 8)
    if (right < 8 && (left == 2 || mesh.nodes[right + 1][1] <= mesh.nodes[left + 1][1]))
    {
      mesh.add_cell({left, right, right + 1}, right % 2);
      ++right;
    }
    else
    {
      mesh.add_cell({left, right, left + 1}, 0);
      ++left;
    }
  for (auto &p : mesh.nodes)
    p[0] += skew * p[1];
  mesh.lattice[0] = dealii::Point<2>(1, 0);
  mesh.lattice[1] = dealii::Point<2>(skew, 1);
  return mesh;
}
} // namespace

// On sides that do not match, too, the average strain is the one asked for.
BOOST_AUTO_TEST_CASE(the_average_strain_is_exact_on_any_mesh)
{
  test::Models models(materials);
  for (const double skew : {0., 0.6})
    for (const char *name : {"uniform_traction", "weak_periodic"})
    {
      FeRveSettings settings;
      settings.degree = 2;
      settings.boundary_condition = name;
      const auto rve = std::make_shared<FeRve<2>>(
          not_matching(skew),
          std::vector<Phase>{{"soft", models.materials.find("soft")}, {"hard", models.materials.find("hard")}},
          settings);
      LocalPool pool({rve}, {"r"});
      pool.create({PointDefinition()});
      const Vector6 strain = test::some_strain(1e-2);
      pool.evaluate({test::request(strain, 1)});
      pool.commit();
      const auto names = component_names(Kinematics::small_strain);
      for (int i = 0; i < 6; ++i)
      {
        const auto v = pool.query({PointId()}, {"strain_" + names[std::size_t(i)] + "_soft",
                                                "strain_" + names[std::size_t(i)] + "_hard"})
                           .front();
        const double mean = rve->space().fraction(0) * v[0] + rve->space().fraction(1) * v[1];
        BOOST_CHECK_SMALL(mean - strain[i] / mandel::factor(i), 1e-12);
      }
      BOOST_CHECK_LT(pool.statistics().hill_mandel_gap, 1e-10);
    }
}

// Equal expansion in both phases of a plastic RVE: free, it expands without stress.
BOOST_AUTO_TEST_CASE(free_expansion_is_found)
{
  const std::string expansion = "set Thermal expansion = 1e-4\nset Stress-free temperature = 0\n";
  const std::string text =
      "subsection Materials\nsubsection m\nset Type = j2_plasticity\nset Young's modulus = 100\nset "
      "Poisson's ratio = 0.3\nset Yield stress = 0.2\n" +
      expansion +
      "end\nsubsection h\nset Type = linear_elastic\nset Young's modulus = 1000\nset "
      "Poisson's ratio = 0.3\n" +
      expansion +
      "end\nend\nsubsection Micro models\nsubsection r\nset Type = fe_rve\nset Phases = m, "
      "h\nsubsection Microstructure\nset Type = sphere\nset Resolution = 3\nset Radius = "
      "0.4\nend\nend\nend\n";
  test::Models models(text);
  LocalPool pool({models("r")}, {"r"});
  pool.create({PointDefinition()});
  Vector6 strain;
  strain << 1e-2, 1e-2, 1e-2, 0, 0, 0;
  MicroRequest request = test::request(strain, 1);
  request.increment.fields = {{0, 100}};
  for (int repeat = 0; repeat < 2; ++repeat)
  {
    const auto r = pool.evaluate({request}).front();
    BOOST_CHECK(r.status == Status::converged);
    BOOST_CHECK_SMALL(r.stress.norm(), 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(plastic_tangents_agree_with_differences)
{
  const std::string newton = "set B-bar = true\nsubsection Newton\nset Relative tolerance = 1e-12\nend\n";
  for (const auto &name : conditions)
    for (const auto &microstructure :
         {std::string("set Type = fibres\nset Resolution = 1\nset Volume fraction = 0.4\n"),
          std::string("set Type = sphere\nset Resolution = 3\nset Radius = 0.4\n")})
    {
      if (name == "weak_periodic" && microstructure.find("fibres") != std::string::npos)
        continue; // the same code path in 3D is dear enough
      test::Models models(model("metal, hard", condition(name) + newton, microstructure));
      LocalPool pool({models("r")}, {"r"});
      pool.create({PointDefinition()});
      const MicroRequest first = test::request(test::some_strain(8e-3), 0.1);
      BOOST_CHECK(pool.evaluate({first}).front().status == Status::converged);
      pool.commit();
      Vector6 strain = test::some_strain(1e-2);
      strain[0] -= 6e-3;
      const MicroRequest second = test::request(strain, 0.1);
      BOOST_CHECK_SMALL(test::tangent_error(pool, second, 1e-7), 2e-6);
      // Repetition and rollback change nothing.
      const auto a = pool.evaluate({second}).front();
      pool.evaluate({test::request(test::some_strain(2e-2), 0.1)});
      pool.rollback();
      const auto b = pool.evaluate({second}).front();
      BOOST_CHECK_SMALL((a.stress - b.stress).norm() / a.stress.norm(), 1e-10);
      pool.commit();
      BOOST_CHECK_LT(pool.statistics().hill_mandel_gap, 1e-9);
    }
}

// An incompressible matrix locks elements of first order; B-bar comes near to those of second order.
BOOST_AUTO_TEST_CASE(b_bar_does_not_lock)
{
  const std::string rubber = "subsection Materials\nsubsection rubber\nset Type = linear_elastic\nset Shear modulus = "
                             "1\nset Bulk modulus = 20000\nend\nend\n";
  const auto shear = [&](const std::string &more)
  {
    const std::string text = rubber + model("rubber, hard", more, "set Type = fibres\nset Resolution = 3\n");
    return test::Models(text)("r")->initial_tangent(Increment())(3, 3);
  };
  const double quadratic = shear("set Degree = 2\n"), linear = shear("set B-bar = false\n"),
               b_bar = shear("set B-bar = true\n");
  BOOST_CHECK_GT(linear, 1.15 * quadratic);
  BOOST_CHECK_CLOSE(b_bar, quadratic, 3.);
  BOOST_CHECK_EQUAL(shear(""), b_bar); // the default for nearly incompressible phases
}

// The same spheres as curved tetrahedra and as voxels of rising number.
BOOST_AUTO_TEST_CASE(tetrahedra_and_voxels_agree_as_they_are_refined)
{
  const auto c = [](const std::string &lines)
  {
    return stiffness("soft, hard", "",
                     "set Type = random_spheres\nset Volume fraction = 0.2\nset Size = 1.5\nset Seed = 2\n" + lines);
  };
  const Matrix6 coarse = c("set Mesh = gmsh\nset Mesh order = 2\nset Resolution = 3\n"),
                fine = c("set Mesh = gmsh\nset Mesh order = 2\nset Resolution = 5\n");
  BOOST_CHECK_SMALL((fine - coarse).norm() / fine.norm(), 1e-2);
  double before = 0.15;
  for (const unsigned int n : {4u, 8u, 14u})
  {
    const double error = (c("set Resolution = " + std::to_string(n) + "\n") - fine).norm() / fine.norm();
    BOOST_CHECK_LT(error, before);
    before = 0.75 * error;
  }
}

// The average of the fluctuation's strain vanishes under uniform traction, though the RVE has a hole.
BOOST_AUTO_TEST_CASE(holes_are_no_boundary)
{
  test::Models models(materials);
  VoxelImage image = sample(3, {1, 1, 1}, 4, [](const dealii::Point<3> &) { return 0u; });
  const RveMesh<3> whole = voxel_mesh<3>(image);
  RveMesh<3> mesh;
  mesh.lattice = whole.lattice;
  std::vector<int> renumbered(whole.nodes.size(), -1);
  for (std::size_t c = 0; c < whole.n_cells(); ++c)
  {
    const auto centre = whole.nodes[whole.cell(c)[0]] + dealii::Point<3>(0.125, 0.125, 0.125);
    if (centre.distance(dealii::Point<3>(0.5, 0.5, 0.5)) < 0.3)
      continue;
    std::vector<unsigned int> nodes;
    for (unsigned int v = 0; v < 8; ++v)
    {
      int &n = renumbered[whole.cell(c)[v]];
      if (n < 0)
      {
        n = int(mesh.nodes.size());
        mesh.nodes.push_back(whole.nodes[whole.cell(c)[v]]);
      }
      nodes.push_back(unsigned(n));
    }
    mesh.add_cell(nodes, 0);
  }
  BOOST_REQUIRE_LT(mesh.n_cells(), whole.n_cells());
  std::vector<Matrix6> c;
  for (const auto &name : {"uniform_traction", "periodic", "linear_displacement"})
  {
    FeRveSettings settings;
    settings.boundary_condition = name;
    auto rve = std::make_shared<FeRve<3>>(mesh, std::vector<Phase>{{"soft", models.materials.find("soft")}}, settings);
    c.push_back(rve->initial_tangent(Increment()));
    LocalPool pool({rve}, {"r"});
    pool.create({PointDefinition()});
    const auto r = pool.evaluate({test::request(test::some_strain(), 1)}).front();
    BOOST_CHECK_SMALL((r.stress - c.back() * test::some_strain()).norm(), 1e-12 * r.stress.norm());
    pool.commit();
    BOOST_CHECK_LT(pool.statistics().hill_mandel_gap, 1e-10);
  }
  BOOST_CHECK_GE(loewner_margin(c[0], c[1]), -1e-10);
  BOOST_CHECK_GE(loewner_margin(c[1], c[2]), -1e-10);
}

// Two bodies that meet in a single node turn freely about it: named with a place.
BOOST_AUTO_TEST_CASE(mechanisms_are_named)
{
  RveMesh<2> mesh;
  mesh.nodes = {{0, 0}, {0.5, 0}, {0, 0.5}, {0.5, 0.5}, {1, 0.5}, {0.5, 1}, {1, 1}};
  mesh.add_cell({0, 1, 2, 3}, 0);
  mesh.add_cell({3, 4, 5, 6}, 0);
  mesh.lattice[0] = dealii::Point<2>(1, 0);
  mesh.lattice[1] = dealii::Point<2>(0, 1);
  test::Models models(materials);
  FeRveSettings settings;
  settings.boundary_condition = "uniform_traction";
  FeRve<2> rve(mesh, {{"soft", models.materials.find("soft")}}, settings);
  try
  {
    rve.initial_tangent(Increment());
    BOOST_ERROR("no error");
  }
  catch (const RunError &e)
  {
    BOOST_CHECK_MESSAGE(std::string(e.what()).find("a mechanism moves the node at (") != std::string::npos, e.what());
  }
}

BOOST_AUTO_TEST_SUITE_END()
