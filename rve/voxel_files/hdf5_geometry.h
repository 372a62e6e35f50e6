// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What HDF5 files of images say beside the array: sizes of voxels, origin, order of the axes.
 *
 * At the data set: `size` (fe2: edges of the box along x, y, z), `element_size_um` (ilastik, Fiji: voxel along the
 * array's axes), `permute_order` (FANS: names of the axes). At one of its groups, the nearest first: the data sets
 * `_SIMPL_GEOMETRY/SPACING` (DREAM3D 6) or `SPACING` (DREAM3D 4), the attributes `_SPACING` (DREAM3D-NX) or `SPACING`;
 * beside them DIMENSIONS and ORIGIN. All throw InputError.
 */
#ifndef fe2_rve_voxel_files_hdf5_geometry_h
#define fe2_rve_voxel_files_hdf5_geometry_h

#include <rve/voxel_files/label_array.h>

#include <hdf5.h>

namespace fe2
{
struct Hdf5Geometry
{
  std::string where;              ///< what says so
  std::vector<double> spacing;    ///< voxel along x, y, z
  std::vector<double> dimensions; ///< numbers of voxels
  std::vector<double> origin;
  std::string kind; ///< of DREAM3D, if it is no image
};

/// Of the groups around a data set with this full path.
Hdf5Geometry hdf5_group_geometry(const hid_t file, const std::string &path);
/// Order of the axes that FANS wrote; empty: none.
std::string hdf5_axis_order(const hid_t data, const std::string &file);
/// Edges of the voxels and the box.
void set_hdf5_geometry(IdImage &image, const std::string &file, const hid_t data, const Hdf5Geometry &geometry,
                       const LabelArray &array);
} // namespace fe2

#endif
