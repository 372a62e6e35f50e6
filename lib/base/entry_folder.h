// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * File names are relative to the parameter file that they stand in, which may be an included one; those of --set to
 * the main file.
 */
#ifndef fe2_lib_base_entry_folder_h
#define fe2_lib_base_entry_folder_h

#include <lib/base/parameter_tree.h>

namespace fe2
{
/// The folder that relative file names of an entry refer to; `entry` may be null.
std::string folder_of(const ParameterEntry *entry, const ParameterTree &tree);
} // namespace fe2

#endif
