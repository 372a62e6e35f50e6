// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/hdf5_geometry.h>

#include <lib/base/log.h>
#include <lib/io/hdf5_handle.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
constexpr hssize_t most_numbers = 16; // more are no geometry

/// Numbers of an attribute; empty: there is none, or it holds no few numbers.
std::vector<double> attribute_numbers(const hid_t object, const std::string &name)
{
  if (H5Aexists(object, name.c_str()) <= 0)
    return {};
  const Hdf5Handle a(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle space(a.good() ? H5Aget_space(a.id) : -1, H5Sclose);
  const hssize_t n = space.good() ? H5Sget_simple_extent_npoints(space.id) : 0;
  if (n < 1 || n > most_numbers)
    return {};
  std::vector<double> values(std::size_t(n), std::nan(""));
  return H5Aread(a.id, H5T_NATIVE_DOUBLE, values.data()) < 0 ? std::vector<double>() : values;
}

std::vector<double> data_numbers(const hid_t file, const std::string &path)
{
  const Hdf5Handle d(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose);
  const Hdf5Handle space(d.good() ? H5Dget_space(d.id) : -1, H5Sclose);
  const hssize_t n = space.good() ? H5Sget_simple_extent_npoints(space.id) : 0;
  if (n < 1 || n > most_numbers)
    return {};
  std::vector<double> values(std::size_t(n), std::nan(""));
  return H5Dread(d.id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0 ? std::vector<double>()
                                                                                            : values;
}

std::string attribute_string(const hid_t object, const std::string &name)
{
  if (H5Aexists(object, name.c_str()) <= 0)
    return "";
  const Hdf5Handle a(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(a.good() ? H5Aget_type(a.id) : -1, H5Tclose);
  if (!type.good() || H5Tget_class(type.id) != H5T_STRING)
    return "?";
  if (H5Tis_variable_str(type.id) > 0)
  {
    char *text = nullptr;
    if (H5Aread(a.id, type.id, &text) < 0 || text == nullptr)
      return "?";
    const std::string result = text;
    H5free_memory(text);
    return result;
  }
  std::string text(H5Tget_size(type.id), 0);
  return H5Aread(a.id, type.id, text.data()) < 0 ? "?" : std::string(text.c_str());
}

/// x, y, z of numbers along the array's axes; two for a plane image.
std::vector<double> to_xyz(const std::vector<double> &along_axes, std::string order)
{
  if (along_axes.size() == 2)
    order.erase(std::remove(order.begin(), order.end(), 'z'), order.end());
  std::vector<double> xyz(along_axes.size() == order.size() ? 3 : 0, 0.);
  for (std::size_t i = 0; i < order.size() && !xyz.empty(); ++i)
    xyz[std::size_t(order[i] - 'x')] = along_axes[i];
  return xyz;
}
} // namespace

namespace
{
/// DREAM3D 6 and NX name the kind of a geometry; empty: an image, or nothing is said.
std::string other_kind(const hid_t file, const std::string &group)
{
  const Hdf5Handle simpl(H5Oopen(file, (group + "/_SIMPL_GEOMETRY").c_str(), H5P_DEFAULT), H5Oclose);
  const Hdf5Handle own(H5Oopen(file, group.empty() ? "/" : group.c_str(), H5P_DEFAULT), H5Oclose);
  const std::string old = simpl.good() ? attribute_string(simpl.id, "GeometryTypeName") : "";
  const std::string now = own.good() ? attribute_string(own.id, "ObjectType") : "";
  if (!old.empty() && old != "ImageGeometry")
    return old;
  const bool geometry = now.size() > 4 && now.compare(now.size() - 4, 4, "Geom") == 0;
  return geometry && now != "ImageGeom" ? now : "";
}
} // namespace

Hdf5Geometry hdf5_group_geometry(const hid_t file, const std::string &path)
{
  for (auto end = path.rfind('/'); end != std::string::npos;
       end = end == 0 ? std::string::npos : path.rfind('/', end - 1))
  {
    const std::string group = path.substr(0, end);
    if (const std::string kind = other_kind(file, group); !kind.empty())
      return {group, {}, {}, {}, kind};
    for (const std::string &at : {group + "/_SIMPL_GEOMETRY/", group + "/"})
      if (const auto spacing = data_numbers(file, at + "SPACING"); !spacing.empty())
        return {at + "SPACING", spacing, data_numbers(file, at + "DIMENSIONS"), data_numbers(file, at + "ORIGIN"), ""};
    const Hdf5Handle g(H5Oopen(file, group.empty() ? "/" : group.c_str(), H5P_DEFAULT), H5Oclose);
    for (const std::string &prefix : {std::string("_"), std::string()})
      if (const auto spacing = g.good() ? attribute_numbers(g.id, prefix + "SPACING") : std::vector<double>();
          !spacing.empty())
        return {"the attribute " + prefix + "SPACING of " + (group.empty() ? "/" : group), spacing,
                attribute_numbers(g.id, prefix + "DIMENSIONS"), attribute_numbers(g.id, prefix + "ORIGIN"), ""};
  }
  return {};
}

std::string hdf5_axis_order(const hid_t data, const std::string &file)
{
  std::string order = attribute_string(data, "permute_order");
  std::transform(order.begin(), order.end(), order.begin(),
                 [](const unsigned char c) { return static_cast<char>(std::tolower(c)); });
  std::string sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (!order.empty() && sorted != "xyz" && sorted != "xy")
    throw InputError("'" + file + "': the attribute permute_order = '" + order +
                     "' does not name the axes x, y, z; say the order with 'Axis order'");
  return order;
}

void set_hdf5_geometry(IdImage &image, const std::string &file, const hid_t data, const Hdf5Geometry &geometry,
                       const LabelArray &array)
{
  if (!geometry.kind.empty())
    throw InputError("'" + file + "': the geometry of " + geometry.where + " is " + geometry.kind +
                     "; fe2 reads images of equal voxels (ImageGeometry)");
  if (!geometry.dimensions.empty())
  {
    for (std::size_t d = 0; d < 3; ++d)
      if (d >= geometry.dimensions.size() || geometry.dimensions[d] != image.n[d])
        throw InputError("'" + file + "': the array has " + shape_text({image.n[0], image.n[1], image.n[2]}) +
                         " voxels, DIMENSIONS beside " + geometry.where +
                         " says otherwise; name the data set of that geometry, or correct 'Axis order'");
  }
  if (auto size = attribute_numbers(data, "size"); size.size() == 2 || size.size() == 3)
  {
    for (std::size_t d = 0; d < size.size(); ++d)
      size[d] /= image.n[d];
    size.resize(3, 0.);
    set_spacing(image, file, "the attribute size over the numbers of voxels", size);
  }
  else if (const auto element = attribute_numbers(data, "element_size_um"); !element.empty())
    set_spacing(image, file, "element_size_um along x, y, z", to_xyz(element, array.order));
  else if (const auto own = attribute_numbers(data, "SPACING"); !own.empty())
    set_spacing(image, file, "the attribute SPACING", own);
  else if (!geometry.spacing.empty())
    set_spacing(image, file, geometry.where, geometry.spacing);
  note_origin(image, file, geometry.origin);
}
} // namespace fe2
