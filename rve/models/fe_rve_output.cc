// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/fe_rve.h>

#include <lib/io/vtu_file.h>

#include <rve/finite_element/node_order.h>

namespace fe2
{
namespace
{
/// Averages over the quadrature points of each cell on the first process: `row` of component-major arrays.
template <int dim>
std::vector<double> cell_averages(const RveSpace<dim> &space, const PhaseArrays &values, const std::size_t row)
{
  std::vector<double> mine;
  for (const auto &cell : space.cells())
  {
    const auto &weights = space.shapes()[cell.shape].weights;
    double sum = 0, total = 0;
    for (unsigned int q = 0; q < space.n_q(); ++q)
    {
      sum += weights[q] * values[cell.phase][row * space.n_points(cell.phase) + cell.first_point + q];
      total += weights[q];
    }
    mine.push_back(sum / total);
  }
  return space.gather_cells(mine);
}

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
bool FeRve<dim>::write_fields(const PointDefinition &, const PointState &state, const std::string &basename) const
{
  const Vector6 gradient = state.virgin()
                               ? Vector6(Vector6::Zero())
                               : Vector6(axes_.transpose() * Eigen::Map<const Vector6>(state.gradient.data()));
  std::vector<double> w = state.fluctuation;
  w.resize(space_.n_free());
  space_.strains(gradient, w.data(), strain_);
  // With dt = 0 and the committed strain the material returns the committed stress.
  Increment standstill;
  for (const double f : state.fields)
    standstill.fields.push_back({f, f});
  const char *fault = evaluate_phases(standstill, strain_, history_of(state), &stress_, nullptr, nullptr);
  if (fault != nullptr)
    return false;

  const auto &mesh = space_.mesh();
  VtuGrid grid = make_grid(mesh);
  const auto strain_tensor = mandel::to_tensor(gradient);
  VtuField displacement{"displacement", 3, {}};
  for (std::size_t n = 0; n < mesh.nodes.size(); ++n)
    for (unsigned int k = 0; k < 3; ++k)
    {
      const int free = space_.node_map()[n];
      double u = free < 0 ? 0. : w[3 * std::size_t(free) + k];
      for (unsigned int d = 0; d < dim; ++d)
        // Out-of-plane shear of a prism: u_3 = 2 eps_3d x_d, u_d does not depend on x_3 in the plane.
        u += (dim == 2 && k == 2 ? 2. : 1.) * strain_tensor[k][d] * mesh.nodes[n][d];
      displacement.values.push_back(u);
    }
  grid.point_fields.push_back(displacement);

  grid.cell_fields.push_back({"phase", 1, std::vector<double>(mesh.phases.begin(), mesh.phases.end())});
  const auto &names = component_names(Kinematics::small_strain);
  std::vector<Vector6> stress(mesh.n_cells());
  for (const bool is_strain : {true, false})
    for (unsigned int i = 0; i < 6; ++i)
    {
      VtuField field{(is_strain ? "strain_" : "stress_") + names[i], 1,
                     cell_averages(space_, is_strain ? strain_ : stress_, i)};
      for (std::size_t c = 0; c < field.values.size() && !is_strain; ++c)
        stress[c][int(i)] = field.values[c];
      for (double &x : field.values)
        x /= mandel::factor(int(i));
      grid.cell_fields.push_back(field);
    }
  VtuField von_mises{"von_mises", 1, {}};
  for (const auto &s : stress)
    von_mises.values.push_back(mandel::von_mises(s));
  grid.cell_fields.push_back(von_mises);
  add_history_fields(state, grid);
  int rank;
  MPI_Comm_rank(space_.comm(), &rank);
  if (rank == 0)
    write_vtu(basename + ".vtu", grid);
  return true;
}

/// Scalar measures such as the equivalent plastic strain; zero in phases without.
template <int dim>
void FeRve<dim>::add_history_fields(const PointState &state, VtuGrid &grid) const
{
  const auto &history = history_of(state);
  std::map<std::string, PhaseArrays> fields;
  std::size_t offset = 0;
  for (unsigned int p = 0; p < phases_.size(); ++p)
  {
    const std::size_t n = space_.n_points(p);
    for (const auto &name : phases_[p].material->history_names())
    {
      if (name.rfind("equivalent", 0) == 0)
      {
        auto &arrays = fields[name];
        if (arrays.empty())
          arrays = space_.make_arrays(1);
        std::copy_n(history.begin() + long(offset), n, arrays[p].begin());
      }
      offset += n;
    }
  }
  for (const auto &[name, arrays] : fields)
    grid.cell_fields.push_back({name, 1, cell_averages(space_, arrays, 0)});
}

template bool FeRve<2>::write_fields(const PointDefinition &, const PointState &, const std::string &) const;
template bool FeRve<3>::write_fields(const PointDefinition &, const PointState &, const std::string &) const;
} // namespace fe2
