// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Voxels (or pixels) of a file, one element each.
 */
#include <rve/microstructure.h>
#include <rve/region_map.h>
#include <rve/voxel_file.h>

#include <lib/base/log.h>

#include <set>

namespace fe2
{
namespace
{
class Voxels : public Microstructure
{
public:
  void declare(Parameters &p) override
  {
    p.add_file(
        "File", source_.file,
        "Relative to this file, by its ending: .vti, .pvti, .vtk (VTK images with ids as cell data), .h5, .hdf5, "
        ".dream3d, .npy, .npz, .tesr (Neper), and .txt, .dat, .asc for text.");
    p.add("Array", source_.array,
          "VTK: name of the cell array; empty: 'material' or the only one. HDF5: path or last name of the data set; "
          ".npz: name of the array; empty: the only one.");
    p.add("Axis order", source_.axis_order,
          "HDF5 and NumPy: names of the array's indices, the first index first. Empty: as the file says (the attribute "
          "permute_order of FANS), else zyx for HDF5, xyz for NumPy.");
    p.add("Voxels", source_.text_voxels, "Text files: numbers of voxels along x, y, z; x runs fastest.", 1, 100000);
    p.add("Size", size_,
          "Edges of the box; empty: as the file says (VTK and .tesr: spacing; HDF5: SPACING of DREAM3D, the attribute "
          "size that fe2 writes, element_size_um of ilastik), else 1 along x and cubic voxels [length].",
          Range::positive);
    regions_.declare(p);
  }

  void validate(Parameters &p, Faults &faults, const std::vector<std::string> &phases) override
  {
    regions_.validate(p, faults, phases);
    if (source_.file.empty())
    {
      faults.add(p.where("File"), "", "is missing: name a file of voxels");
      return;
    }
    try
    {
      const IdImage ids = read_voxels(source_);
      image_.dimension = ids.dimension;
      image_.n = ids.n;
      set_phases(ids, phases);
      set_size(p, faults, ids);
    }
    catch (const InputError &e)
    {
      faults.add(p.where("File"), source_.file, e.what());
    }
  }
  unsigned int dimension() const override { return image_.dimension; }
  RveMesh<2> create_2d() const override { return voxel_mesh<2>(image_); }
  RveMesh<3> create_3d() const override { return voxel_mesh<3>(image_); }
  VoxelImage voxels(const unsigned int n) const override { return n == 0 ? image_ : Microstructure::voxels(n); }
  std::string describe() const override { return description_; }

private:
  void set_phases(const IdImage &ids, const std::vector<std::string> &phases)
  {
    const std::set<long long> known(ids.ids.begin(), ids.ids.end());
    std::map<long long, unsigned int> phase;
    const long long base = *known.begin();
    std::string list;
    for (const long long id : known)
      list += known.size() > 20 ? "" : (list.empty() ? "" : ", ") + std::to_string(id);
    if (regions_.empty())
    {
      if (known.size() != phases.size() || *known.rbegin() - base + 1 != static_cast<long long>(known.size()) ||
          (base != 0 && base != 1))
        throw InputError("the " + std::to_string(known.size()) + " ids (" +
                         (list.empty() ? std::to_string(base) + " to " + std::to_string(*known.rbegin()) : list) +
                         ") do not count the " + std::to_string(phases.size()) +
                         " phases from 0 or 1 without a gap; say with 'Regions' which phase each id has");
      for (const long long id : known)
        phase[id] = unsigned(id - base);
    }
    else
      for (const long long id : known)
        phase[id] = regions_.phase_of(std::to_string(id));
    regions_.check_all_used();
    for (const long long id : ids.ids)
      image_.phase.push_back(phase[id]);
    description_ = std::to_string(ids.n[0]) + " x " + std::to_string(ids.n[1]) +
                   (ids.dimension == 3 ? " x " + std::to_string(ids.n[2]) + " voxels" : " pixels") + ", ids from " +
                   std::to_string(base);
  }

  void set_size(Parameters &p, Faults &faults, const IdImage &ids)
  {
    if (!size_.empty() && size_.size() != ids.dimension)
      faults.add(p.where("Size"), "", "needs " + std::to_string(ids.dimension) + " numbers");
    for (unsigned int d = 0; d < ids.dimension; ++d)
      image_.size[d] = size_.size() == ids.dimension ? size_[d]
                       : ids.size[d] > 0             ? ids.size[d]
                                                     : double(ids.n[d]) / ids.n[0];
    description_ += ", voxel " + format(image_.size[0] / ids.n[0]) + " x " + format(image_.size[1] / ids.n[1]) +
                    (ids.dimension == 3 ? " x " + format(image_.size[2] / ids.n[2]) : "") + ids.note;
  }

  VoxelFile source_;
  std::vector<double> size_;
  RegionMap regions_;
  VoxelImage image_;
  std::string description_;
};

const Registry<Microstructure>::Add add("voxels", "Voxels or pixels of a file",
                                        [] { return std::make_unique<Voxels>(); });
} // namespace
} // namespace fe2
