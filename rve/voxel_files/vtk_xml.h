// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The part of XML that VTK's files use: elements, attributes in single or double quotes, comments. What follows
 * <AppendedData> may be raw bytes, which no general XML parser takes. Throws InputError.
 */
#ifndef fe2_rve_voxel_files_vtk_xml_h
#define fe2_rve_voxel_files_vtk_xml_h

#include <map>
#include <string>
#include <vector>

namespace fe2
{
struct XmlElement
{
  std::string name;
  std::map<std::string, std::string> attributes;
  std::vector<XmlElement> children;
  std::size_t from = 0, begin = 0, end = 0, to = 0; ///< whole element [from, to), content [begin, end)

  std::string operator[](const std::string &attribute) const;
  /// nullptr: none of this name.
  const XmlElement *child(const std::string &child_name) const;
  /// Content without children and comments.
  std::string content(const std::string &text) const;
};

/// The root of a file.
XmlElement parse_vtk_xml(const std::string &text, const std::string &file);
} // namespace fe2

#endif
