// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A handle of HDF5's C API that closes itself.
 */
#ifndef fe2_lib_io_hdf5_handle_h
#define fe2_lib_io_hdf5_handle_h

#include <hdf5.h>

namespace fe2
{
struct Hdf5Handle
{
  Hdf5Handle(const hid_t i, herr_t (*c)(hid_t)) : id(i), close(c) {}
  ~Hdf5Handle()
  {
    if (good())
      close(id);
  }
  Hdf5Handle(const Hdf5Handle &) = delete;
  bool good() const { return id >= 0; }

  hid_t id;
  herr_t (*close)(hid_t);
};
} // namespace fe2

#endif
