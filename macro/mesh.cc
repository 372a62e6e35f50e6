// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/expression.h>
#include <macro/mesh.h>
#include <macro/mesh_file.h>

#include <deal.II/base/function_parser.h>
#include <deal.II/base/mpi.h>
#include <deal.II/grid/grid_tools.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace fe2
{
using namespace dealii;

namespace
{
constexpr unsigned int most_levels = 18; ///< of p4est in three dimensions
constexpr double most_material_id = 1e9, most_cells = 1e9;
} // namespace

void MeshSettings::declare(Parameters &p)
{
  p.add_selection(
      "Type", type,
      "box; cook (Cook's membrane, width Size[0]); l_bracket; thick_cylinder (quarter); plate_with_hole "
      "(quarter); gmsh (file). Sides are called left, right, bottom, top, back, front (z = 0, z = Size[2]), "
      "inner, outer, hole; gmsh files bring their physical names.",
      "box|cook|l_bracket|thick_cylinder|plate_with_hole|gmsh");
  p.add("Dimension", dimension, "2: plane strain; 3.", 2, 3);
  p.add("Size", size, "Extents along x, y, z; generated shapes are extruded along z in 3D [length].", Range::positive);
  p.add("Subdivisions", subdivisions,
        "Elements along x, y, z of the box around the shape; radial and circumferential (of an eighth for "
        "plate_with_hole) and z.",
        1, 100000);
  p.add("Leg", leg, "Thickness of the legs of l_bracket [length].", Range::positive);
  p.add("Hole radius", hole, "Of plate_with_hole [length].", Range::positive);
  p.add("Inner radius", inner_radius, "Of thick_cylinder [length].", Range::positive);
  p.add("Outer radius", outer_radius, "Of thick_cylinder [length].", Range::positive);
  p.add_file("File", file,
             "gmsh file, ASCII 2.2 or 4.1, relative to this file; quadrilaterals or hexahedra of first order.");
  p.add_selection("Merge nodes", merge_nodes,
                  "Nodes of a file in the place of another one (closer than 1/1000 of the shortest edge), as where "
                  "parts touch that were meshed apart: refuse; merge (join them); keep (a crack, parts that come "
                  "apart).",
                  "refuse|merge|keep");
  p.add("Refinements", refinements, "Uniform refinements: each makes 2^dim cells of one.", 0, most_levels);
  p.add("Material id", material_expression,
        "Expression in x, y, z at the centre of each cell, rounded; empty: 0, or as the file says.");
}

void MeshSettings::validate(Parameters &p, Faults &faults)
{
  if (size.size() < dimension)
    faults.add(p.where("Size"), "", "needs " + std::to_string(dimension) + " numbers");
  if (subdivisions.size() < dimension)
    faults.add(p.where("Subdivisions"), "", "needs " + std::to_string(dimension) + " numbers");
  double cells = std::ldexp(1., int(dimension * refinements));
  for (std::size_t d = 0; d < std::min<std::size_t>(dimension, subdivisions.size()); ++d)
    cells *= subdivisions[d];
  if (type != "gmsh" && cells > most_cells)
    faults.add(p.where("Subdivisions"), "",
               "with 'Refinements' means " + format(cells) + " cells, more than " + format(most_cells));
  if (type == "thick_cylinder" && !(inner_radius < outer_radius))
    faults.add(p.where("Inner radius"), format(inner_radius), "must be below the outer radius " + format(outer_radius));
  if (type == "l_bracket" && size.size() >= 2 && !(leg < std::min(size[0], size[1])))
    faults.add(p.where("Leg"), format(leg), "must be below both sizes");
  if (type == "plate_with_hole" && size.size() >= 2 && !(hole < std::min(size[0], size[1])))
    faults.add(p.where("Hole radius"), format(hole), "must be below both sizes");
  if (type == "gmsh" && file.empty())
    faults.add(p.where("File"), "", "is missing: name a gmsh file");
}

template <int dim>
MacroMesh<dim>::MacroMesh(const MPI_Comm comm, const MeshSettings &settings, Log &log)
    : comm_(comm),
      // Adaptive refinement leaves cells on their processes, where the points that they come from are known.
      triangulation_(comm, Triangulation<dim>::none,
                     parallel::distributed::Triangulation<dim>::no_automatic_repartitioning)
{
  if (settings.type == "gmsh")
    read_file(settings, log);
  else
    make_shape<dim>(settings, triangulation_, names_);
  triangulation_.refine_global(settings.refinements);
  triangulation_.repartition();
  set_material_ids(settings);

  std::set<types::boundary_id> used;
  std::vector<double> low(dim, std::numeric_limits<double>::max()), high(dim, std::numeric_limits<double>::lowest());
  for (const auto &cell : triangulation_.active_cell_iterators())
    for (const unsigned int v : cell->vertex_indices())
      for (unsigned int d = 0; d < dim; ++d)
      {
        low[d] = std::min(low[d], cell->vertex(v)[d]);
        high[d] = std::max(high[d], cell->vertex(v)[d]);
      }
  Utilities::MPI::min(low, comm, low);
  Utilities::MPI::max(high, comm, high);
  for (unsigned int d = 0; d < dim; ++d)
    size_ = std::hypot(size_, high[d] - low[d]);
  for (const auto &cell : triangulation_.active_cell_iterators())
    if (cell->is_locally_owned())
      for (const unsigned int f : cell->face_indices())
        if (cell->face(f)->at_boundary())
          used.insert(cell->face(f)->boundary_id());
  used = Utilities::MPI::compute_set_union(used, comm);
  used_boundaries_.assign(used.begin(), used.end());
  std::string text = "Mesh: " + std::to_string(triangulation_.n_global_active_cells()) + " cells; boundaries";
  for (const auto &n : boundary_names())
    text += " " + n;
  log.line(text);
}

template <int dim>
void MacroMesh<dim>::read_file(const MeshSettings &settings, Log &log)
{
  const GmshMesh gmsh = read_gmsh_text(read_text_file(comm_, settings.file), settings.file);
  for (const auto &[key, name] : gmsh.names)
    if (key.first == dim)
      names_.materials[name] = types::material_id(key.second);
    else if (key.first == dim - 1)
      names_.boundaries[name] = types::boundary_id(key.second);
  auto mesh = component_mesh<dim>(gmsh, settings.file, settings.named_regions);
  check_cells(mesh);
  if (const std::size_t n = treat_double_nodes(mesh, settings.merge_nodes); n > 0)
  {
    log.line("Mesh: " + std::to_string(n) + " nodes merged with others in their place");
    check_cells(mesh);
  }
  GridTools::consistently_order_cells(mesh.cells);
  try
  {
    triangulation_.create_triangulation(mesh.nodes, mesh.cells, SubCellData());
  }
  catch (const ExceptionBase &e)
  {
    throw InputError("the mesh '" + settings.file + "' cannot be used: " + e.what());
  }
  for (const auto &face : triangulation_.active_face_iterators())
    if (face->at_boundary())
    {
      std::vector<unsigned int> vertices;
      for (const unsigned int v : face->vertex_indices())
        vertices.push_back(face->vertex_index(v));
      std::sort(vertices.begin(), vertices.end());
      if (const auto it = mesh.faces.find(vertices); it != mesh.faces.end())
        face->set_boundary_id(it->second);
    }
}

template <int dim>
void MacroMesh<dim>::set_material_ids(const MeshSettings &settings)
{
  if (settings.material_expression.empty())
    return;
  const std::string where = "Mesh/Material id";
  refuse_random(where, settings.material_expression);
  FunctionParser<dim> function;
  double worst = 0; // a value that is no id
  try
  {
    function.initialize(dim == 2 ? "x,y" : "x,y,z", settings.material_expression, settings.constants);
    for (const auto &cell : triangulation_.active_cell_iterators())
      if (const double value = function.value(cell->center()); !(value > -0.5 && value < most_material_id))
        worst = std::isfinite(value) ? value : std::numeric_limits<double>::infinity();
      else if (!cell->is_artificial())
        cell->set_material_id(types::material_id(std::lround(std::max(0., value))));
  }
  catch (const ExceptionBase &)
  {
    throw InputError(where + " = '" + settings.material_expression + "': the expression cannot be evaluated");
  }
  const double low = Utilities::MPI::min(worst, comm_), high = Utilities::MPI::max(worst, comm_);
  if (low < 0 || high > 0)
    throw InputError(where + " = '" + settings.material_expression +
                     "': " + (high > most_material_id ? "no number" : format(low < 0 ? low : high)) +
                     " at the centre of a cell; ids lie between 0 and " + format(most_material_id, 10));
}

template <int dim>
std::vector<std::string> MacroMesh<dim>::boundary_names() const
{
  std::vector<std::string> list;
  for (const auto &b : names_.boundaries)
    list.push_back(b.first);
  std::set<types::boundary_id> named;
  for (const auto &b : names_.boundaries)
    named.insert(b.second);
  for (const auto id : used_boundaries_)
    if (named.count(id) == 0)
      list.push_back(std::to_string(id));
  return list;
}

template <int dim>
types::boundary_id MacroMesh<dim>::boundary(const std::string &name) const
{
  types::boundary_id id = numbers::invalid_boundary_id;
  char *end = nullptr;
  const unsigned long number = std::strtoul(name.c_str(), &end, 10);
  if (const auto it = names_.boundaries.find(name); it != names_.boundaries.end())
    id = it->second;
  else if (!name.empty() && *end == 0)
    id = types::boundary_id(number);
  else
    throw InputError("the mesh has no boundary '" + name + "'; " + suggest(name, boundary_names()));
  if (std::find(used_boundaries_.begin(), used_boundaries_.end(), id) == used_boundaries_.end())
    throw InputError("the boundary '" + name + "' has no faces; " + suggest(name, boundary_names()));
  return id;
}

template <int dim>
types::material_id MacroMesh<dim>::material(const std::string &name) const
{
  if (const auto it = names_.materials.find(name); it != names_.materials.end())
    return it->second;
  if (!name.empty() && name.size() < 9 && name.find_first_not_of("0123456789") == std::string::npos)
    return types::material_id(std::stoul(name));
  std::vector<std::string> known;
  for (const auto &m : names_.materials)
    known.push_back(m.first);
  throw InputError("the mesh has no region '" + name + "'; " + suggest(name, known) + " (or a material id)");
}

template class MacroMesh<2>;
template class MacroMesh<3>;
} // namespace fe2
