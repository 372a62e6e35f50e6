// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/fe_rve.h>
#include <rve/models/rve_output.h>

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
} // namespace

template <int dim>
void FeRve<dim>::internal_forces(const PhaseArrays &stress, std::vector<double> &force) const
{
  Eigen::VectorXd free = Eigen::VectorXd::Zero(Eigen::Index(space_.n_free()));
  space_.forces(stress, free.data());
  solver_->project(free); // those of the multipliers would be all that is left
  force.assign(free.data(), free.data() + free.size());
}

template <int dim>
bool FeRve<dim>::solve_forces(const SharedOperator &shared, std::vector<double> &first,
                              std::vector<double> &second) const
{
  if (first.empty())
    return true;
  const auto n = Eigen::Index(first.size());
  Eigen::MatrixXd columns(n, 2);
  columns << Eigen::Map<const Eigen::VectorXd>(first.data(), n), Eigen::Map<const Eigen::VectorXd>(second.data(), n);
  const bool solved = static_cast<const FactorizedOperator &>(shared).solver->solve(columns);
  std::copy_n(columns.col(0).data(), n, first.begin());
  std::copy_n(columns.col(1).data(), n, second.begin());
  return solved;
}

template <int dim>
const char *FeRve<dim>::recover_fields(const PointState &state) const
{
  std::vector<double> w = state.fluctuation;
  w.resize(space_.n_free());
  return recover(state, w);
}

template <int dim>
bool FeRve<dim>::write_fields(const PointDefinition &, const PointState &state, const std::string &basename) const
{
  if (recover_fields(state) != nullptr)
    return false;
  std::vector<double> w = state.fluctuation;
  w.resize(space_.n_free());
  std::array<std::vector<double>, 6> strain, stress;
  for (std::size_t i = 0; i < 6; ++i)
  {
    strain[i] = cell_averages(space_, strain_, i);
    stress[i] = cell_averages(space_, stress_, i);
  }
  std::map<std::string, std::vector<double>> histories;
  for (const auto &[name, arrays] : shown_histories(state))
    histories[name] = cell_averages(space_, arrays, 0);
  int rank;
  MPI_Comm_rank(space_.comm(), &rank);
  if (rank == 0)
    write_rve_fields(
        basename, space_.mesh(), gradient_of(state),
        [&](const std::size_t node, const unsigned int k)
        {
          const int free = space_.node_map()[node];
          return free < 0 ? 0. : w[3 * std::size_t(free) + k];
        },
        strain, stress, histories);
  return true;
}

template void FeRve<2>::internal_forces(const PhaseArrays &, std::vector<double> &) const;
template void FeRve<3>::internal_forces(const PhaseArrays &, std::vector<double> &) const;
template bool FeRve<2>::solve_forces(const SharedOperator &, std::vector<double> &, std::vector<double> &) const;
template bool FeRve<3>::solve_forces(const SharedOperator &, std::vector<double> &, std::vector<double> &) const;
template const char *FeRve<2>::recover_fields(const PointState &) const;
template const char *FeRve<3>::recover_fields(const PointState &) const;
template bool FeRve<2>::write_fields(const PointDefinition &, const PointState &, const std::string &) const;
template bool FeRve<3>::write_fields(const PointDefinition &, const PointState &, const std::string &) const;
} // namespace fe2
