// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/microstructure.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
using namespace dealii;

std::vector<double> VoxelImage::fractions(const unsigned int n_phases) const
{
  std::vector<double> f(n_phases, 0.);
  for (const unsigned int p : phase)
    f.at(p) += 1. / double(phase.size());
  return f;
}

std::string fraction_note(const VoxelImage &image, const unsigned int phase, const double wanted)
{
  const double fraction = image.fractions(phase + 1)[phase];
  if (fraction == 0)
    throw InputError("no voxel has its centre in an inclusion, at the volume fraction " + format(wanted) +
                     ": the voxels are too coarse; raise 'Resolution'");
  return "fraction " + format(fraction, 5) + " as voxels (asked: " + format(wanted, 5) + ")";
}

template <int dim>
RveMesh<dim> voxel_mesh(const VoxelImage &image)
{
  RveMesh<dim> mesh;
  for (unsigned int d = 0; d < dim; ++d)
    mesh.lattice[d][d] = image.size[d];
  const std::size_t nx = image.n[0], ny = image.n[1], nz = dim == 3 ? image.n[2] : 0;
  for (std::size_t k = 0; k <= nz; ++k)
    for (std::size_t j = 0; j <= ny; ++j)
      for (std::size_t i = 0; i <= nx; ++i)
      {
        const std::size_t index[3] = {i, j, k};
        Point<dim> p;
        for (unsigned int d = 0; d < dim; ++d)
          p[d] = double(index[d]) * image.size[d] / image.n[d];
        mesh.nodes.push_back(p);
      }
  std::vector<unsigned int> cell(1u << dim);
  for (std::size_t k = 0; k < image.n[2]; ++k)
    for (std::size_t j = 0; j < ny; ++j)
      for (std::size_t i = 0; i < nx; ++i)
      {
        for (unsigned int v = 0; v < cell.size(); ++v)
          cell[v] = unsigned(((k + (v >> 2)) * (ny + 1) + j + (v >> 1 & 1)) * (nx + 1) + i + (v & 1));
        mesh.add_cell(cell, image.phase[image.index(i, j, k)]);
      }
  return mesh;
}

namespace
{
/// Unit coordinates of a point in a cell by Newton's method; false outside.
template <int dim>
bool find_in_cell(const RveMesh<dim> &mesh, const FiniteElement<dim> &fe, const std::size_t c, const Point<dim> &x)
{
  Point<dim> unit;
  for (unsigned int d = 0; d < dim; ++d)
    unit[d] = 0.3;
  for (unsigned int iteration = 0; iteration < 20; ++iteration)
  {
    Tensor<1, dim> rest = x;
    Tensor<2, dim> jacobian;
    for (unsigned int i = 0; i < fe.n_dofs_per_cell(); ++i)
    {
      const Tensor<1, dim> node = mesh.nodes[mesh.cell(c)[i]];
      rest -= fe.shape_value(i, unit) * node;
      jacobian += outer_product(node, fe.shape_grad(i, unit));
    }
    if (!(determinant(jacobian) > 0))
      return false;
    const Tensor<1, dim> step = invert(jacobian) * rest;
    unit += step;
    if (step.norm() > 10 || !std::isfinite(step.norm()))
      return false;
    if (step.norm() < 1e-10)
      break;
  }
  double sum = 0;
  bool inside = true;
  for (unsigned int d = 0; d < dim; ++d)
  {
    inside = inside && unit[d] > -1e-7 && unit[d] < 1 + 1e-7;
    sum += unit[d];
  }
  return inside && (mesh.kind == CellKind::hypercube || sum < 1 + 1e-7);
}
} // namespace

template <int dim>
VoxelImage rasterize(const RveMesh<dim> &mesh, const unsigned int n)
{
  std::array<double, 3> size = {0, 0, 0};
  for (unsigned int d = 0; d < dim; ++d)
  {
    size[d] = mesh.lattice[d][d];
    if (std::abs(mesh.lattice[d].norm() - size[d]) > 1e-9 * size[d])
      throw InputError("voxels need a box whose edges lie along the axes; a hexagonal array has none");
  }
  Point<dim> low;
  for (unsigned int d = 0; d < dim; ++d)
    low[d] = std::numeric_limits<double>::max();
  for (const auto &x : mesh.nodes)
    for (unsigned int d = 0; d < dim; ++d)
      low[d] = std::min(low[d], x[d]);
  constexpr unsigned int nobody = std::numeric_limits<unsigned int>::max();
  VoxelImage image = sample(dim, size, n == 0 ? 64 : n, [](const Point<3> &) { return nobody; });
  const auto fe = make_rve_element<dim>(mesh.kind, mesh.degree);
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
  {
    // Voxels whose centres lie in the cell's box.
    std::array<std::size_t, 3> first = {0, 0, 0}, last = {1, 1, 1};
    for (unsigned int d = 0; d < dim; ++d)
    {
      double a = std::numeric_limits<double>::max(), b = std::numeric_limits<double>::lowest();
      for (unsigned int i = 0; i < mesh.nodes_per_cell(); ++i)
      {
        a = std::min(a, mesh.nodes[mesh.cell(c)[i]][d] - low[d]);
        b = std::max(b, mesh.nodes[mesh.cell(c)[i]][d] - low[d]);
      }
      const double h = size[d] / image.n[d], margin = 0.1 * (b - a); // curved edges
      first[d] = std::size_t(std::max(0., std::floor((a - margin) / h - 0.5)));
      last[d] = std::min<std::size_t>(image.n[d], std::size_t(std::max(0., std::ceil((b + margin) / h + 0.5))));
    }
    for (std::size_t k = first[2]; k < last[2]; ++k)
      for (std::size_t j = first[1]; j < last[1]; ++j)
        for (std::size_t i = first[0]; i < last[0]; ++i)
        {
          unsigned int &phase = image.phase[image.index(i, j, k)];
          Point<dim> x;
          for (unsigned int d = 0; d < dim; ++d)
            x[d] = image.centre(i, j, k)[d] + low[d];
          if (phase == nobody && find_in_cell(mesh, *fe, c, x))
            phase = mesh.phases[c];
        }
  }
  if (std::find(image.phase.begin(), image.phase.end(), nobody) != image.phase.end())
    throw InputError("voxels need a mesh that fills its box; this one has holes");
  return image;
}

VoxelImage Microstructure::voxels(const unsigned int n) const
{
  return dimension() == 2 ? rasterize(create_2d(), n) : rasterize(create_3d(), n);
}

template RveMesh<2> voxel_mesh<2>(const VoxelImage &);
template RveMesh<3> voxel_mesh<3>(const VoxelImage &);
template VoxelImage rasterize<2>(const RveMesh<2> &, const unsigned int);
template VoxelImage rasterize<3>(const RveMesh<3> &, const unsigned int);
} // namespace fe2
