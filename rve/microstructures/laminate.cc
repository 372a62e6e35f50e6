// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Layers normal to an axis in a unit cell; layer i has phase i (modulo the number of phases). Exact on any mesh that
 * fits the interfaces, since strains are piecewise constant.
 */
#include <rve/microstructure.h>

#include <lib/base/log.h>

#include <cmath>
#include <numeric>

namespace fe2
{
namespace
{
class Laminate : public Microstructure
{
public:
  void declare(Parameters &p) override
  {
    p.add("Dimension", dimension_, "2: a prism along 'Prism axis', layers normal to one of its plane's axes; 3.", 2, 3);
    p.add("Normal", normal_, "Axis of the RVE normal to the layers, 1 to 'Dimension'.", 1, 3);
    p.add("Fractions", fractions_,
          "Thickness of each layer; their sum is 1. Layers have the phases in turn, over and over.",
          Range{0, 1, true, false});
    p.add("Elements", elements_, "Elements across the thinnest layer.", 1, 10000);
    p.add("Elements in plane", in_plane_, "Elements along each other axis.", 1, 10000);
  }
  void validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases) override
  {
    n_phases_ = unsigned(phases.size());
    if (normal_ > dimension_)
      faults.add(p.where("Normal"), std::to_string(normal_), "must not exceed the dimension");
    const double sum = std::accumulate(fractions_.begin(), fractions_.end(), 0.);
    if (fractions_.size() < phases.size())
      faults.add(p.where("Fractions"), "",
                 std::to_string(fractions_.size()) + " layers for " + std::to_string(phases.size()) +
                     " phases; give a fraction for each layer");
    else if (std::abs(sum - 1) > 1e-9)
      faults.add(p.where("Fractions"), "", "the sum is " + format(sum, 10) + " instead of 1");
  }
  unsigned int dimension() const override { return dimension_; }
  RveMesh<2> create_2d() const override { return make<2>(); }
  RveMesh<3> create_3d() const override { return make<3>(); }

private:
  template <int dim>
  RveMesh<dim> make() const;

  unsigned int dimension_ = 2, normal_ = 1, elements_ = 2, in_plane_ = 1, n_phases_ = 1;
  std::vector<double> fractions_;
};

template <int dim>
RveMesh<dim> Laminate::make() const
{
  // Coordinates along each axis; phases of the slices along the normal.
  std::array<std::vector<double>, dim> x;
  std::vector<unsigned int> phase;
  const double thinnest = *std::min_element(fractions_.begin(), fractions_.end());
  for (unsigned int d = 0; d < dim; ++d)
  {
    x[d] = {0.};
    if (d + 1 != normal_)
      for (unsigned int i = 1; i <= in_plane_; ++i)
        x[d].push_back(double(i) / in_plane_);
    else
      for (std::size_t l = 0; l < fractions_.size(); ++l)
      {
        const double begin = x[d].back();
        const auto n = static_cast<unsigned int>(std::ceil(elements_ * std::min(fractions_[l] / thinnest, 10.) - 1e-9));
        for (unsigned int i = 1; i <= n; ++i)
        {
          x[d].push_back(begin + fractions_[l] * i / n);
          phase.push_back(unsigned(l) % n_phases_);
        }
      }
    x[d].back() = 1;
  }
  RveMesh<dim> mesh;
  std::array<std::size_t, 3> n = {1, 1, 1};
  for (unsigned int d = 0; d < dim; ++d)
  {
    n[d] = x[d].size();
    mesh.lattice[d][d] = 1;
  }
  const auto vertex = [&n](const std::size_t i, const std::size_t j, const std::size_t k)
  { return static_cast<unsigned int>((k * n[1] + j) * n[0] + i); };
  for (std::size_t k = 0; k < n[2]; ++k)
    for (std::size_t j = 0; j < n[1]; ++j)
      for (std::size_t i = 0; i < n[0]; ++i)
      {
        dealii::Point<dim> p;
        const std::size_t index[3] = {i, j, k};
        for (unsigned int d = 0; d < dim; ++d)
          p[d] = x[d][index[d]];
        mesh.nodes.push_back(p);
        if (i + 1 >= n[0] || j + 1 >= n[1] || (dim == 3 && k + 1 >= n[2]))
          continue;
        std::vector<unsigned int> cell;
        for (unsigned int v = 0; v < (1u << dim); ++v)
          cell.push_back(vertex(i + (v & 1), j + (v >> 1 & 1), k + (v >> 2 & 1)));
        mesh.add_cell(cell, phase[index[normal_ - 1]]);
      }
  return mesh;
}

const Registry<Microstructure>::Add add("laminate", "Layers normal to an axis",
                                        [] { return std::make_unique<Laminate>(); });
} // namespace
} // namespace fe2
