// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Arrays of VTK's XML files: ascii, base64 or raw bytes, plain or packed by zlib. Throws InputError.
 */
#ifndef fe2_rve_voxel_files_vtk_arrays_h
#define fe2_rve_voxel_files_vtk_arrays_h

#include <rve/voxel_files/vtk_xml.h>

namespace fe2
{
/// Appends the whole numbers of a <DataArray>. `root` is the element <VTKFile>.
void append_vtk_array(std::vector<long long> &ids, const std::string &file, const std::string &text,
                      const XmlElement &root, const XmlElement &array);
} // namespace fe2

#endif
