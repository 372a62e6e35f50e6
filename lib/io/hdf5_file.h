// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Reading of HDF5 data sets through the C API with every return checked (deal.II's class does not notice a missing file
 * in release).
 */
#ifndef fe2_lib_io_hdf5_file_h
#define fe2_lib_io_hdf5_file_h

#include <string>
#include <vector>

namespace fe2
{
class Hdf5File
{
public:
  /// Opens for reading on this process. Throws InputError.
  explicit Hdf5File(const std::string &file);
  ~Hdf5File();
  Hdf5File(const Hdf5File &) = delete;

  struct Array
  {
    std::vector<std::size_t> shape;
    std::vector<double> values; ///< row-major
    std::size_t rows() const { return shape.empty() ? 0 : shape[0]; }
    std::size_t columns() const { return shape.size() < 2 ? 1 : shape[1]; }
  };
  /// Names of the data sets in the root group.
  std::vector<std::string> names() const;
  /// Numbers of a data set, whatever their type. Throws InputError.
  Array read(const std::string &name) const;

private:
  std::string file_;
  long long id_;
};
} // namespace fe2

#endif
