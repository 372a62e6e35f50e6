// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Random periodic arrangements of fibres (discs of a prism), spheres and ellipsoids, as voxels or meshed by gmsh.
 */
#include <rve/microstructure.h>
#include <rve/packing.h>
#include <rve/particle_mesh.h>
#include <rve/particle_sizes.h>

#include <lib/base/log.h>

#include <cmath>
#include <optional>

namespace fe2
{
namespace
{
enum class Kind
{
  fibres,
  spheres,
  ellipsoids
};

class RandomParticles : public Microstructure
{
public:
  explicit RandomParticles(const Kind kind) : kind_(kind)
  {
    if (kind == Kind::spheres)
      fraction_ = 0.3;
    if (kind == Kind::ellipsoids)
      fraction_ = 0.2;
  }
  void declare(Parameters &p) override;
  void validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases) override;
  unsigned int dimension() const override { return kind_ == Kind::fibres ? 2 : 3; }
  RveMesh<2> create_2d() const override { return make<2>(); }
  RveMesh<3> create_3d() const override { return make<3>(); }
  bool is_random() const override { return true; }
  void set_instance(const unsigned int instance) override
  {
    instance_ = instance;
    packing_.reset();
    note_.clear();
  }
  VoxelImage voxels(const unsigned int n) const override;
  std::string describe() const override;

private:
  const Packing &packing() const;
  template <int dim>
  RveMesh<dim> make() const;

  Kind kind_;
  double fraction_ = 0.5, diameter_ = 1, size_ = 5, scatter_ = 0, least_distance_ = 0.02;
  std::vector<double> ratios_ = {1, 1, 3}, angles_ = {0, 0, 0};
  std::string orientation_ = "random", mesh_ = "voxels";
  unsigned int seed_ = 1, instance_ = 0, resolution_ = 10, order_ = 1;
  mutable std::optional<Packing> packing_;
  mutable std::string note_; ///< on the last voxels
};

void RandomParticles::declare(Parameters &p)
{
  p.add("Volume fraction", fraction_, "Of the inclusions, the second phase.", Range::inside(0, 1));
  p.add("Diameter", diameter_,
        "Mean diameter; of ellipsoids that of the sphere of equal volume. Whole numbers of inclusions change it a "
        "little, which the log tells [length].",
        Range::positive);
  p.add("Size", size_, "Edge of the periodic cell over the mean diameter.", Range::positive);
  p.add("Diameter scatter", scatter_,
        "Standard deviation of log-normal diameters over their mean; changed by at most a quarter so that mean and "
        "volume fraction are met.",
        Range::between(0, 1));
  p.add("Least distance", least_distance_, "Between surfaces, over the mean diameter.", Range::non_negative);
  p.add("Seed", seed_, "Of the random numbers: equal seeds give equal microstructures.", 0);
  p.add_selection("Mesh", mesh_, "voxels: equal elements, phase at their centres; gmsh: conforming simplices.",
                  "voxels|gmsh");
  p.add("Resolution", resolution_, "Elements along the mean diameter.", 1, 10000);
  p.add("Mesh order", order_, "Of gmsh's elements; 2 has curved interfaces.", 1, 2);
  if (kind_ != Kind::ellipsoids)
    return;
  p.add("Axis ratios", ratios_, "Of the three half axes.", Range::positive);
  p.add_selection("Alignment", orientation_,
                  "random: every orientation is equally likely; aligned: all by 'Orientation'.", "random|aligned");
  p.add("Orientation", angles_, "Bunge Euler angles in degrees of aligned ellipsoids.", Range::any);
}

void RandomParticles::validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases)
{
  if (phases.size() != 2)
    faults.add(p.where("Type"), "",
               "needs two phases: matrix and inclusions; given are " + std::to_string(phases.size()));
  if (mesh_ == "voxels" && order_ == 2)
    faults.add(p.where("Mesh order"), "2", "is for Mesh = gmsh; voxels of second order come by 'Degree'");
  if (ratios_.size() != 3)
    faults.add(p.where("Axis ratios"), "", "needs three numbers");
  if (angles_.size() != 3)
    faults.add(p.where("Orientation"), "", "needs three angles");
}

const Packing &RandomParticles::packing() const
{
  if (packing_)
    return *packing_;
  Packing packing;
  const unsigned int dim = packing.dimension = dimension();
  for (unsigned int d = 0; d < dim; ++d)
    packing.size[d] = size_ * diameter_;
  RandomNumbers random(std::uint64_t(seed_) + instance_);
  const double sphere = dim == 2 ? std::acos(-1.) / 4 : std::acos(-1.) / 6; // volume of diameter 1
  const double amount = fraction_ * std::pow(size_, double(dim)) / sphere;
  const auto n = particle_number(dim, scatter_, amount);
  if (n == 0)
    throw InputError("a cell of 'Size' " + format(size_) + " has no room for one inclusion at the volume fraction " +
                     format(fraction_) + "; enlarge 'Size'");
  if (n > 10000)
    throw InputError("'Size' " + format(size_) + " means " + std::to_string(n) +
                     " inclusions; packing takes at most 10000 (its time grows with the square of their number)");
  const double scale = kind_ == Kind::ellipsoids ? std::cbrt(ratios_[0] * ratios_[1] * ratios_[2]) : 1.;
  packing.particles.resize(n);
  std::vector<double> normal;
  for (auto &p : packing.particles)
  {
    normal.push_back(random.normal());
    if (kind_ == Kind::ellipsoids)
      p.axes = orientation_ == "random" ? random.rotation() : rotation_from_bunge(angles_[0], angles_[1], angles_[2]);
  }
  const auto diameters = particle_diameters(dim, scatter_, amount, normal);
  for (std::size_t i = 0; i < n; ++i)
    for (unsigned int d = 0; d < dim; ++d)
      packing.particles[i].half_axes[d] =
          0.5 * diameter_ * diameters[i] * (kind_ == Kind::ellipsoids ? ratios_[d] / scale : 1.);
  pack(packing, least_distance_ * diameter_, random);
  packing_ = packing;
  return *packing_;
}

VoxelImage RandomParticles::voxels(const unsigned int n) const
{
  const Packing &list = packing();
  const double edge = size_ * diameter_;
  const VoxelImage image =
      sample(dimension(), {edge, edge, edge}, n == 0 ? unsigned(std::lround(resolution_ * size_)) : n,
             [&](const dealii::Point<3> &x) { return list.holder(Eigen::Vector3d(x[0], x[1], x[2])) >= 0 ? 1u : 0u; });
  note_ = fraction_note(image, 1, fraction_);
  return image;
}

template <int dim>
RveMesh<dim> RandomParticles::make() const
{
  if (mesh_ == "gmsh")
    return particle_mesh<dim>(packing(), diameter_ / resolution_, order_);
  return voxel_mesh<dim>(voxels(0));
}

std::string RandomParticles::describe() const
{
  std::vector<double> diameters;
  for (const auto &p : packing().particles)
    diameters.push_back(dimension() == 2 ? 2 * p.half_axes[0] : 2 * std::cbrt(p.half_axes.prod()));
  const auto sizes = mean_and_scatter(diameters);
  return std::to_string(packing().particles.size()) + " inclusions of mean diameter " + format(sizes.mean, 5) +
         (scatter_ > 0 ? " (scatter " + format(sizes.scatter, 3) + ")" : "") + ", nearest distance " +
         format(packing().least_gap() / diameter_, 3) + " mean diameters, seed " + std::to_string(seed_ + instance_) +
         (note_.empty() ? "" : ", " + note_);
}

const Registry<Microstructure>::Add add_fibres("random_fibres", "Random parallel fibres (2D prism)",
                                               [] { return std::make_unique<RandomParticles>(Kind::fibres); });
const Registry<Microstructure>::Add add_spheres("random_spheres", "Random spheres (3D)",
                                                [] { return std::make_unique<RandomParticles>(Kind::spheres); });
const Registry<Microstructure>::Add add_ellipsoids("ellipsoids", "Random ellipsoids (3D)",
                                                   [] { return std::make_unique<RandomParticles>(Kind::ellipsoids); });
} // namespace
} // namespace fe2
