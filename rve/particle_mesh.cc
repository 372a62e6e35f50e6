// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/particle_mesh.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>

#include <rve/gmsh_file.h>

#include <gmsh.h>

#include <cmath>

namespace fe2
{
namespace
{
using Tags = std::vector<std::pair<int, int>>;
namespace occ = gmsh::model::occ;

/// gmsh as long as this lives.
struct Session
{
  Session()
  {
    gmsh::initialize(0, nullptr, false);
    gmsh::option::setNumber("General.Terminal", 0);
    gmsh::option::setNumber("General.NumThreads", 1); // several would give another mesh each time
    gmsh::model::add("rve");
  }
  ~Session() { gmsh::finalize(); }
};

int add_particle(const Particle &p, const Eigen::Vector3d &centre, const unsigned int dim)
{
  if (dim == 2)
    return occ::addDisk(centre[0], centre[1], 0, p.half_axes[0], p.half_axes[1]);
  if (p.is_round(3))
    return occ::addSphere(centre[0], centre[1], centre[2], p.half_axes[0]);
  const int tag = occ::addSphere(0, 0, 0, 1);
  const Rotation scaled = Rotation(p.axes * p.half_axes.asDiagonal());
  occ::affineTransform({{3, tag}},
                       {scaled(0, 0), scaled(0, 1), scaled(0, 2), centre[0], scaled(1, 0), scaled(1, 1), scaled(1, 2),
                        centre[1], scaled(2, 0), scaled(2, 1), scaled(2, 2), centre[2], 0, 0, 0, 1});
  return tag;
}

/// Particles and those images that reach into the box.
Tags add_particles(const Packing &packing)
{
  Tags tags;
  const unsigned int dim = packing.dimension;
  const int depth = dim == 3 ? 1 : 0;
  for (const auto &p : packing.particles)
    for (int a = -1; a <= 1; ++a)
      for (int b = -1; b <= 1; ++b)
        for (int c = -depth; c <= depth; ++c)
        {
          const Eigen::Vector3d centre =
              p.centre + Eigen::Vector3d(a * packing.size[0], b * packing.size[1], c * packing.size[2]);
          double squares = 0; // of the distance to the box
          for (unsigned int d = 0; d < dim; ++d)
            squares += std::pow(std::max({0., -centre[d], centre[d] - packing.size[d]}), 2);
          if (squares < p.radius() * p.radius())
            tags.emplace_back(int(dim), add_particle(p, centre, dim));
        }
  return tags;
}

/// Sides at 0 are the masters of those one period away.
void set_periodic(const Packing &packing)
{
  const int sides = int(packing.dimension) - 1;
  const double small = 1e-4 * packing.size.minCoeff();
  for (unsigned int d = 0; d < packing.dimension; ++d)
  {
    double low[3] = {-small, -small, -small}, high[3];
    for (unsigned int k = 0; k < 3; ++k)
      high[k] = (k < packing.dimension ? packing.size[k] : 0.) + small;
    high[d] = small;
    Tags masters;
    gmsh::model::getEntitiesInBoundingBox(low[0], low[1], low[2], high[0], high[1], high[2], masters, sides);
    std::vector<double> shift = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    shift[4 * d + 3] = packing.size[d];
    for (const auto &m : masters)
    {
      double a[3], b[3];
      gmsh::model::getBoundingBox(m.first, m.second, a[0], a[1], a[2], b[0], b[1], b[2]);
      a[d] += packing.size[d];
      b[d] += packing.size[d];
      Tags slaves;
      gmsh::model::getEntitiesInBoundingBox(a[0] - small, a[1] - small, a[2] - small, b[0] + small, b[1] + small,
                                            b[2] + small, slaves, sides);
      for (const auto &s : slaves)
      {
        double x[3], y[3];
        gmsh::model::getBoundingBox(s.first, s.second, x[0], x[1], x[2], y[0], y[1], y[2]);
        double difference = 0;
        for (unsigned int k = 0; k < 3; ++k)
          difference = std::max({difference, std::abs(x[k] - a[k]), std::abs(y[k] - b[k])});
        if (difference < small)
          gmsh::model::mesh::setPeriodic(sides, {s.second}, {m.second}, shift);
      }
    }
  }
}

GmshMesh take_mesh(const unsigned int dim, const std::vector<std::vector<int>> &volumes)
{
  GmshMesh mesh;
  mesh.dimension = dim;
  std::vector<std::size_t> tags;
  std::vector<double> coordinates, unused;
  gmsh::model::mesh::getNodes(tags, coordinates, unused);
  std::map<std::size_t, std::size_t> index;
  const auto add_node = [&](const std::size_t tag, const double *x)
  {
    index[tag] = mesh.nodes.size();
    mesh.nodes.emplace_back(x[0], x[1], x[2]);
    mesh.node_tags.push_back(tag);
  };
  std::map<std::size_t, const double *> place;
  for (std::size_t i = 0; i < tags.size(); ++i)
    place[tags[i]] = coordinates.data() + 3 * i;
  for (unsigned int phase = 0; phase < volumes.size(); ++phase)
    for (const int volume : volumes[phase])
    {
      std::vector<int> types;
      std::vector<std::vector<std::size_t>> elements, nodes;
      gmsh::model::mesh::getElements(types, elements, nodes, int(dim), volume);
      for (std::size_t t = 0; t < types.size(); ++t)
      {
        if (elements[t].empty())
          continue;
        const std::size_t n = nodes[t].size() / elements[t].size();
        for (std::size_t e = 0; e < elements[t].size(); ++e)
        {
          GmshMesh::Element element{unsigned(types[t]), elements[t][e], {int(phase)}, {}};
          for (std::size_t k = 0; k < n; ++k)
          {
            const std::size_t tag = nodes[t][e * n + k];
            if (index.count(tag) == 0)
              add_node(tag, place.at(tag));
            element.nodes.push_back(index.at(tag));
          }
          mesh.elements.push_back(element);
        }
      }
    }
  return mesh;
}

GmshMesh mesh_by_gmsh(const Packing &packing, const double element_size, const unsigned int order)
{
  const int dim = int(packing.dimension);
  const Session session;
  const auto &l = packing.size;
  const int box = dim == 2 ? occ::addRectangle(0, 0, 0, l[0], l[1]) : occ::addBox(0, 0, 0, l[0], l[1], l[2]);
  const Tags particles = add_particles(packing);
  Tags clipped, all;
  std::vector<Tags> map;
  occ::intersect(particles, {{dim, box}}, clipped, map, -1, true, false);
  occ::fragment({{dim, box}}, clipped, all, map);
  occ::synchronize();
  std::vector<std::vector<int>> volumes(2);
  std::set<int> inside;
  for (std::size_t i = 1; i < map.size(); ++i)
    for (const auto &t : map[i])
      inside.insert(t.second);
  for (const auto &t : all)
    volumes[inside.count(t.second)].push_back(t.second);
  set_periodic(packing);
  gmsh::option::setNumber("Mesh.MeshSizeMin", element_size);
  gmsh::option::setNumber("Mesh.MeshSizeMax", element_size);
  gmsh::model::mesh::generate(dim);
  if (order == 2)
    gmsh::model::mesh::setOrder(2);
  return take_mesh(unsigned(dim), volumes);
}
/// A volume that gmsh lost would be a hole. Curved faces inside take from one side what they give to the other.
template <int dim>
void check_filled(const RveMesh<dim> &mesh)
{
  double sum = 0;
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
  {
    dealii::Tensor<2, dim> edges;
    for (unsigned int v = 0; v < dim; ++v)
      edges[v] = mesh.nodes[mesh.cell(c)[v + 1]] - mesh.nodes[mesh.cell(c)[0]];
    sum += determinant(edges) / (dim == 2 ? 2 : 6);
  }
  if (std::abs(sum / mesh.cell_volume() - 1) > 1e-6)
    throw InputError("gmsh's mesh fills " + format(sum / mesh.cell_volume(), 8) +
                     " of the cell; change 'Least distance', 'Resolution' or the seed");
}
} // namespace

template <int dim>
RveMesh<dim> particle_mesh(const Packing &packing, const double element_size, const unsigned int order)
{
  GmshMesh gmsh;
  try
  {
    gmsh = mesh_by_gmsh(packing, element_size, order);
  }
  catch (const std::string &text) // as gmsh throws
  {
    throw InputError("gmsh cannot mesh the inclusions: " + text);
  }
  catch (const std::logic_error &e) // a node that its list has not
  {
    throw InputError(std::string("gmsh made a mesh that is not whole: ") + e.what());
  }
  if (gmsh.elements.empty())
    throw InputError("gmsh made no elements of the inclusions; change 'Least distance', 'Resolution' or the seed");
  auto mesh = make_rve_mesh<dim>(gmsh, "the mesh made by gmsh",
                                 [](const std::string &phase) { return unsigned(std::stoul(phase)); });
  for (unsigned int d = 0; d < dim; ++d)
    mesh.lattice[d][d] = packing.size[d];
  check_filled(mesh);
  if (order == 2)
    straighten_folded(mesh); // gmsh's own optimization moves opposite sides apart
  return mesh;
}

template RveMesh<2> particle_mesh<2>(const Packing &, const double, const unsigned int);
template RveMesh<3> particle_mesh<3>(const Packing &, const double, const unsigned int);
} // namespace fe2
