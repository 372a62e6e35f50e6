// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Images of integer ids in files, by their ending in small or capital letters; the readers stand in rve/voxel_files:
 * VTK (.vti, .pvti, legacy .vtk; cell data), HDF5 (FANS, DREAM3D, fe2), NumPy (.npy, .npz), Neper's .tesr, text (.txt,
 * .dat, .asc).
 */
#ifndef fe2_rve_voxel_file_h
#define fe2_rve_voxel_file_h

#include <rve/voxel_image.h>

namespace fe2
{
struct VoxelFile
{
  std::string file;
  std::string array;      ///< name of the cell data, path or last name of the data set; empty: the only one
  std::string axis_order; ///< of HDF5 and NumPy: names of the indices, first one first; empty: as usual
  std::vector<unsigned int> text_voxels; ///< numbers of voxels of a text file, x fastest
};

struct IdImage
{
  unsigned int dimension = 3;
  std::array<unsigned int, 3> n = {1, 1, 1};
  std::array<double, 3> size = {0, 0, 0}; ///< 0: the file does not say
  std::vector<long long> ids;             ///< x fastest
  std::string note;                       ///< for the log: what the file says and fe2 leaves out
};

/// Throws InputError: what is wrong with the file.
IdImage read_voxels(const VoxelFile &settings);

/// VTI with the cell array "material". Throws RunError.
void write_vti(const std::string &file, const VoxelImage &image);
/// Data set "/image/ms" with indices z, y, x (FANS, ParaView) and the attribute "size". Throws RunError.
void write_hdf5(const std::string &file, const VoxelImage &image);
/// A picture of the phases: the pixels, or the three planes through the middle side by side. Throws RunError.
void write_png(const std::string &file, const VoxelImage &image);
} // namespace fe2

#endif
