// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/material_frame.h>

#include <Eigen/Geometry>

#include <sstream>

namespace fe2
{
void MaterialFrameSettings::declare(Parameters &p)
{
  p.add(
      "Angles", angles,
      "Bunge Euler angles phi1; Phi; phi2 in degrees from the RVE's to the macroscale's axes, expressions in x, y, z. "
      "Hoop direction around z as axis 1: '90 + atan2(y, x) * 180 / pi; 0; 0'.");
  p.add("Axis 1", axis_1,
        "Instead of angles: the RVE's axis 1, three expressions such as '-y; x; 0' (hoop direction).");
  p.add("Axis 2", axis_2, "With 'Axis 1': axis 2, made normal to axis 1; three expressions.");
  p.add("Regions", regions,
        "Instead of expressions: angles by region or material id, 'ply 1: 0 0 0, ply 2: 90 0 0'; '*: 45 0 0' "
        "stands for all others.");
}

void MaterialFrameSettings::validate(Parameters &p, Faults &faults)
{
  if (int(!angles.empty()) + int(!axis_1.empty()) + int(!regions.empty()) > 1)
    faults.add(p.where("Angles"), "", "give one of Angles, Axis 1 with Axis 2, or Regions");
  if (axis_1.empty() != axis_2.empty())
    faults.add(p.where(axis_1.empty() ? "Axis 1" : "Axis 2"), "", "is missing: both axes are needed");
  for (const auto *text : {&angles, &axis_1, &axis_2})
    if (!text->empty() && split(*text, ';').size() != 3)
      faults.add(p.where(text == &angles   ? "Angles"
                         : text == &axis_1 ? "Axis 1"
                                           : "Axis 2"),
                 *text, "needs three expressions separated by ';'");
}

template <int dim>
void MaterialFrame<dim>::initialize(const MaterialFrameSettings &s, const MacroMesh<dim> &mesh,
                                    const std::map<std::string, double> &constants)
{
  if (!s.angles.empty())
    angles_.initialize("Material frame/Angles", split(s.angles, ';'), constants);
  if (!s.axis_1.empty())
  {
    axis_1_.initialize("Material frame/Axis 1", split(s.axis_1, ';'), constants);
    axis_2_.initialize("Material frame/Axis 2", split(s.axis_2, ';'), constants);
  }
  regions_ = RegionPairs(s.regions, "Material frame/Regions", "region: phi1 Phi phi2", mesh);
  for (const auto &pair : regions_.pairs())
  {
    std::vector<double> angles;
    std::istringstream in(pair.value);
    for (double x; in >> x;)
      angles.push_back(x);
    if (angles.size() != 3 || !in.eof())
      throw InputError("Material frame/Regions = '" + pair.name + ": " + pair.value +
                       "': must be 'region: phi1 Phi phi2'");
    rotations_.push_back(rotation_from_bunge(angles[0], angles[1], angles[2]));
  }
}

template <int dim>
Rotation MaterialFrame<dim>::at(const dealii::Point<dim> &x, const dealii::types::material_id material) const
{
  if (angles_.n_components() > 0)
  {
    const Rotation r = rotation_from_bunge(angles_.value(x, 0, 0), angles_.value(x, 0, 1), angles_.value(x, 0, 2));
    if (!r.allFinite())
      throw InputError("Material frame/Angles: no numbers at (" + format(x[0]) + ", " + format(x[1]) + ")");
    return r;
  }
  if (axis_1_.n_components() > 0)
  {
    Eigen::Vector3d a, b;
    for (unsigned int k = 0; k < 3; ++k)
    {
      a[int(k)] = axis_1_.value(x, 0, k);
      b[int(k)] = axis_2_.value(x, 0, k);
    }
    // Only their directions count: they may be coordinates of a small mesh.
    a.stableNormalize();
    b.stableNormalize();
    b -= a.dot(b) * a;
    if (!(a.norm() > 0.5) || !(b.norm() > 1e-9))
      throw InputError("Material frame: the axes are zero or parallel at (" + format(x[0]) + ", " + format(x[1]) + ")");
    b.normalize();
    Rotation r;
    r.col(0) = a;
    r.col(1) = b;
    r.col(2) = a.cross(b);
    return r;
  }
  const auto pair = regions_.find(material);
  return pair == PairList::none ? Rotation(Rotation::Identity()) : rotations_[pair];
}

template <int dim>
void MaterialFrame<dim>::check_regions(const std::set<unsigned int> &present) const
{
  regions_.check_all_used(present);
}

template class MaterialFrame<2>;
template class MaterialFrame<3>;
} // namespace fe2
