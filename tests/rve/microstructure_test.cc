// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Packings, tessellations, meshes and voxels in files, bounds.
 */
#include <rve/elastic_constants.h>
#include <rve/gmsh_file.h>
#include <rve/microstructure.h>
#include <rve/packing.h>
#include <rve/voxel_file.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstring>
#include <filesystem>

using namespace fe2;

namespace
{
std::unique_ptr<Microstructure> make(const std::string &type, const std::string &lines,
                                     const std::vector<std::string> &phases = {"a", "b"})
{
  Parameters p(test::tree(lines));
  auto m = Registry<Microstructure>::factory(type)();
  m->declare(p);
  Faults faults;
  p.parse(faults);
  m->validate(p, faults, phases);
  faults.throw_if_any("test");
  return m;
}

template <class Function>
std::string fault_of(const Function &function)
{
  try
  {
    function();
  }
  catch (const InputError &e)
  {
    return e.what();
  }
  return "no error";
}

#define CHECK_CONTAINS(text, part)                                                                                     \
  BOOST_CHECK_MESSAGE(std::string(text).find(part) != std::string::npos, std::string(text) + " lacks " + part)

Packing packed(const unsigned int dim, const double fraction, const std::size_t n, const Eigen::Vector3d &ratios,
               const double gap, const std::uint64_t seed)
{
  RandomNumbers random(seed);
  Packing packing;
  packing.dimension = dim;
  for (std::size_t i = 0; i < n; ++i)
  {
    Particle p;
    p.half_axes.head(dim) = ratios.head(dim) * (1 + 0.3 * random.uniform());
    if (dim == 3)
      p.axes = random.rotation();
    packing.particles.push_back(p);
  }
  double volume = 0;
  for (const auto &p : packing.particles)
    volume += particle_volume(p, dim);
  for (auto &p : packing.particles)
    p.half_axes *= std::pow(fraction / volume, 1. / dim);
  pack(packing, gap, random);
  return packing;
}

const std::string square_22 = R"($MeshFormat
2.2 0 8
$EndMeshFormat
$MeshVersion
something of another program
$EndMeshVersion
$PhysicalNames
2
2 1 "a"
2 7 "b"
$EndPhysicalNames
$Nodes
6
10 0 0 0
2 1 0 0
3 2 0 0
4 0 1 0
5 1 1 0
6 2 1 0
$EndNodes
$Elements
3
1 1 2 9 1 10 2
2 3 2 1 1 10 2 5 4
3 3 2 7 1 2 3 6 5
$EndElements
)";

const std::string square_41 = R"($MeshFormat
4.1 0 8
$EndMeshFormat
$PhysicalNames
2
2 1 "a"
2 7 "b"
$EndPhysicalNames
$Entities
0 0 2 0
1 0 0 0 1 1 0 1 1 0
2 1 0 0 2 1 0 1 7 0
$EndEntities
$Nodes
1 6 1 10
2 1 0 6
10
2
3
4
5
6
0 0 0
1 0 0
2 0 0
0 1 0
1 1 0
2 1 0
$EndNodes
$Elements
2 2 2 3
2 1 3 1
2 10 2 5 4
2 2 3 1
3 2 3 6 5
$EndElements
)";

std::string changed(std::string text, const std::string &from, const std::string &to)
{
  const auto at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

RveMesh<2> read_square(const std::string &text)
{
  const std::string file = test::write_file("test_mesh_" + std::to_string(getpid()) + ".msh", text);
  const auto m = make("gmsh", "set File = " + std::filesystem::current_path().string() + "/" + file + "\n");
  auto mesh = m->create_2d();
  check_mesh(mesh, 2);
  return mesh;
}
} // namespace

BOOST_AUTO_TEST_SUITE(microstructures)

BOOST_AUTO_TEST_CASE(packings_keep_their_distance)
{
  const struct
  {
    unsigned int dim;
    double fraction;
    std::size_t n;
    Eigen::Vector3d ratios;
  } cases[] = {{2, 0.65, 30, {1, 1, 0}}, {3, 0.5, 25, {1, 1, 1}}, {3, 0.2, 12, {1, 1, 3}}};
  for (const auto &c : cases)
  {
    const double gap = 0.005;
    const Packing p = packed(c.dim, c.fraction, c.n, c.ratios, gap, 3);
    BOOST_CHECK_GE(p.least_gap(), gap * (1 - 1e-6));
    // Found again by counting random points: the fraction, and periodicity.
    RandomNumbers random(5);
    int inside = 0;
    const int n = 20000;
    for (int i = 0; i < n; ++i)
    {
      Eigen::Vector3d x = Eigen::Vector3d::Zero(), shifted;
      for (unsigned int d = 0; d < c.dim; ++d)
        x[d] = random.uniform();
      shifted = x;
      shifted[0] += 1;
      shifted[1] -= 2;
      const int holder = p.holder(x);
      inside += holder >= 0;
      BOOST_REQUIRE_EQUAL(holder, p.holder(shifted));
    }
    BOOST_CHECK_SMALL(double(inside) / n - c.fraction, 0.015);
  }
  // Equal seeds, equal packings.
  const Packing a = packed(2, 0.5, 10, {1, 1, 0}, 0.01, 7), b = packed(2, 0.5, 10, {1, 1, 0}, 0.01, 7),
                c = packed(2, 0.5, 10, {1, 1, 0}, 0.01, 8);
  BOOST_CHECK(a.particles[3].centre == b.particles[3].centre && a.particles[3].centre != c.particles[3].centre);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_packed_is_told)
{
  const auto voxels = [](const std::string &type, const std::string &lines)
  { return fault_of([&] { make(type, lines)->voxels(0); }); };
  CHECK_CONTAINS(voxels("random_fibres", "set Volume fraction = 0.93\n"), "more than the densest packing");
  CHECK_CONTAINS(voxels("random_spheres", "set Volume fraction = 0.66\nset Size = 3\n"), "could not be packed");
  CHECK_CONTAINS(voxels("random_spheres", "set Volume fraction = 0.5\nset Size = 1.001\nset Least distance = 0.1\n"),
                 "touches itself across the period");
  CHECK_CONTAINS(voxels("ellipsoids", "set Volume fraction = 0.2\nset Size = 2\n"), "touches itself across the period");
  CHECK_CONTAINS(voxels("random_fibres", "set Volume fraction = 0.01\nset Size = 1\n"), "no room for one inclusion");
}

BOOST_AUTO_TEST_CASE(fractions_converge_to_those_asked_for)
{
  for (const char *type : {"random_fibres", "random_spheres", "ellipsoids"})
  {
    const auto m = make(type, "set Volume fraction = 0.25\nset Size = 3\nset Diameter scatter = 0.1\n");
    BOOST_CHECK_SMALL(m->voxels(60).fractions(2)[1] - 0.25, 4e-3);
  }
  const auto grains = make("voronoi", "set Size = 4\nset Fractions = 0.3, 0.7\n");
  BOOST_CHECK_SMALL(grains->voxels(48).fractions(2)[0] - 0.3, 0.02);
  // A conforming mesh: order 2 follows the circle.
  for (const unsigned int order : {1u, 2u})
  {
    const auto m = make("random_fibres", "set Volume fraction = 0.4\nset Size = 2\nset Mesh = gmsh\nset Resolution = "
                                         "8\nset Mesh order = " +
                                             std::to_string(order) + "\n");
    const auto mesh = m->create_2d();
    const auto fe = make_rve_element<2>(mesh.kind, mesh.degree);
    double area = 0;
    for (std::size_t c = 0; c < mesh.n_cells(); ++c)
      if (mesh.phases[c] == 1)
      {
        // Area of the curved triangle by Green's theorem over its edges (Simpson's rule is exact).
        const auto *node = mesh.cell(c);
        for (unsigned int e = 0; e < 3; ++e)
        {
          const auto a = mesh.nodes[node[e]], b = mesh.nodes[node[(e + 1) % 3]];
          area += 0.5 * (a[0] * b[1] - a[1] * b[0]);
          if (order == 2)
          {
            const auto bulge = mesh.nodes[node[3 + e]] - (a + (b - a) / 2);
            const auto edge = b - a;
            area += 2. / 3. * (bulge[0] * edge[1] - bulge[1] * edge[0]);
          }
        }
      }
    BOOST_CHECK_SMALL(area / mesh.cell_volume() - 0.4, order == 1 ? 1.5e-2 : 3e-4);
  }
}

BOOST_AUTO_TEST_CASE(gmsh_files_of_both_formats_are_read)
{
  for (const auto &text : {square_22, square_41})
  {
    const auto mesh = read_square(text);
    BOOST_CHECK_EQUAL(mesh.n_cells(), 2u);
    BOOST_CHECK(mesh.phases == (std::vector<unsigned int>{0, 1}));
    BOOST_CHECK_CLOSE(mesh.cell_volume(), 2., 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(faults_of_meshes_are_named)
{
  const auto fault = [](const std::string &text) { return fault_of([&] { read_square(text); }); };
  CHECK_CONTAINS(fault(square_22.substr(0, square_22.size() - 40)), "cut off");
  CHECK_CONTAINS(fault(changed(square_22, "3 3 2 7 1 2 3 6 5", "3 3 2 0 0 2 3 6 5")),
                 "element 3 belongs to no physical group");
  CHECK_CONTAINS(fault(changed(square_22, "2 7 \"b\"", "2 7 \"void\"")), "the region 'void' has no phase");
  CHECK_CONTAINS(fault(changed(square_22, "3 3 2 7 1 2 3 6 5", "3 2 2 7 1 2 3 6")),
                 "mixes elements: 1 triangles and 1 quadrilaterals");
  CHECK_CONTAINS(fault(changed(square_22, "3 3 2 7 1 2 3 6 5", "3 3 2 7 1 2 6 3 5")),
                 "element 3 of the RVE's mesh has a Jacobian");
  CHECK_CONTAINS(fault(changed(square_22, "3 3 2 7 1 2 3 6 5", "3 3 2 7 1 2 3 99 5")),
                 "node 99, which is not in the file");
  CHECK_CONTAINS(fault(changed(square_22, "2 1 0 0", "2 1 zero 0")), "section $Nodes");
  CHECK_CONTAINS(fault(changed(square_22, "2.2 0 8", "2.2 1 8")), "is binary");
  CHECK_CONTAINS(fault(changed(square_22, "6 2 1 0", "6 2 1 0.5")), "constant z");
  CHECK_CONTAINS(fault(changed(square_22, "3 3 2 7 1 2 3 6 5", "3 16 2 7 1 2 3 6 5 2 3 6 5")),
                 "element 3 has the node 2 twice");
  // Clockwise is only a matter of orientation, of all or of one.
  BOOST_CHECK_NO_THROW(read_square(changed(square_22, "2 3 6 5", "5 6 3 2")));
  BOOST_CHECK_NO_THROW(read_square(changed(changed(square_22, "10 2 5 4", "4 5 2 10"), "2 3 6 5", "5 6 3 2")));
}

BOOST_AUTO_TEST_CASE(written_meshes_come_back)
{
  const auto check = [](const auto &mesh)
  {
    constexpr int dim = int(std::tuple_size<std::decay_t<decltype(mesh.lattice)>>::value);
    const std::string file = "test_written_" + std::to_string(getpid()) + ".msh";
    write_gmsh(file, mesh, {"a", "b"});
    const auto back =
        make_rve_mesh<dim>(read_gmsh(file), file, [](const std::string &r) { return r == "b" ? 1u : 0u; });
    BOOST_CHECK(back.cell_nodes == mesh.cell_nodes && back.phases == mesh.phases && back.degree == mesh.degree);
    BOOST_CHECK_SMALL(back.nodes.back().distance(mesh.nodes.back()), 1e-14);
    check_mesh(back, 2);
  };
  const auto sphere = make("sphere", "set Resolution = 3\nset Radius = 0.4\n")->create_3d();
  check(sphere);
  check(raise_degree(sphere));
  const std::string gmsh = "set Size = 1.5\nset Resolution = 3\nset Mesh = gmsh\n";
  const auto triangles = make("random_fibres", gmsh)->create_2d();
  check(triangles);
  check(raise_degree(triangles));
  check(make("random_spheres", gmsh)->create_3d());
  check(make("random_spheres", gmsh + "set Mesh order = 2\n")->create_3d());
}

BOOST_AUTO_TEST_CASE(voxels_come_back_from_all_files)
{
  VoxelImage image;
  image.n = {3, 4, 5};
  image.size = {0.3, 0.8, 2.5};
  RandomNumbers random(1);
  for (int i = 0; i < 60; ++i)
    image.phase.push_back(random.uniform() < 0.5 ? 1 : 0);
  const std::vector<long long> ids(image.phase.begin(), image.phase.end());
  const std::string base = "test_voxels_" + std::to_string(getpid());
  write_vti(base + ".vti", image);
  write_hdf5(base + ".h5", image);
  std::string text;
  for (const auto p : image.phase)
    text += std::to_string(p) + " ";
  test::write_file(base + ".txt", text);
  // NumPy: index order x, y, z with z fastest.
  std::string header = "{'descr': '<i2', 'fortran_order': False, 'shape': (3, 4, 5), }";
  header.resize(118, ' ');
  std::string npy = std::string("\x93NUMPY\x01\x00", 8) + char(118) + char(0) + header;
  for (unsigned int i = 0; i < 3; ++i)
    for (unsigned int j = 0; j < 4; ++j)
      for (unsigned int k = 0; k < 5; ++k)
        npy += std::string(1, char(image.phase[image.index(i, j, k)])) + char(0);
  std::ofstream(base + ".npy", std::ios::binary) << npy;
  for (const char *end : {".vti", ".h5", ".npy", ".txt"})
  {
    VoxelFile source;
    source.file = base + end;
    source.text_voxels = {3, 4, 5};
    const IdImage back = read_voxels(source);
    BOOST_CHECK_MESSAGE(back.ids == ids && back.n == image.n, end);
  }
  VoxelFile source;
  source.file = base + ".vti";
  BOOST_CHECK_CLOSE(read_voxels(source).size[2], 2.5, 1e-12);
  source.array = "grain";
  CHECK_CONTAINS(fault_of([&] { read_voxels(source); }), "has no cell array 'grain'; it has material");
  source.file = base + ".h5";
  CHECK_CONTAINS(fault_of([&] { read_voxels(source); }), "has no data set 'grain'");
  source.array.clear();
  source.file = base + ".txt";
  source.text_voxels = {3, 4, 6};
  CHECK_CONTAINS(fault_of([&] { read_voxels(source); }), "has 60 values, but 3 x 4 x 6 voxels");
  source.file = test::write_file(base + "_short.vti", "<VTKFile><ImageData WholeExtent=\"0 2 0 2 0 2\">");
  CHECK_CONTAINS(fault_of([&] { read_voxels(source); }), "is cut off: its <ImageData> does not end");
  test::write_file(base + "_gap.txt", "0 1 3 3");
  CHECK_CONTAINS(fault_of(
                     [&]
                     {
                       make("voxels",
                            "set File = " + std::filesystem::current_path().string() + "/" + base +
                                "_gap.txt\nset Voxels = 2, 2\n",
                            {"a", "b", "c"});
                     }),
                 "(0, 1, 3) do not count the 3 phases");
}

BOOST_AUTO_TEST_CASE(bounds_of_two_isotropic_phases)
{
  // Glass and epoxy; K_a + f_b / (1 / (K_b - K_a) + 3 f_a / (3 K_a + 4 G_a)), a the softer phase (lower bound).
  const double fb = 0.3, ka = 3.5 / (3 * (1 - 0.7)), ga = 3.5 / 2.7, kb = 70 / (3 * (1 - 0.44)), gb = 70 / 2.44;
  const Bounds b =
      elastic_bounds({{"glass", fb, mandel::isotropic(kb, gb)}, {"epoxy", 1 - fb, mandel::isotropic(ka, ga)}});
  BOOST_REQUIRE(b.hs_lower.has_value());
  BOOST_CHECK_CLOSE(b.hs_lower->bulk, ka + fb / (1 / (kb - ka) + 3 * (1 - fb) / (3 * ka + 4 * ga)), 1e-9);
  BOOST_CHECK_CLOSE(b.hs_upper->bulk, kb + (1 - fb) / (1 / (ka - kb) + 3 * fb / (3 * kb + 4 * gb)), 1e-9);
  BOOST_CHECK_CLOSE(b.hs_lower->shear,
                    ga + fb / (1 / (gb - ga) + 6 * (1 - fb) * (ka + 2 * ga) / (5 * ga * (3 * ka + 4 * ga))), 1e-9);
  BOOST_CHECK_CLOSE(isotropic_part(b.voigt).bulk, fb * kb + (1 - fb) * ka, 1e-9);
  BOOST_CHECK_CLOSE(isotropic_part(b.reuss).shear, 1 / (fb / gb + (1 - fb) / ga), 1e-9);
  BOOST_CHECK_SMALL(anisotropy(b.voigt), 1e-12);
  BOOST_CHECK_SMALL(universal_anisotropy(b.voigt), 1e-10);
  BOOST_CHECK_GE(loewner_margin(b.reuss, b.voigt), 0);
}

BOOST_AUTO_TEST_SUITE_END()
