// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/outer_boundary.h>

#include <deal.II/grid/reference_cell.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace fe2
{
using namespace dealii;

namespace
{
constexpr double small = 1e-6; ///< over the size of the cell

template <int dim>
Tensor<1, dim> area_vector(const RveMesh<dim> &mesh, const std::vector<unsigned int> &v)
{
  const auto edge = [&](const unsigned int a, const unsigned int b) { return mesh.nodes[v[b]] - mesh.nodes[v[a]]; };
  if constexpr (dim == 2)
    return cross_product_2d(edge(0, 1));
  else // the diagonals of a quadrilateral (vertices in lexicographic order)
    return 0.5 * (v.size() == 3 ? cross_product_3d(edge(0, 1), edge(0, 2)) : cross_product_3d(edge(0, 3), edge(1, 2)));
}

} // namespace

template <int dim>
std::vector<SurfaceFace<dim>> surface_faces(const RveMesh<dim> &mesh)
{
  const auto reference =
      mesh.kind == CellKind::hypercube ? ReferenceCells::get_hypercube<dim>() : ReferenceCells::get_simplex<dim>();
  struct Entry
  {
    unsigned int count = 0;
    SurfaceFace<dim> face;
  };
  std::map<std::vector<unsigned int>, Entry> known;
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
    for (unsigned int f = 0; f < reference.n_faces(); ++f)
    {
      std::vector<unsigned int> vertices;
      for (unsigned int v = 0; v < reference.face_reference_cell(f).n_vertices(); ++v)
        vertices.push_back(mesh.cell(c)[reference.face_to_cell_vertices(f, v, 1)]);
      auto key = vertices;
      std::sort(key.begin(), key.end());
      Entry &entry = known[key];
      ++entry.count;
      entry.face.name = {c, f};
      entry.face.vertices = vertices;
    }
  std::vector<SurfaceFace<dim>> result;
  for (auto &[key, entry] : known)
  {
    if (entry.count > 1)
      continue;
    SurfaceFace<dim> &face = entry.face;
    for (const unsigned int v : face.vertices)
      face.centre += mesh.nodes[v] / double(face.vertices.size());
    Point<dim> inside;
    for (unsigned int v = 0; v < reference.n_vertices(); ++v)
      inside += mesh.nodes[mesh.cell(face.name.cell)[v]] / double(reference.n_vertices());
    face.area = area_vector(mesh, face.vertices);
    if (face.area * (face.centre - inside) < 0)
      face.area *= -1;
    result.push_back(face);
  }
  std::sort(result.begin(), result.end(),
            [](const SurfaceFace<dim> &a, const SurfaceFace<dim> &b)
            { return a.name.cell != b.name.cell ? a.name.cell < b.name.cell : a.name.face < b.name.face; });
  return result;
}

template <int dim>
std::vector<unsigned int> surface_nodes(const RveMesh<dim> &mesh)
{
  const auto linear = make_rve_element<dim>(mesh.kind, 1), fe = make_rve_element<dim>(mesh.kind, mesh.degree);
  const auto &support = fe->get_unit_support_points();
  std::vector<bool> found(mesh.nodes.size(), false);
  for (const auto &face : surface_faces(mesh))
  {
    const unsigned int *cell = mesh.cell(face.name.cell);
    for (unsigned int i = 0; i < support.size(); ++i)
    {
      double on_face = 0;
      for (unsigned int v = 0; v < linear->n_dofs_per_cell(); ++v)
        if (std::find(face.vertices.begin(), face.vertices.end(), cell[v]) != face.vertices.end())
          on_face += linear->shape_value(v, support[i]);
      if (on_face > 1 - 1e-8)
        found[cell[i]] = true;
    }
  }
  std::vector<unsigned int> nodes;
  for (unsigned int n = 0; n < found.size(); ++n)
    if (found[n])
      nodes.push_back(n);
  return nodes;
}

namespace
{
enum class Sides
{
  elsewhere, ///< the lattice spans another box or parallelepiped than the mesh
  in_part,   ///< the mesh touches the sides, but has no faces on some of them: a lattice that only bounds it
  all
};

/// Adds the faces on the sides of the parallelepiped that the lattice spans.
template <int dim>
Sides faces_on_sides(const RveMesh<dim> &mesh, const std::vector<SurfaceFace<dim>> &faces,
                     std::vector<BoundaryFace> &result)
{
  const auto x = lattice_coordinates(mesh);
  bool covered[dim][2] = {};
  double sides[dim][2];
  for (unsigned int d = 0; d < dim; ++d)
  {
    const auto [low, high] =
        std::minmax_element(x.begin(), x.end(), [d](const auto &a, const auto &b) { return a[d] < b[d]; });
    sides[d][0] = (*low)[d];
    sides[d][1] = (*high)[d];
    if (std::abs(sides[d][1] - sides[d][0] - 1) >= small)
      return Sides::elsewhere;
  }
  for (const auto &face : faces)
  {
    bool outer = false;
    for (unsigned int d = 0; d < dim; ++d)
      for (unsigned int s = 0; s < 2; ++s)
        if (std::all_of(face.vertices.begin(), face.vertices.end(),
                        [&](const unsigned int v) { return std::abs(x[v][d] - sides[d][s]) < small; }))
          outer = covered[d][s] = true;
    if (outer)
      result.push_back(face.name);
  }
  bool all = true;
  for (const auto &pair : covered)
    all = all && pair[0] && pair[1];
  return all ? Sides::all : Sides::in_part;
}

/// Finds the face that holds a point.
template <int dim>
class FaceSearch
{
public:
  FaceSearch(const RveMesh<dim> &mesh, const std::vector<SurfaceFace<dim>> &faces)
      : mesh_(mesh), faces_(faces), tolerance_(small * std::pow(mesh.cell_volume(), 1. / dim))
  {
    width_ = tolerance_;
    for (std::size_t f = 0; f < faces.size(); ++f)
      for (const unsigned int v : faces[f].vertices)
        width_ = std::max(width_, 2 * mesh.nodes[v].distance(faces[f].centre));
    for (std::size_t f = 0; f < faces.size(); ++f)
      bins_[key_of(faces[f].centre)].push_back(f);
  }

  /// Whether a face that looks against `normal` holds the point.
  bool is_met(const Point<dim> &x, const Tensor<1, dim> &normal) const
  {
    const Key centre = key_of(x);
    for (int n = 0; n < (dim == 2 ? 9 : 27); ++n)
    {
      Key key = centre;
      for (int d = 0, rest = n; d < dim; ++d, rest /= 3)
        key[std::size_t(d)] += rest % 3 - 1;
      if (const auto it = bins_.find(key); it != bins_.end())
        for (const std::size_t f : it->second)
          if (faces_[f].area * normal < -0.99 * faces_[f].area.norm() * normal.norm() && holds(faces_[f], x))
            return true;
    }
    return false;
  }

private:
  using Key = std::array<long, dim>;
  Key key_of(const Point<dim> &x) const
  {
    Key key;
    for (unsigned int d = 0; d < dim; ++d)
      key[d] = long(std::floor(x[d] / width_));
    return key;
  }
  bool holds(const SurfaceFace<dim> &face, const Point<dim> &x) const
  {
    if (x.distance(face.centre) < tolerance_)
      return true;
    const Tensor<1, dim> normal = face.area / face.area.norm();
    if (std::abs(normal * (x - face.centre)) > tolerance_)
      return false;
    std::vector<unsigned int> ring = face.vertices;
    if (ring.size() == 4)
      std::swap(ring[2], ring[3]);
    // Inside of all edges, seen from the centre.
    for (std::size_t i = 0; i < ring.size(); ++i)
    {
      const Point<dim> &a = mesh_.nodes[ring[i]], &b = mesh_.nodes[ring[(i + 1) % ring.size()]];
      Tensor<1, dim> out = dim == 2 ? a - face.centre : Tensor<1, dim>();
      if constexpr (dim == 3)
        out = cross_product_3d(b - a, normal);
      if (out * (a - face.centre) < 0)
        out *= -1;
      if (out * (x - a) > tolerance_ * out.norm())
        return false;
    }
    return true;
  }

  const RveMesh<dim> &mesh_;
  const std::vector<SurfaceFace<dim>> &faces_;
  double tolerance_, width_;
  std::map<Key, std::vector<std::size_t>> bins_;
};

template <int dim>
std::vector<BoundaryFace> faces_with_partner(const RveMesh<dim> &mesh, const std::vector<SurfaceFace<dim>> &faces)
{
  // The user's vectors may be long ones of the lattice: two periods each way.
  std::vector<Tensor<1, dim>> shifts;
  for (int n = 0; n < (dim == 2 ? 25 : 125); ++n)
  {
    Tensor<1, dim> shift;
    for (int d = 0, rest = n; d < dim; ++d, rest /= 5)
      shift += double(rest % 5 - 2) * mesh.lattice[std::size_t(d)];
    if (n != (dim == 2 ? 12 : 62)) // not the zero shift, as across a crack
      shifts.push_back(shift);
  }
  const FaceSearch<dim> search(mesh, faces);
  std::vector<BoundaryFace> result;
  for (const auto &face : faces)
    if (std::any_of(shifts.begin(), shifts.end(),
                    [&](const Tensor<1, dim> &shift) { return search.is_met(face.centre + shift, face.area); }))
      result.push_back(face.name);
  return result;
}

/// Faces of the connected parts of the boundary that enclose a positive volume.
template <int dim>
std::vector<BoundaryFace> enclosing_faces(const RveMesh<dim> &mesh, const std::vector<SurfaceFace<dim>> &faces)
{
  std::vector<std::size_t> leader(mesh.nodes.size());
  std::iota(leader.begin(), leader.end(), 0);
  const auto find = [&](std::size_t v)
  {
    while (leader[v] != v)
      v = leader[v] = leader[leader[v]];
    return v;
  };
  for (const auto &face : faces)
    for (const unsigned int v : face.vertices)
      leader[find(v)] = find(face.vertices.front());
  std::map<std::size_t, double> volume;
  for (const auto &face : faces)
    volume[find(face.vertices.front())] += face.area * (face.centre - faces.front().centre);
  std::vector<BoundaryFace> result;
  for (const auto &face : faces)
    if (volume[find(face.vertices.front())] > 0)
      result.push_back(face.name);
  return result;
}
} // namespace

template <int dim>
OuterBoundary outer_boundary(const RveMesh<dim> &mesh)
{
  const auto faces = surface_faces(mesh);
  OuterBoundary result;
  const Sides sides = faces_on_sides(mesh, faces, result.faces);
  if (sides == Sides::all)
    return result;
  result.faces.clear();
  if (sides == Sides::elsewhere)
    result.faces = faces_with_partner(mesh, faces);
  if (result.faces.empty())
  {
    result.fills_space = false;
    result.faces = enclosing_faces(mesh, faces);
  }
  return result;
}

template std::vector<SurfaceFace<2>> surface_faces(const RveMesh<2> &);
template std::vector<SurfaceFace<3>> surface_faces(const RveMesh<3> &);
template std::vector<unsigned int> surface_nodes(const RveMesh<2> &);
template std::vector<unsigned int> surface_nodes(const RveMesh<3> &);
template OuterBoundary outer_boundary(const RveMesh<2> &);
template OuterBoundary outer_boundary(const RveMesh<3> &);
} // namespace fe2
