// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/hdf5_file.h>

#include <lib/base/errors.h>
#include <lib/io/hdf5_handle.h>

namespace fe2
{
namespace
{
herr_t add_name(hid_t group, const char *name, const H5L_info_t *, void *list)
{
  H5O_info_t info;
  if (H5Oget_info_by_name(group, name, &info, H5P_DEFAULT) >= 0 && info.type == H5O_TYPE_DATASET)
    static_cast<std::vector<std::string> *>(list)->emplace_back(name);
  return 0;
}
} // namespace

Hdf5File::Hdf5File(const std::string &file) : file_(file)
{
  H5Eset_auto(H5E_DEFAULT, nullptr, nullptr);
  id_ = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  if (id_ < 0)
    throw InputError("the file '" + file + "' cannot be opened as HDF5 (missing, or cut off?)");
}

Hdf5File::~Hdf5File()
{
  H5Fclose(id_);
}

std::vector<std::string> Hdf5File::names() const
{
  std::vector<std::string> list;
  H5Literate(id_, H5_INDEX_NAME, H5_ITER_INC, nullptr, add_name, &list);
  return list;
}

Hdf5File::Array Hdf5File::read(const std::string &name) const
{
  const Hdf5Handle set(H5Dopen(id_, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!set.good())
    throw InputError("the file '" + file_ + "' has no data set '" + name + "'; " + suggest(name, names()));
  const Hdf5Handle space(H5Dget_space(set.id), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space.id);
  std::vector<hsize_t> shape(std::size_t(rank < 0 ? 0 : rank));
  const std::string fault = "the data set '" + name + "' of '" + file_ + "' cannot be read as numbers";
  if (!space.good() || rank < 0 || H5Sget_simple_extent_dims(space.id, shape.data(), nullptr) < 0)
    throw InputError(fault);
  Array array;
  std::size_t n = 1;
  for (const auto s : shape)
  {
    array.shape.push_back(std::size_t(s));
    n *= std::size_t(s);
  }
  array.values.resize(n);
  if (H5Dread(set.id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
    throw InputError(fault);
  return array;
}
} // namespace fe2
