// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/label_array.h>
#include <rve/voxel_files/readers.h>

#include <algorithm>

namespace fe2
{
IdImage read_text(const VoxelFile &s)
{
  IdImage image;
  if (s.text_voxels.size() < 2 || s.text_voxels.size() > 3)
    throw InputError("a text file of voxels needs 'Voxels': two or three numbers of voxels");
  std::copy(s.text_voxels.begin(), s.text_voxels.end(), image.n.begin());
  const std::string text = read_bytes(s.file);
  append_text(image.ids, s.file, text, 0, text.size());
  return image;
}
} // namespace fe2
