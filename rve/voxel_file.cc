// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/label_array.h>
#include <rve/voxel_files/readers.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace fe2
{
namespace
{
using Reader = IdImage (*)(const VoxelFile &);

Reader reader_of(const std::string &file)
{
  static const std::map<std::string, Reader> readers = {
      {".vti", read_vti},   {".pvti", read_vti},     {".vtk", read_vtk},  {".h5", read_hdf5},
      {".hdf5", read_hdf5}, {".dream3d", read_hdf5}, {".npy", read_npy},  {".npz", read_npz},
      {".tesr", read_tesr}, {".txt", read_text},     {".dat", read_text}, {".asc", read_text}};
  std::string ending = std::filesystem::path(file).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](const unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto it = readers.find(ending);
  if (it != readers.end())
    return it->second;
  std::string advice;
  if (ending == ".png" || ending == ".tif" || ending == ".tiff" || ending == ".bmp" || ending == ".jpg")
    advice = "; stack the slices with Python to ids in a .npy file (numpy.stack, numpy.save)";
  else if (ending == ".raw" || ending == ".bin")
    advice = "; raw bytes do not say their shape: numpy.fromfile, reshape, numpy.save to .npy";
  throw InputError("'" + file + "': the ending '" + ending +
                   "' is no kind of image that fe2 reads: .vti, .pvti, .vtk, .h5, .hdf5, .dream3d, .npy, .npz, .tesr, "
                   "and .txt, .dat or .asc for text" +
                   advice);
}
} // namespace

IdImage read_voxels(const VoxelFile &s)
try
{
  IdImage image = reader_of(s.file)(s);
  const std::size_t expected = std::size_t(image.n[0]) * image.n[1] * image.n[2];
  if (image.ids.size() != expected || expected == 0)
    throw InputError("'" + s.file + "' has " + std::to_string(image.ids.size()) + " values, but " +
                     shape_text({image.n[0], image.n[1], image.n[2]}) +
                     " voxels; it is cut off, or the sizes are wrong");
  image.dimension = image.n[2] == 1 ? 2 : 3;
  return image;
}
catch (const std::logic_error &e) // of numbers and pieces of text that are not there
{
  throw InputError("the voxel file '" + s.file + "' is damaged (" + e.what() + ")");
}
catch (const std::bad_alloc &)
{
  throw InputError("the voxel file '" + s.file + "' is damaged or larger than the memory");
}
} // namespace fe2
