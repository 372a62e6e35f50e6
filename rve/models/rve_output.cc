// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/rve_output.h>

#include <lib/io/vtu_file.h>

#include <rve/finite_element/node_order.h>

namespace fe2
{
namespace
{
template <int dim>
VtuGrid make_grid(const RveMesh<dim> &mesh)
{
  VtuGrid grid;
  for (const auto &x : mesh.nodes)
    for (unsigned int d = 0; d < 3; ++d)
      grid.points.push_back(d < dim ? x[d] : 0.);
  grid.nodes_per_cell = mesh.nodes_per_cell();
  grid.cell_type = vtk_type(dim, mesh.kind, mesh.degree);
  const auto order = vtk_order<dim>(mesh.kind, mesh.degree);
  for (std::size_t c = 0; c < mesh.n_cells(); ++c)
    for (const unsigned int i : order)
      grid.connectivity.push_back(mesh.cell(c)[i]);
  return grid;
}
} // namespace

template <int dim>
void write_rve_fields(const std::string &basename, const RveMesh<dim> &mesh, const Vector6 &gradient,
                      const std::function<double(std::size_t, unsigned int)> &fluctuation,
                      const std::array<std::vector<double>, 6> &strain,
                      const std::array<std::vector<double>, 6> &stress,
                      const std::map<std::string, std::vector<double>> &histories)
{
  VtuGrid grid = make_grid(mesh);
  const auto tensor = mandel::to_tensor(gradient);
  VtuField displacement{"displacement", 3, {}};
  for (std::size_t n = 0; n < mesh.nodes.size(); ++n)
    for (unsigned int k = 0; k < 3; ++k)
    {
      double u = fluctuation(n, k);
      for (unsigned int d = 0; d < dim; ++d)
        // Out-of-plane shear of a prism: u_3 = 2 eps_3d x_d, u_d does not depend on x_3 in the plane.
        u += (dim == 2 && k == 2 ? 2. : 1.) * tensor[k][d] * mesh.nodes[n][d];
      displacement.values.push_back(u);
    }
  grid.point_fields.push_back(displacement);

  grid.cell_fields.push_back({"phase", 1, std::vector<double>(mesh.phases.begin(), mesh.phases.end())});
  const auto &names = component_names(Kinematics::small_strain);
  for (const bool is_strain : {true, false})
    for (unsigned int i = 0; i < 6; ++i)
    {
      VtuField field{(is_strain ? "strain_" : "stress_") + names[i], 1, is_strain ? strain[i] : stress[i]};
      for (double &x : field.values)
        x /= mandel::factor(int(i));
      grid.cell_fields.push_back(field);
    }
  VtuField von_mises{"von_mises", 1, {}};
  for (std::size_t c = 0; c < stress[0].size(); ++c)
  {
    Vector6 s;
    for (int i = 0; i < 6; ++i)
      s[i] = stress[std::size_t(i)][c];
    von_mises.values.push_back(mandel::von_mises(s));
  }
  grid.cell_fields.push_back(von_mises);
  for (const auto &[name, values] : histories)
    grid.cell_fields.push_back({name, 1, values});
  write_vtu(basename + ".vtu", grid);
}

template void write_rve_fields<2>(const std::string &, const RveMesh<2> &, const Vector6 &,
                                  const std::function<double(std::size_t, unsigned int)> &,
                                  const std::array<std::vector<double>, 6> &,
                                  const std::array<std::vector<double>, 6> &,
                                  const std::map<std::string, std::vector<double>> &);
template void write_rve_fields<3>(const std::string &, const RveMesh<3> &, const Vector6 &,
                                  const std::function<double(std::size_t, unsigned int)> &,
                                  const std::array<std::vector<double>, 6> &,
                                  const std::array<std::vector<double>, 6> &,
                                  const std::map<std::string, std::vector<double>> &);
} // namespace fe2
