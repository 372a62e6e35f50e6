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
/// What the user says of the file and the file does not need must not be wrong.
void refuse_idle_entries(const VoxelFile &s, const IdImage &image)
{
  const Reader reader = reader_of(s.file);
  const bool has_order = reader == read_hdf5 || reader == read_npy || reader == read_npz;
  if (!s.axis_order.empty() && !has_order)
    throw InputError("'Axis order' is for HDF5 and NumPy; in '" + s.file + "' x runs fastest: leave it empty");
  if (!s.array.empty() && (reader == read_npy || reader == read_tesr || reader == read_text))
    throw InputError("'" + s.file + "' has one array without a name: leave 'Array' empty");
  for (std::size_t d = 0; d < s.text_voxels.size(); ++d)
    if (d > 2 || s.text_voxels[d] != image.n[d])
      throw InputError("'" + s.file + "' has " + shape_text({image.n[0], image.n[1], image.n[2]}) +
                       " voxels, 'Voxels' says otherwise; only text files need it");
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
  refuse_idle_entries(s, image);
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
