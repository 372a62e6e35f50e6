// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Generated meshes. All are made in the plane and extruded along z for three dimensions, so that a shape is written
 * once.
 */
#include <macro/mesh.h>

#include <deal.II/grid/grid_generator.h>
#include <deal.II/grid/grid_tools.h>
#include <deal.II/grid/manifold_lib.h>

#include <functional>

namespace fe2
{
using namespace dealii;

namespace
{
constexpr types::manifold_id curved = 17;

/// Boundary name at the centre of a face of the plane mesh.
using Naming = std::function<std::string(const Point<2> &)>;

struct PlaneShape
{
  Naming name;
  Point<2> centre; ///< of the curved boundary, if there is one
  bool has_curve = false;
};

bool near(const double a, const double b, const double scale)
{
  return std::abs(a - b) < 1e-8 * scale;
}

Naming sides_of_box(const double width, const double height)
{
  return [=](const Point<2> &p) -> std::string
  {
    return near(p[0], 0, width)       ? "left"
           : near(p[0], width, width) ? "right"
           : near(p[1], 0, height)    ? "bottom"
                                      : "top";
  };
}

PlaneShape make_box(const MeshSettings &s, Triangulation<2> &tria)
{
  GridGenerator::subdivided_hyper_rectangle(tria, {s.subdivisions[0], s.subdivisions[1]}, Point<2>(),
                                            Point<2>(s.size[0], s.size[1]));
  return {sides_of_box(s.size[0], s.size[1]), {}, false};
}

/// Cook (1974): trapezoid (0,0), (48,44), (48,60), (0,44), scaled by size[0] / 48.
PlaneShape make_cook(const MeshSettings &s, Triangulation<2> &tria)
{
  GridGenerator::subdivided_hyper_rectangle(tria, {s.subdivisions[0], s.subdivisions[1]}, Point<2>(), Point<2>(1, 1));
  const double f = s.size[0] / 48;
  const auto lower = [](const double x) { return 44 * x; };
  const auto upper = [](const double x) { return 44 + 16 * x; };
  GridTools::transform([&](const Point<2> &p)
                       { return Point<2>(48 * f * p[0], f * (lower(p[0]) * (1 - p[1]) + upper(p[0]) * p[1])); },
                       tria);
  return {[=](const Point<2> &p) -> std::string
          {
            if (near(p[0], 0, f))
              return "left";
            if (near(p[0], 48 * f, f))
              return "right";
            return near(p[1], f * lower(p[0] / (48 * f)), 100 * f) ? "bottom" : "top";
          },
          {},
          false};
}

/// An L: a box without its upper right part; both legs have the thickness `leg`.
PlaneShape make_l_bracket(const MeshSettings &s, Triangulation<2> &tria)
{
  const double extent[2] = {s.size[0], s.size[1]};
  std::vector<std::vector<double>> spacing(2);
  unsigned int in_leg[2];
  for (unsigned int d = 0; d < 2; ++d)
  {
    const double h = extent[d] / s.subdivisions[d];
    in_leg[d] = std::max(1u, unsigned(std::lround(s.leg / h)));
    const unsigned int rest = std::max(1u, unsigned(std::lround((extent[d] - s.leg) / h)));
    spacing[d].assign(in_leg[d], s.leg / in_leg[d]);
    spacing[d].insert(spacing[d].end(), rest, (extent[d] - s.leg) / rest);
  }
  Table<2, types::material_id> cells(unsigned(spacing[0].size()), unsigned(spacing[1].size()));
  for (unsigned int i = 0; i < spacing[0].size(); ++i)
    for (unsigned int j = 0; j < spacing[1].size(); ++j)
      cells(i, j) = i >= in_leg[0] && j >= in_leg[1] ? numbers::invalid_material_id : 0;
  GridGenerator::subdivided_hyper_rectangle(tria, spacing, Point<2>(), cells);
  const auto outer = sides_of_box(extent[0], extent[1]);
  return {[=](const Point<2> &p) -> std::string
          {
            bool on_box = false;
            for (unsigned int d = 0; d < 2; ++d)
              on_box = on_box || near(p[d], 0, extent[d]) || near(p[d], extent[d], extent[d]);
            return on_box ? outer(p) : "inner";
          },
          {},
          false};
}

/// Quarter of a cylinder: radii along x and y.
PlaneShape make_thick_cylinder(const MeshSettings &s, Triangulation<2> &tria)
{
  const double inner = s.inner_radius, outer = s.outer_radius, quarter = std::acos(0.);
  const double chord = std::cos(quarter / (2 * s.subdivisions[1])); // radius of a chord's midpoint over that of its arc
  GridGenerator::subdivided_hyper_rectangle(tria, {s.subdivisions[0], s.subdivisions[1]}, Point<2>(inner, 0),
                                            Point<2>(outer, quarter));
  GridTools::transform([](const Point<2> &p) { return Point<2>(p[0] * std::cos(p[1]), p[0] * std::sin(p[1])); }, tria);
  tria.set_all_manifold_ids(curved);
  return {[=](const Point<2> &p) -> std::string
          {
            if (near(p[1], 0, outer))
              return "bottom";
            if (near(p[0], 0, outer))
              return "left";
            return near(p.norm(), inner * chord, inner) ? "inner" : "outer";
          },
          {},
          true};
}

/// Quarter of a plate with a central hole: hole at the origin, symmetry lines "left" (x = 0) and "bottom" (y = 0).
PlaneShape make_plate_with_hole(const MeshSettings &s, Triangulation<2> &tria)
{
  const double width = s.size[0], height = s.size[1], a = s.hole, eighth = std::acos(0.) / 2;
  const unsigned int radial = s.subdivisions[0], around = s.subdivisions[1];
  // Two blocks, from the hole to the right side and to the top, meeting on the diagonal to the corner.
  std::vector<Point<2>> vertices;
  std::vector<CellData<2>> cells;
  for (unsigned int j = 0; j <= 2 * around; ++j)
  {
    const double angle = eighth * j / around, t = double(j % around) / around;
    const Point<2> outer = j < around        ? Point<2>(width, height * t)
                           : j == 2 * around ? Point<2>(0, height)
                                             : Point<2>(width * (1 - t), height);
    const Point<2> inner(a * std::cos(angle), a * std::sin(angle));
    for (unsigned int i = 0; i <= radial; ++i)
    {
      const double x = double(i) / radial, graded = x * (0.5 + 0.5 * x); // finer at the hole
      vertices.emplace_back(Point<2>(inner + graded * (outer - inner)));
      if (i < radial && j < 2 * around)
      {
        CellData<2> cell;
        const unsigned int v = j * (radial + 1) + i;
        cell.vertices = {v, v + 1, v + radial + 1, v + radial + 2};
        cells.push_back(cell);
      }
    }
  }
  tria.create_triangulation(vertices, cells, SubCellData());
  for (const auto &face : tria.active_face_iterators())
    if (face->at_boundary() && near(face->vertex(0).norm(), a, a) && near(face->vertex(1).norm(), a, a))
      face->set_manifold_id(curved);
  const auto outer = sides_of_box(width, height);
  return {[=](const Point<2> &p) -> std::string { return p.norm() < 1.0001 * a ? "hole" : outer(p); }, {}, true};
}

const std::vector<std::string> side_names = {"left",  "right", "bottom", "top", "back",
                                             "front", "inner", "outer",  "hole"};

types::boundary_id id_of(const std::string &name)
{
  return types::boundary_id(std::find(side_names.begin(), side_names.end(), name) - side_names.begin());
}
} // namespace

template <int dim>
void make_shape(const MeshSettings &s, Triangulation<dim> &triangulation, MeshNames &names)
{
  Triangulation<2> plane;
  const PlaneShape shape = s.type == "box"              ? make_box(s, plane)
                           : s.type == "cook"           ? make_cook(s, plane)
                           : s.type == "l_bracket"      ? make_l_bracket(s, plane)
                           : s.type == "thick_cylinder" ? make_thick_cylinder(s, plane)
                                                        : make_plate_with_hole(s, plane);
  for (const auto &face : plane.active_face_iterators())
    if (face->at_boundary())
      face->set_boundary_id(id_of(shape.name(face->center())));
  if constexpr (dim == 2)
    triangulation.copy_triangulation(plane);
  else
  {
    GridGenerator::extrude_triangulation(plane, s.subdivisions[2] + 1, s.size[2], triangulation, true);
    for (const auto &face : triangulation.active_face_iterators())
      if (face->at_boundary() && near(face->center()[2], 0, s.size[2]))
        face->set_boundary_id(id_of("back"));
      else if (face->at_boundary() && near(face->center()[2], s.size[2], s.size[2]))
        face->set_boundary_id(id_of("front"));
  }
  if (shape.has_curve)
  {
    if constexpr (dim == 2)
      triangulation.set_manifold(curved, PolarManifold<2>(shape.centre));
    else
      triangulation.set_manifold(curved, CylindricalManifold<3>(2));
  }
  for (const auto &face : triangulation.active_face_iterators())
    if (face->at_boundary())
      names.boundaries[side_names.at(face->boundary_id())] = face->boundary_id();
}

template void make_shape<2>(const MeshSettings &, Triangulation<2> &, MeshNames &);
template void make_shape<3>(const MeshSettings &, Triangulation<3> &, MeshNames &);
} // namespace fe2
