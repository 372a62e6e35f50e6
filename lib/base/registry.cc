// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/registry.h>

#include <dlfcn.h>

namespace fe2
{
void load_plugins(const std::vector<std::string> &files)
{
  for (const auto &file : files)
    if (dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr)
      throw InputError("the plugin '" + file + "' cannot be opened: " + dlerror());
}
} // namespace fe2
