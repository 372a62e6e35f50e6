// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Periodic polycrystal: grains are the cells of a Laguerre tessellation (voro++; Rycroft, Chaos 19 (2009) 041111) of
 * packed spheres whose sizes have the wanted log-normal distribution, so that the grains have nearly that distribution
 * (Fan, Wu, Zhao, Lu, Comput. Mater. Sci. 29 (2004) 301). As voxels.
 */
#include <rve/microstructure.h>
#include <rve/packing.h>

#include <lib/base/log.h>

#include <voro++/voro++.hh>

#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace fe2
{
namespace
{
struct Grains
{
  Packing generators; ///< with radii
  std::vector<unsigned int> phase;
  double mean_volume = 0, scatter = 0, mean_faces = 0;
};

class Voronoi : public Microstructure
{
public:
  void declare(Parameters &p) override
  {
    p.add("Dimension", dimension_, "2: columnar grains of a prism; 3.", 2, 3);
    p.add("Diameter", diameter_, "Mean grain diameter, that of a sphere of equal volume [length].", Range::positive);
    p.add("Size", size_, "Edge of the periodic cell over the mean diameter.", Range::positive);
    p.add("Diameter scatter", scatter_, "Standard deviation of log-normal diameters over their mean; 0: equal sizes.",
          Range::between(0, 1));
    p.add(
        "Fractions", fractions_,
        "Volume fraction of each phase; grains get theirs at random so that these are met as well as possible. Empty: "
        "equal.",
        Range::fraction);
    p.add("Seed", seed_, "Of the random numbers: equal seeds give equal microstructures.", 0);
    p.add("Resolution", resolution_, "Voxels along the mean diameter.", 1, 10000);
  }
  void validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases) override
  {
    if (fractions_.empty())
      fractions_.assign(phases.size(), 1. / double(phases.size()));
    const double sum = std::accumulate(fractions_.begin(), fractions_.end(), 0.);
    if (fractions_.size() != phases.size())
      faults.add(p.where("Fractions"), "",
                 std::to_string(fractions_.size()) + " fractions for " + std::to_string(phases.size()) + " phases");
    else if (std::abs(sum - 1) > 1e-9)
      faults.add(p.where("Fractions"), "", "the sum is " + format(sum, 10) + " instead of 1");
  }
  unsigned int dimension() const override { return dimension_; }
  RveMesh<2> create_2d() const override { return voxel_mesh<2>(voxels(0)); }
  RveMesh<3> create_3d() const override { return voxel_mesh<3>(voxels(0)); }
  bool is_random() const override { return true; }
  void set_instance(const unsigned int instance) override
  {
    instance_ = instance;
    grains_.reset();
  }
  VoxelImage voxels(const unsigned int n) const override;
  std::string describe() const override
  {
    const Grains &g = grains();
    return std::to_string(g.phase.size()) + " grains, volumes scatter by " + format(100 * g.scatter, 3) + " %" +
           (dimension_ == 3 ? ", " + format(g.mean_faces, 3) + " faces each" : "") + ", seed " +
           std::to_string(seed_ + instance_);
  }

private:
  const Grains &grains() const;
  std::vector<double> measure(Grains &grains) const;
  unsigned int grain_at(const Packing &generators, const Eigen::Vector3d &x) const;

  unsigned int dimension_ = 3, seed_ = 1, instance_ = 0, resolution_ = 8;
  double diameter_ = 1, size_ = 4, scatter_ = 0.2;
  std::vector<double> fractions_;
  mutable std::optional<Grains> grains_;
};

/// Volumes of the grains; faces by voro++ (a prism's grains are counted by pixels).
std::vector<double> Voronoi::measure(Grains &g) const
{
  const Packing &list = g.generators;
  std::vector<double> volumes(list.particles.size(), 0.);
  if (dimension_ == 2)
  {
    constexpr unsigned int n = 256;
    for (unsigned int j = 0; j < n; ++j)
      for (unsigned int i = 0; i < n; ++i)
        volumes[grain_at(list, {(i + 0.5) * list.size[0] / n, (j + 0.5) * list.size[1] / n, 0})] +=
            list.volume() / (n * n);
    return volumes;
  }
  voro::container_poly container(0, list.size[0], 0, list.size[1], 0, list.size[2], 4, 4, 4, true, true, true, 8);
  for (std::size_t i = 0; i < list.particles.size(); ++i)
  {
    const auto &p = list.particles[i];
    container.put(int(i), p.centre[0], p.centre[1], p.centre[2], p.half_axes[0]);
  }
  voro::c_loop_all loop(container);
  voro::voronoicell cell;
  if (loop.start())
    do
      if (container.compute_cell(cell, loop))
      {
        volumes[std::size_t(loop.pid())] = cell.volume();
        g.mean_faces += double(cell.number_of_faces()) / double(volumes.size());
      }
    while (loop.inc());
  return volumes;
}

const Grains &Voronoi::grains() const
{
  if (grains_)
    return *grains_;
  Grains g;
  RandomNumbers random(std::uint64_t(seed_) + instance_);
  auto &list = g.generators;
  list.dimension = dimension_;
  for (unsigned int d = 0; d < dimension_; ++d)
    list.size[d] = size_ * diameter_;
  const double sphere = dimension_ == 2 ? std::acos(-1.) / 4 : std::acos(-1.) / 6;
  const auto n = std::size_t(std::max(2l, std::lround(std::pow(size_, double(dimension_)) / sphere)));
  const double variance = std::log(1 + scatter_ * scatter_), packed = dimension_ == 2 ? 0.7 : 0.5;
  double volume = 0;
  for (std::size_t i = 0; i < n; ++i)
  {
    Particle p;
    p.half_axes.head(dimension_).setConstant(0.5 * std::exp(std::sqrt(variance) * random.normal() - 0.5 * variance));
    volume += particle_volume(p, dimension_);
    list.particles.push_back(p);
  }
  for (auto &p : list.particles)
    p.half_axes *= std::pow(packed * list.volume() / volume, 1. / dimension_);
  pack(list, 0, random);

  const auto volumes = measure(g);
  g.mean_volume = list.volume() / double(n);
  for (const double v : volumes)
    g.scatter += std::pow(v / g.mean_volume - 1, 2) / double(n);
  g.scatter = std::sqrt(g.scatter);
  // Generators are in random order: each grain goes to the phase that lacks most.
  std::vector<double> missing = fractions_;
  for (const double v : volumes)
  {
    const auto most = std::max_element(missing.begin(), missing.end());
    g.phase.push_back(unsigned(most - missing.begin()));
    *most -= v / list.volume();
  }
  grains_ = g;
  return *grains_;
}

/// Least power distance |x - c|^2 - r^2.
unsigned int Voronoi::grain_at(const Packing &list, const Eigen::Vector3d &x) const
{
  unsigned int best = 0;
  double least = std::numeric_limits<double>::max();
  for (unsigned int i = 0; i < list.particles.size(); ++i)
  {
    const auto &p = list.particles[i];
    const double power = list.nearest(x - p.centre).squaredNorm() - p.half_axes[0] * p.half_axes[0];
    if (power < least)
    {
      least = power;
      best = i;
    }
  }
  return best;
}

VoxelImage Voronoi::voxels(const unsigned int n) const
{
  const Grains &g = grains();
  const double edge = size_ * diameter_;
  return sample(dimension_, {edge, edge, edge}, n == 0 ? unsigned(std::lround(resolution_ * size_)) : n,
                [&](const dealii::Point<3> &x)
                { return g.phase[grain_at(g.generators, Eigen::Vector3d(x[0], x[1], x[2]))]; });
}

const Registry<Microstructure>::Add add("voronoi", "Polycrystal: Laguerre tessellation with a grain-size distribution",
                                        [] { return std::make_unique<Voronoi>(); });
} // namespace
} // namespace fe2
