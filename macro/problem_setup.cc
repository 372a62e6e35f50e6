// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What Problem does before it computes: points for the pool, checks of regions and loads, memory.
 */
#include <macro/problem.h>
#include <macro/region_pairs.h>
#include <macro/rigid_motions.h>

#include <lib/scale/tangent_id.h>

#include <deal.II/dofs/dof_tools.h>

#include <algorithm>
#include <set>

namespace fe2
{
using namespace dealii;

/// Values that contradict each other at the start or the end are told before anything is computed.
template <int dim>
void Problem<dim>::check_loads()
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dof_handler_, relevant);
  for (const double time : {settings_.time.start, settings_.time.end})
  {
    AffineConstraints<double> prescribed(relevant);
    const LoadContext<dim> context{mesh_, *mapping_, dof_handler_, hanging_nodes_};
    loads_.constrain(context, time, prescribed);
    prescribed.close();
    check_rigid_body_motions(context, prescribed);
  }
}

template <int dim>
std::map<unsigned int, unsigned int> Problem<dim>::region_map() const
{
  const auto &names = pool_.model_names();
  const auto index = [&names](const std::string &name)
  {
    const auto it = std::find(names.begin(), names.end(), name);
    if (it == names.end())
      throw InputError("Mesh/Regions: '" + name + "' is no micro model; " + suggest(name, names));
    return unsigned(it - names.begin());
  };
  std::map<unsigned int, unsigned int> map;
  const std::string &text = settings_.regions;
  if (text.find_first_of(":,") == std::string::npos) // one for all
    return {{numbers::invalid_unsigned_int, trim(text).empty() ? 0 : index(trim(text))}};
  const RegionPairs regions(text, "Mesh/Regions", "region: micro model", mesh_);
  for (const auto &pair : regions.pairs())
    map[pair.name == "*" ? numbers::invalid_unsigned_int : mesh_.material(pair.name)] = index(pair.value);
  return map;
}

template <int dim>
std::uint32_t Problem<dim>::model_of(const types::material_id material,
                                     const std::map<unsigned int, unsigned int> &map) const
{
  auto it = map.find(material);
  if (it == map.end())
    it = map.find(numbers::invalid_unsigned_int);
  return it == map.end() ? numbers::invalid_unsigned_int : it->second;
}

namespace
{
/// Of the name of a point, the same on every number of processes.
std::uint32_t hash_of(const PointId &id)
{
  std::uint64_t h = 0xfe2;
  for (const unsigned int c : id.cell)
    h = mix_hash(h, c);
  h = mix_hash(h, id.quadrature);
  return std::uint32_t(h ^ h >> 32);
}
} // namespace

template <int dim>
std::vector<PointDefinition> Problem<dim>::make_definitions()
{
  const auto map = region_map();
  std::vector<PointDefinition> points;
  std::string fault;
  for (const auto &cell : assembler_->cells())
    for (std::size_t q = 0; q < cell.b.size(); ++q)
    {
      PointDefinition point;
      point.id = assembler_->ids()[cell.first_point + q];
      point.position = assembler_->positions()[cell.first_point + q];
      point.model = model_of(cell.iterator->material_id(), map);
      point.characteristic_length = cell.iterator->diameter();
      point.instance = hash_of(point.id);
      Point<dim> x;
      for (unsigned int d = 0; d < dim; ++d)
        x[d] = point.position[d];
      try
      {
        point.frame = frame_.at(x, cell.iterator->material_id());
      }
      catch (const InputError &e)
      {
        fault = e.what();
      }
      points.push_back(point);
    }
  // A fault of one process is one of all.
  for (const auto &text : Utilities::MPI::all_gather(comm_, fault))
    if (!text.empty())
      throw InputError(text);
  return points;
}

template <int dim>
void Problem<dim>::check_regions()
{
  const auto map = region_map();
  unsigned int unknown = numbers::invalid_unsigned_int;
  std::set<unsigned int> present;
  for (const auto &cell : assembler_->cells())
  {
    const unsigned int material = cell.iterator->material_id();
    present.insert(material);
    if (model_of(material, map) == numbers::invalid_unsigned_int)
      unknown = std::min(unknown, material);
  }
  unknown = Utilities::MPI::min(unknown, comm_);
  present = Utilities::MPI::compute_set_union(present, comm_);
  frame_.check_regions(present);
  if (settings_.regions.find_first_of(":,") != std::string::npos)
    RegionPairs(settings_.regions, "Mesh/Regions", "region: micro model", mesh_).check_all_used(present);
  if (unknown != numbers::invalid_unsigned_int)
    throw InputError("Mesh/Regions: the mesh has cells of material id " + std::to_string(unknown) +
                     ", for which no micro model is named; add '" + std::to_string(unknown) + ": <micro model>'");
}

template <int dim>
void Problem<dim>::check_models()
{
  symmetric_ = linear_ = true;
  accuracy_ = 0;
  const auto map = region_map();
  for (const auto &entry : map)
  {
    const auto &model = pool_.model(entry.second);
    const std::string where = "Micro models/" + pool_.model_names()[entry.second] + "/Plane stress";
    if (model.is_plane_stress() && dim == 3)
      throw InputError(where + ": plane stress is asked of a three-dimensional macroscale mesh; set it to none, or "
                               "Mesh/Dimension to 2");
    if (model.is_plane_stress() && settings_.discretization.b_bar == "true")
      throw InputError(where + ": plane stress does not lock and has no B-bar; set Discretization/B-bar to false");
    accuracy_ = std::max(accuracy_, model.accuracy().stress);
    symmetric_ = symmetric_ && model.symmetric_tangent();
    linear_ = linear_ && model.is_linear();
  }
}

template <int dim>
void Problem<dim>::create_points()
{
  check_regions();
  check_models();
  const auto points = make_definitions();
  pool_.create(points);
  instances_.clear();
  for (const auto &p : points)
    instances_[p.id] = p.instance;
  n_points_ = Utilities::MPI::sum(points.size(), comm_);
}

template <int dim>
double Problem<dim>::estimate_bytes() const
{
  const auto map = region_map();
  double bytes = 0;
  for (const auto &cell : assembler_->cells())
  {
    const auto &model = pool_.model(model_of(cell.iterator->material_id(), map));
    bytes += double(cell.b.size()) * (2. * double(model.state_bytes()) + double(model.scratch_bytes()));
  }
  for (unsigned int m = 0; m < pool_.model_names().size(); ++m)
    bytes += double(pool_.model(m).shared_bytes());
  return Utilities::MPI::sum(bytes, comm_);
}

/// Cells that the limits of points and memory allow.
template <int dim>
std::size_t Problem<dim>::most_cells() const
{
  const auto &s = settings_.refinement;
  const double per_cell = double(n_points_) / double(mesh_.triangulation().n_global_active_cells());
  double most = s.most_points > 0 ? s.most_points / per_cell : 1e15;
  if (s.memory > 0)
    most = std::min(most, double(mesh_.triangulation().n_global_active_cells()) * 1e6 * s.memory / estimate_bytes());
  return std::size_t(most);
}

template std::vector<PointDefinition> Problem<2>::make_definitions();
template std::vector<PointDefinition> Problem<3>::make_definitions();
template void Problem<2>::create_points();
template void Problem<2>::check_loads();
template double Problem<2>::estimate_bytes() const;
template std::size_t Problem<2>::most_cells() const;
template std::size_t Problem<3>::most_cells() const;
template void Problem<3>::create_points();
template void Problem<3>::check_loads();
template double Problem<3>::estimate_bytes() const;
} // namespace fe2
