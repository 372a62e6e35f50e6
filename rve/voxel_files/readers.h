// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * One reader a format. All throw InputError.
 */
#ifndef fe2_rve_voxel_files_readers_h
#define fe2_rve_voxel_files_readers_h

#include <rve/voxel_file.h>

namespace fe2
{
IdImage read_vti(const VoxelFile &source); ///< VTK's XML image, .vti or .pvti
IdImage read_vtk(const VoxelFile &source); ///< VTK's legacy format
IdImage read_hdf5(const VoxelFile &source);
IdImage read_npy(const VoxelFile &source);
IdImage read_npz(const VoxelFile &source);
IdImage read_tesr(const VoxelFile &source); ///< Neper
IdImage read_text(const VoxelFile &source);
} // namespace fe2

#endif
