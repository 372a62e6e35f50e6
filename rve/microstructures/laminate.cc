// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Layers normal to an axis in a unit cell; layer i has phase i (modulo the number of phases). Exact on any mesh and any
 * voxels that fit the interfaces, since strains are piecewise constant.
 */
#include <rve/microstructure.h>

#include <lib/base/log.h>

#include <algorithm>
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
    p.add("Elements", elements_, "Elements (at least so many voxels) across the thinnest layer.", 1, 10000);
    p.add("Elements in plane", in_plane_, "Elements or voxels (at least two) along each other axis.", 1, 10000);
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
  VoxelImage voxels(const unsigned int n) const override;
  std::string describe() const override { return note_; }

private:
  bool fits(const unsigned int n) const;
  unsigned int fitting_number() const;
  std::vector<unsigned int> ends_of_layers(const unsigned int n) const;
  template <int dim>
  RveMesh<dim> make() const;

  unsigned int dimension_ = 2, normal_ = 1, elements_ = 2, in_plane_ = 1, n_phases_ = 1;
  std::vector<double> fractions_;
  mutable std::string note_; ///< on the last voxels
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

/// Whether n voxels have all interfaces between them.
bool Laminate::fits(const unsigned int n) const
{
  double end = 0;
  for (const double f : fractions_)
  {
    end += f * n;
    if (std::abs(end - std::round(end)) > 1e-6)
      return false;
  }
  return true;
}

/// The least number of voxels along the normal that fits, with 'Elements' across the thinnest layer; 0: none does.
unsigned int Laminate::fitting_number() const
{
  constexpr unsigned int most = 4096;
  const double thinnest = *std::min_element(fractions_.begin(), fractions_.end());
  for (auto n = static_cast<unsigned int>(std::ceil(elements_ / thinnest * (1 - 1e-9))); n <= most; ++n)
    if (fits(n))
      return n;
  return 0;
}

/// Voxels along the normal up to the end of each layer. Throws InputError where a layer is left without.
std::vector<unsigned int> Laminate::ends_of_layers(const unsigned int n) const
{
  const unsigned int fitting = fitting_number();
  const std::string cure = fitting > 0 ? "; " + std::to_string(fitting) + " voxels fit ('Resolution' = 0 takes them)"
                                       : "; no number of voxels up to 4096 fits, change 'Fractions' a little";
  std::vector<unsigned int> ends;
  std::string got, asked;
  double end = 0;
  for (const double f : fractions_)
  {
    const unsigned int begin = ends.empty() ? 0 : ends.back();
    end += f;
    ends.push_back(static_cast<unsigned int>(std::lround(end * n)));
    if (ends.back() == begin)
      throw InputError("a layer of thickness " + format(f) + " gets no voxel of " + std::to_string(n) +
                       " along the normal of the laminate" + cure);
    got += (got.empty() ? "" : ", ") + format(double(ends.back() - begin) / n, 5);
    asked += (asked.empty() ? "" : ", ") + format(f, 5);
  }
  note_ = fits(n) ? ""
                  : "Warning: " + std::to_string(n) + " voxels do not fit the layers, which become " + got +
                        " instead of " + asked + cure;
  return ends;
}

VoxelImage Laminate::voxels(const unsigned int n) const
{
  const unsigned int along = n > 0 ? n : fitting_number();
  if (along == 0)
    throw InputError("no number of voxels up to 4096 along the normal of the laminate has its interfaces between "
                     "voxels and " +
                     std::to_string(elements_) +
                     " of them ('Elements') in the thinnest layer; give 'Resolution', or change 'Fractions' a little");
  const auto ends = ends_of_layers(along);
  VoxelImage image;
  image.dimension = dimension_;
  // Two at least in the plane: FFTW cannot share a single row among processes.
  for (unsigned int d = 0; d < dimension_; ++d)
    image.n[d] = d + 1 == normal_ ? along : n > 0 ? n : std::max(2u, in_plane_);
  for (unsigned int k = 0; k < image.n[2]; ++k)
    for (unsigned int j = 0; j < image.n[1]; ++j)
      for (unsigned int i = 0; i < image.n[0]; ++i)
      {
        const unsigned int index[3] = {i, j, k};
        const auto layer = std::upper_bound(ends.begin(), ends.end(), index[normal_ - 1]) - ends.begin();
        image.phase.push_back(unsigned(layer) % n_phases_);
      }
  return image;
}

const Registry<Microstructure>::Add add("laminate", "Layers normal to an axis",
                                        [] { return std::make_unique<Laminate>(); });
} // namespace
} // namespace fe2
