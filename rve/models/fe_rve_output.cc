// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/fe_rve.h>

#include <deal.II/numerics/data_out.h>

#include <fstream>

namespace fe2
{
namespace
{
using namespace dealii;

/// Averages over the quadrature points of each cell, one vector for each Mandel component as tensor components.
template <int dim>
std::vector<Vector<double>> cell_averages(const RveSpace<dim> &space, const PhaseArrays &values)
{
  std::vector<Vector<double>> result(6, Vector<double>(unsigned(space.cells().size())));
  for (std::size_t c = 0; c < space.cells().size(); ++c)
  {
    const auto &cell = space.cells()[c];
    const auto &weights = space.shapes()[cell.shape].weights;
    const std::size_t stride = space.n_points(cell.phase);
    for (unsigned int i = 0; i < 6; ++i)
    {
      double sum = 0, total = 0;
      for (unsigned int q = 0; q < space.n_q(); ++q)
      {
        sum += weights[q] * values[cell.phase][i * stride + cell.first_point + q];
        total += weights[q];
      }
      result[i][unsigned(c)] = sum / total / mandel::factor(int(i));
    }
  }
  return result;
}
} // namespace

template <int dim>
bool FeRve<dim>::write_fields(const PointState &state, const std::string &basename) const
{
  const Vector6 gradient = state.virgin()
                               ? Vector6(Vector6::Zero())
                               : Vector6(axes_.transpose() * Eigen::Map<const Vector6>(state.gradient.data()));
  std::vector<double> w = state.fluctuation;
  w.resize(space_.n_free());
  space_.strains(gradient, w.data(), strain_);
  // With dt = 0 and the committed strain the material returns the committed stress.
  const char *fault = evaluate_phases(Increment(), strain_, history_of(state), &stress_, nullptr, nullptr);
  if (fault != nullptr)
    return false;

  const auto &dofs = space_.dof_handler();
  std::vector<Point<dim>> points(dofs.n_dofs());
  DoFTools::map_dofs_to_support_points(MappingQ1<dim>(), dofs, points);
  const auto strain_tensor = mandel::to_tensor(gradient);
  std::vector<Vector<double>> displacement(3, Vector<double>(dofs.n_dofs()));
  for (unsigned int n = 0; n < dofs.n_dofs(); ++n)
    for (unsigned int k = 0; k < 3; ++k)
    {
      const int free = space_.node_map()[n];
      double u = free < 0 ? 0. : w[3 * std::size_t(free) + k];
      for (unsigned int d = 0; d < dim; ++d)
        // Out-of-plane shear of a prism: u_3 = 2 eps_3d x_d, u_d does not depend on x_3 in the plane.
        u += (dim == 2 && k == 2 ? 2. : 1.) * strain_tensor[k][d] * points[n][d];
      displacement[k][n] = u;
    }

  DataOut<dim> out;
  out.attach_dof_handler(dofs);
  for (unsigned int k = 0; k < 3; ++k)
    out.add_data_vector(displacement[k], "displacement_" + std::to_string(k + 1));
  Vector<double> phase(unsigned(space_.cells().size())), von_mises(phase);
  for (unsigned int c = 0; c < phase.size(); ++c)
    phase[c] = space_.cells()[c].phase;
  out.add_data_vector(phase, "phase", DataOut<dim>::type_cell_data);
  const auto strain = cell_averages(space_, strain_), stress = cell_averages(space_, stress_);
  const auto &names = component_names(Kinematics::small_strain);
  for (unsigned int i = 0; i < 6; ++i)
  {
    out.add_data_vector(strain[i], "strain_" + names[i], DataOut<dim>::type_cell_data);
    out.add_data_vector(stress[i], "stress_" + names[i], DataOut<dim>::type_cell_data);
  }
  for (unsigned int c = 0; c < phase.size(); ++c)
  {
    Vector6 s;
    for (unsigned int i = 0; i < 6; ++i)
      s[int(i)] = stress[i][c] * mandel::factor(int(i));
    von_mises[c] = mandel::von_mises(s);
  }
  out.add_data_vector(von_mises, "von_mises", DataOut<dim>::type_cell_data);
  out.build_patches(settings_.degree);
  std::ofstream file(basename + ".vtu");
  out.write_vtu(file);
  if (!file)
    throw RunError("the micro fields cannot be written to '" + basename + ".vtu'");
  return true;
}

template bool FeRve<2>::write_fields(const PointState &, const std::string &) const;
template bool FeRve<3>::write_fields(const PointState &, const std::string &) const;
} // namespace fe2
