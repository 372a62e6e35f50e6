// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Strains and stresses at points and along lines.
 */
#include <macro/output.h>

namespace fe2
{
using namespace dealii;

template <int dim>
Point<dim> MacroOutput<dim>::place_on(const OutputSettings::NamedLine &line, const unsigned int i)
{
  const double s = double(i) / (line.n - 1);
  Point<dim> x;
  for (unsigned int d = 0; d < dim; ++d)
    x[d] = (1 - s) * line.from[d] + s * line.to[d];
  return x;
}

template <int dim>
void MacroOutput<dim>::locate_stresses()
{
  const auto &s = problem_.settings_.output;
  std::vector<typename StressProbe<dim>::Place> places;
  for (const auto &point : s.stress_points)
  {
    Point<dim> x;
    for (unsigned int d = 0; d < dim; ++d)
      x[d] = point.x[d];
    places.push_back({point.name, x});
  }
  for (const auto &line : s.stress_lines)
    for (unsigned int i = 0; i < line.n; ++i)
      places.push_back({line.name, place_on(line, i)});
  stresses_.locate(problem_.comm_, *problem_.assembler_, *problem_.mapping_, places, located_, problem_.log_);
}

/// Those of the points to the row of the history, those of the lines to their tables.
template <int dim>
void MacroOutput<dim>::append_stresses(std::vector<double> &row)
{
  const auto &s = problem_.settings_.output;
  const auto values = stresses_.values(problem_.responses_);
  auto value = values.begin();
  for (std::size_t i = 0; i < s.stress_points.size(); ++i, ++value)
    row.insert(row.end(), value->begin(), value->end());
  for (std::size_t l = 0; l < lines_.size(); ++l)
    for (unsigned int i = 0; i < s.stress_lines[l].n; ++i, ++value)
    {
      const Point<dim> x = place_on(s.stress_lines[l], i);
      std::vector<double> entries = {problem_.time_, x.distance(place_on(s.stress_lines[l], 0))};
      for (unsigned int d = 0; d < dim; ++d)
        entries.push_back(x[d]);
      entries.insert(entries.end(), value->begin(), value->end());
      lines_[l].append(entries);
    }
}

template <int dim>
void MacroOutput<dim>::open_lines()
{
  std::vector<std::string> names = {"time", "distance"};
  for (unsigned int d = 0; d < dim; ++d)
    names.emplace_back(1, "xyz"[d]);
  for (const char *quantity : {"strain_", "stress_"})
    for (const auto &c : component_names(Kinematics::small_strain))
      names.push_back(quantity + c);
  for (const auto &line : problem_.settings_.output.stress_lines)
    lines_.emplace_back().open(folder_.file("line_" + line.name + ".csv"),
                               units_comment() + "; extrapolated from the quadrature points of each cell", names);
}

template void MacroOutput<2>::locate_stresses();
template void MacroOutput<3>::locate_stresses();
template void MacroOutput<2>::append_stresses(std::vector<double> &);
template void MacroOutput<3>::append_stresses(std::vector<double> &);
template void MacroOutput<2>::open_lines();
template void MacroOutput<3>::open_lines();
} // namespace fe2
