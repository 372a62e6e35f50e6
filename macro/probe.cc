// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/errors.h>

#include <macro/probe.h>

#include <deal.II/base/mpi.h>

#include <Eigen/QR>

#include <cmath>
#include <set>

namespace fe2
{
using namespace dealii;

namespace
{
/// Products of powers below n of each unit coordinate.
template <int dim>
Eigen::RowVectorXd polynomials(const Point<dim> &x, const unsigned int n)
{
  Eigen::RowVectorXd p(Eigen::Index(std::lround(std::pow(n, dim))));
  for (Eigen::Index i = 0; i < p.size(); ++i)
  {
    p[i] = 1;
    for (unsigned int d = 0, rest = unsigned(i); d < dim; ++d, rest /= n)
      p[i] *= std::pow(x[d] - 0.5, rest % n);
  }
  return p;
}

/// From values at the quadrature points to coefficients.
template <int dim>
Eigen::MatrixXd fit(const Quadrature<dim> &quadrature, const unsigned int n)
{
  Eigen::MatrixXd values(quadrature.size(), Eigen::Index(std::lround(std::pow(n, dim))));
  for (unsigned int q = 0; q < quadrature.size(); ++q)
    values.row(q) = polynomials(quadrature.point(q), n);
  return Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd>(values).pseudoInverse();
}
} // namespace

template <int dim>
std::vector<std::pair<const typename StressProbe<dim>::Cell *, Point<dim>>>
StressProbe<dim>::holders(const Assembler<dim> &assembler, const Mapping<dim> &mapping, const Point<dim> &x,
                          const double tolerance)
{
  std::vector<std::pair<const Cell *, Point<dim>>> result;
  for (const auto &cell : assembler.cells())
  {
    auto box = cell.iterator->bounding_box();
    box.extend((0.1 + tolerance) * cell.iterator->diameter());
    if (!box.point_inside(x))
      continue;
    try
    {
      const Point<dim> unit = mapping.transform_real_to_unit_cell(cell.iterator, x);
      if (GeometryInfo<dim>::is_inside_unit_cell(unit, tolerance))
        result.emplace_back(&cell, GeometryInfo<dim>::project_to_unit_cell(unit));
    }
    catch (const typename Mapping<dim>::ExcTransformationFailed &)
    {
    }
  }
  return result;
}

template <int dim>
void StressProbe<dim>::locate(const MPI_Comm comm, const Assembler<dim> &assembler, const Mapping<dim> &mapping,
                              const std::vector<Place> &places, const bool lenient, Log &log)
{
  comm_ = comm;
  n_places_ = places.size();
  shares_.clear();
  const auto points = unsigned(std::lround(std::pow(assembler.quadrature().size(), 1. / dim)));
  const unsigned int n =
      assembler.cells().empty() ? 1 : std::min(points, assembler.cells().front().iterator->get_fe().degree + 1);
  const Eigen::MatrixXd coefficients = fit(assembler.quadrature(), n);
  std::set<std::string> between;
  for (std::size_t i = 0; i < places.size(); ++i)
  {
    std::vector<std::pair<const Cell *, Point<dim>>> cells;
    unsigned int found = 0;
    for (double tolerance = 1e-6; found == 0 && tolerance < (lenient ? 1. : 1e-5); tolerance *= 30)
    {
      cells = holders(assembler, mapping, places[i].x, tolerance);
      found = Utilities::MPI::sum(unsigned(cells.size()), comm);
    }
    if (found == 0)
      throw InputError("Output: the point of '" + places[i].name + "' at (" + format(places[i].x[0], 8) + ", " +
                       format(places[i].x[1], 8) + (dim == 3 ? ", " + format(places[i].x[dim - 1], 8) : "") +
                       ") lies outside of the mesh");
    unsigned int region = numbers::invalid_unsigned_int, highest = 0;
    for (const auto &[cell, unit] : cells)
    {
      region = std::min(region, unsigned(cell->iterator->material_id()));
      highest = std::max(highest, unsigned(cell->iterator->material_id()));
    }
    region = Utilities::MPI::min(region, comm);
    if (Utilities::MPI::max(highest, comm) != region && between.insert(places[i].name).second)
      log.warning("'" + places[i].name +
                  "' touches the border of regions, where stresses jump; there they are those of "
                  "the lowest material id");
    unsigned int count = 0;
    for (const auto &[cell, unit] : cells)
      count += cell->iterator->material_id() == region;
    count = Utilities::MPI::sum(count, comm);
    for (const auto &[cell, unit] : cells)
      if (cell->iterator->material_id() == region)
      {
        const Eigen::RowVectorXd weights = polynomials(unit, n) * coefficients / double(count);
        shares_.push_back({i, cell->first_point, {weights.data(), weights.data() + weights.size()}});
      }
  }
}

template <int dim>
std::vector<std::array<double, 12>> StressProbe<dim>::values(const std::vector<MicroResponse> &responses) const
{
  std::vector<double> sums(12 * n_places_, 0.);
  for (const auto &share : shares_)
    for (std::size_t q = 0; q < share.weights.size(); ++q)
    {
      const MicroResponse &r = responses[share.first_point + q];
      for (int c = 0; c < 6; ++c)
      {
        sums[12 * share.place + std::size_t(c)] += share.weights[q] * r.gradient[c] / mandel::factor(c);
        sums[12 * share.place + 6 + std::size_t(c)] += share.weights[q] * r.stress[c] / mandel::factor(c);
      }
    }
  if (n_places_ > 0)
    Utilities::MPI::sum(sums, comm_, sums);
  std::vector<std::array<double, 12>> result(n_places_);
  for (std::size_t i = 0; i < n_places_; ++i)
    std::copy_n(sums.begin() + long(12 * i), 12, result[i].begin());
  return result;
}

template class StressProbe<2>;
template class StressProbe<3>;
} // namespace fe2
