// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/hdf5_geometry.h>
#include <rve/voxel_files/hdf5_lzf.h>
#include <rve/voxel_files/readers.h>

#include <lib/io/hdf5_handle.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>

namespace fe2
{
namespace
{
herr_t collect_text(unsigned int, const H5E_error2_t *error, void *text)
{
  if (error->desc != nullptr)
    *static_cast<std::string *>(text) +=
        std::string(static_cast<std::string *>(text)->empty() ? "" : "; ") + error->desc;
  return 0;
}

/// What HDF5 says of its last failure, the cause first.
std::string hdf5_reason()
{
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect_text, &text);
  return text;
}

/// Why a file that did not open did not.
[[noreturn]] void throw_unopened(const std::string &file, const std::string &reason)
{
  std::error_code error;
  if (!std::filesystem::exists(file, error) || std::filesystem::is_directory(file, error) ||
      std::filesystem::file_size(file, error) == 0 || !std::ifstream(file))
    read_bytes(file); // throws the right sentence
  if (reason.find("lock file") != std::string::npos)
    throw InputError("the HDF5 file '" + file +
                     "' is locked: another program has it open for writing (or the file system cannot lock; then set "
                     "the environment variable HDF5_USE_FILE_LOCKING=FALSE)");
  if (reason.find("truncated") != std::string::npos)
    throw InputError("the HDF5 file '" + file + "' is cut off: it is shorter than it says (" + reason + ")");
  if (reason.find("signature") != std::string::npos)
    throw InputError("'" + file + "' is no HDF5 file: it lacks the signature of one");
  throw InputError("the HDF5 file '" + file + "' cannot be opened: " + reason);
}

struct DataSet
{
  std::string path;
  std::size_t size = 0; ///< voxels, if it may be an image
  bool may_be_image = false;
  /// DREAM3D has many arrays of one shape; the labels of grains are what one wants.
  bool is_feature_ids() const
  {
    const std::string name = path.substr(path.rfind('/') + 1);
    return name == "FeatureIds" || name == "GrainIds";
  }
};

herr_t collect_path(hid_t, const char *name, const H5O_info_t *info, void *list)
{
  if (info->type == H5O_TYPE_DATASET)
    static_cast<std::vector<DataSet> *>(list)->push_back({std::string("/") + name});
  return 0;
}

std::vector<std::size_t> shape_of(const hid_t data)
{
  const Hdf5Handle space(H5Dget_space(data), H5Sclose);
  const int rank = space.good() ? H5Sget_simple_extent_ndims(space.id) : 0;
  std::vector<hsize_t> extent(std::size_t(std::max(rank, 0)));
  if (rank < 1 || H5Sget_simple_extent_dims(space.id, extent.data(), nullptr) < 0)
    return {};
  return {extent.begin(), extent.end()};
}

/// Whole numbers of two or three axes; as many as DREAM3D says that there are voxels if they are floats (averages of
/// grains are none) or flat (DREAM3D 4).
bool may_be_image(const hid_t file, const DataSet &d, const std::vector<std::size_t> &shape, const H5T_class_t kind)
{
  const auto axes = std::count_if(shape.begin(), shape.end(), [](const std::size_t n) { return n > 1; });
  if (axes < 1 || axes > 3 || (kind != H5T_INTEGER && kind != H5T_ENUM && kind != H5T_FLOAT && kind != H5T_BITFIELD))
    return false;
  const auto n = hdf5_group_geometry(file, d.path).dimensions;
  const bool fits = n.size() == 3 && n[0] * n[1] * n[2] == double(d.size);
  return axes == 1 ? fits : kind != H5T_FLOAT || n.empty() || fits;
}

std::vector<DataSet> list_data_sets(const hid_t file)
{
  std::vector<DataSet> list;
  H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_NATIVE, collect_path, &list, H5O_INFO_BASIC);
  for (auto &d : list)
  {
    const Hdf5Handle data(H5Dopen2(file, d.path.c_str(), H5P_DEFAULT), H5Dclose);
    const Hdf5Handle type(data.good() ? H5Dget_type(data.id) : -1, H5Tclose);
    if (!type.good())
      continue;
    const auto shape = shape_of(data.id);
    d.size = 1;
    for (const std::size_t n : shape)
      d.size *= n;
    d.may_be_image = may_be_image(file, d, shape, H5Tget_class(type.id));
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const DataSet &a, const DataSet &b)
                   {
                     return a.is_feature_ids() != b.is_feature_ids() ? a.is_feature_ids()
                            : a.size != b.size                       ? a.size > b.size
                                                                     : a.path < b.path;
                   });
  return list;
}

/// The full path of the array: given, given by its last names, or the only one.
std::string choose(const VoxelFile &s, const hid_t file)
{
  const std::string full = s.array.rfind('/', 0) == 0 ? s.array : "/" + s.array;
  if (const Hdf5Handle data(H5Dopen2(file, full.c_str(), H5P_DEFAULT), H5Dclose); data.good())
    return full; // links are not in the list

  std::string list;
  std::vector<std::string> images, named;
  for (const DataSet &d : list_data_sets(file))
  {
    if (d.may_be_image)
    {
      images.push_back(d.path);
      list += (list.empty() ? "" : ", ") + d.path;
    }
    if (!s.array.empty() && d.path.size() > full.size() &&
        d.path.compare(d.path.size() - full.size(), full.size(), full) == 0)
      named.push_back(d.path);
  }
  if (s.array.empty() && images.size() == 1)
    return images.front();
  if (named.size() > 1) // ids of grains and of voxels may have one name: take the image
    named.erase(std::remove_if(named.begin(), named.end(),
                               [&](const std::string &p)
                               { return std::find(images.begin(), images.end(), p) == images.end(); }),
                named.end());
  if (named.size() == 1)
    return named.front();
  throw InputError(
      "'" + s.file + "' has " +
      (s.array.empty()    ? std::to_string(images.size()) + " arrays that may be images"
       : named.size() > 1 ? std::to_string(named.size()) + " data sets '" + s.array + "'"
                          : "no data set '" + s.array + "'") +
      (list.empty() ? "; none in it has numbers with two or three axes" : "; name one with 'Array': " + list));
}

/// Filters that this HDF5 lacks, as "'lzf' (filter 32000)"; empty: none.
std::string missing_filters(const hid_t data)
{
  static const std::map<H5Z_filter_t, std::string> names = {{H5Z_FILTER_DEFLATE, "gzip"},
                                                            {H5Z_FILTER_SZIP, "szip"},
                                                            {307, "bzip2"},
                                                            {32000, "lzf"},
                                                            {32001, "blosc"},
                                                            {32004, "lz4"},
                                                            {32008, "bitshuffle"},
                                                            {32013, "zfp"},
                                                            {32015, "zstd"},
                                                            {32026, "blosc2"}};
  const Hdf5Handle list(H5Dget_create_plist(data), H5Pclose);
  std::string text;
  for (int i = 0; list.good() && i < H5Pget_nfilters(list.id); ++i)
  {
    unsigned int flags = 0;
    std::size_t n = 0;
    const H5Z_filter_t filter = H5Pget_filter2(list.id, unsigned(i), &flags, &n, nullptr, 0, nullptr, nullptr);
    if (filter < 0 || H5Zfilter_avail(filter) > 0)
      continue;
    const auto it = names.find(filter);
    text += (text.empty() ? "" : ", ") + (it == names.end() ? std::string() : "'" + it->second + "' ") +
            "(HDF5 filter " + std::to_string(filter) + ")";
  }
  return text;
}

std::vector<long long> read_values(const VoxelFile &s, const std::string &path, const hid_t data, const hid_t type,
                                   const std::size_t n)
{
  std::vector<long long> values;
  herr_t status = -1;
  const H5T_class_t kind = H5Tget_class(type);
  if (kind == H5T_FLOAT)
  {
    std::vector<double> real(n);
    status = H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, real.data());
    for (std::size_t i = 0; status >= 0 && i < n; ++i)
      values.push_back(whole_number(real[i], s.file, i));
  }
  else if (kind == H5T_INTEGER || kind == H5T_ENUM) // h5py writes bool as an enumeration
  {
    values.resize(n);
    status = H5Dread(data, H5T_NATIVE_LLONG, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    if (kind == H5T_INTEGER && H5Tget_size(type) == 8 && H5Tget_sign(type) == H5T_SGN_NONE &&
        std::find(values.begin(), values.end(), std::numeric_limits<long long>::max()) != values.end())
      throw InputError("'" + s.file + "': the data set '" + path + "' has values larger than an id may be");
  }
  else if (kind == H5T_BITFIELD && H5Tget_size(type) == 1) // PyTables
  {
    std::vector<unsigned char> bits(n);
    status = H5Dread(data, H5T_NATIVE_B8, H5S_ALL, H5S_ALL, H5P_DEFAULT, bits.data());
    values.assign(bits.begin(), bits.end());
  }
  else
    throw InputError("'" + s.file + "': the data set '" + path + "' holds no whole numbers (but text or compounds)");
  if (status >= 0)
    return values;
  const std::string reason = hdf5_reason(), filters = missing_filters(data);
  if (!filters.empty())
    throw InputError("'" + s.file + "': the data set '" + path + "' is compressed by " + filters +
                     ", which this HDF5 library does not have; save it with gzip or without compression (or name the "
                     "folder of the filter's plugin in the environment variable HDF5_PLUGIN_PATH)");
  throw InputError("'" + s.file + "': the data set '" + path + "' cannot be read: " + reason);
}

void unflatten(LabelArray &a, const Hdf5Geometry &geometry)
{
  if (geometry.dimensions.size() != 3 ||
      std::count_if(a.shape.begin(), a.shape.end(), [](auto n) { return n > 1; }) > 1)
    return;
  const auto &n = geometry.dimensions;
  if (n[0] * n[1] * n[2] == double(a.values.size()))
    a.shape = {std::size_t(n[2]), std::size_t(n[1]), std::size_t(n[0])};
}
} // namespace

IdImage read_hdf5(const VoxelFile &s)
{
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  register_lzf();
  const Hdf5Handle file(H5Fopen(s.file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.good())
    throw_unopened(s.file, hdf5_reason());
  const std::string path = choose(s, file.id);
  const Hdf5Handle data(H5Dopen2(file.id, path.c_str(), H5P_DEFAULT), H5Dclose);
  const Hdf5Handle type(data.good() ? H5Dget_type(data.id) : -1, H5Tclose);
  if (!type.good())
    throw InputError("'" + s.file + "': the data set '" + path + "' cannot be opened: " + hdf5_reason());
  LabelArray a;
  a.file = s.file;
  a.shape = shape_of(data.id);
  if (a.shape.empty())
    throw InputError("'" + s.file + "': the data set '" + path + "' is no array");
  const std::string said = hdf5_axis_order(data.id, s.file);
  a.order = !s.axis_order.empty() ? s.axis_order : said.empty() ? "zyx" : said;
  a.order_given = !s.axis_order.empty() || !said.empty();
  a.bytes = H5Tget_class(type.id) == H5T_INTEGER && H5Tget_size(type.id) == 1;
  std::size_t n = 1;
  for (const std::size_t e : a.shape)
    n *= e;
  if (a.shape.size() > 3 && std::count_if(a.shape.begin(), a.shape.end(), [](auto e) { return e > 1; }) > 3)
    make_image(a); // refuses before much is read
  a.values = read_values(s, path, data.id, type.id, n);
  const Hdf5Geometry geometry = hdf5_group_geometry(file.id, path);
  unflatten(a, geometry);
  IdImage image = make_image(a);
  set_hdf5_geometry(image, s.file, data.id, geometry, a);
  return image;
}
} // namespace fe2
