// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/entry_folder.h>

#include <filesystem>

namespace fe2
{
std::string folder_of(const ParameterEntry *entry, const ParameterTree &tree)
{
  // The source is "file:line"; of --set it has no line.
  const auto colon = entry == nullptr ? std::string::npos : entry->source.rfind(':');
  if (colon == std::string::npos)
    return tree.folder();
  const auto parent = std::filesystem::path(entry->source.substr(0, colon)).parent_path().string();
  return (parent.empty() ? "." : parent) + "/";
}
} // namespace fe2
