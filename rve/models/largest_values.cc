// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Largest values of each phase among its quadrature points, and where.
 */
#include <rve/models/rve_model.h>

#include <Eigen/Eigenvalues>

#include <algorithm>

#include <limits>

namespace fe2
{
namespace
{
double largest_principal(const Vector6 &v)
{
  Eigen::Matrix3d m;
  for (unsigned int i = 0; i < 3; ++i)
    for (unsigned int j = 0; j < 3; ++j)
      m(int(i), int(j)) = v[mandel::index(i, j)] / mandel::factor(mandel::index(i, j));
  return Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(m, Eigen::EigenvaluesOnly).eigenvalues().maxCoeff();
}
} // namespace

/// The largest of a function of a phase's points over all processes.
LargestValue RveModel::largest_of(const std::string &name, const unsigned int phase,
                                  const std::function<double(std::size_t)> &value) const
{
  struct
  {
    double value;
    int rank;
  } mine{std::numeric_limits<double>::lowest(), 0}, all;
  MPI_Comm_rank(points_.comm(), &mine.rank);
  const int rank = mine.rank;
  std::size_t at = 0;
  for (std::size_t q = 0; q < points_.n(phase); ++q)
    if (const double x = value(q); x > mine.value)
    {
      mine.value = x;
      at = q;
    }
  MPI_Allreduce(&mine, &all, 1, MPI_DOUBLE_INT, MPI_MAXLOC, points_.comm());
  LargestValue result{name, all.value, {}};
  if (all.rank == rank && points_.n(phase) > 0)
    result.place = position(phase, at);
  double x[3] = {result.place[0], result.place[1], result.place[2]};
  MPI_Bcast(x, 3, MPI_DOUBLE, all.rank, points_.comm());
  result.place = dealii::Point<3>(x[0], x[1], x[2]);
  return result;
}

std::vector<LargestValue> RveModel::largest_values(const PointDefinition &, const PointState &state) const
{
  if (recover_fields(state) != nullptr)
    return {};
  std::vector<LargestValue> result;
  const auto histories = shown_histories(state);
  for (unsigned int p = 0; p < phases_.size(); ++p)
  {
    if (points_.n_all(p) == 0)
      continue;
    const std::size_t n = points_.n(p);
    const auto at = [n](const std::vector<double> &values, const std::size_t q)
    {
      Vector6 v;
      for (std::size_t i = 0; i < 6; ++i)
        v[int(i)] = values[i * n + q];
      return v;
    };
    result.push_back(largest_of("von_mises_" + phases_[p].name, p,
                                [&](const std::size_t q) { return mandel::von_mises(at(stress_[p], q)); }));
    result.push_back(largest_of("principal_stress_" + phases_[p].name, p,
                                [&](const std::size_t q) { return largest_principal(at(stress_[p], q)); }));
    result.push_back(largest_of("principal_strain_" + phases_[p].name, p,
                                [&](const std::size_t q) { return largest_principal(at(strain_[p], q)); }));
    for (const auto &[name, arrays] : histories)
    {
      const auto own = phases_[p].material->history_names();
      if (std::find(own.begin(), own.end(), name) != own.end())
        result.push_back(
            largest_of(name + "_" + phases_[p].name, p, [&](const std::size_t q) { return arrays[p][q]; }));
    }
  }
  return result;
}
} // namespace fe2
