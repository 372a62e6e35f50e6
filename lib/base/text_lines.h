// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Text as other programs write it: line ends of Unix (LF), Windows (CR LF) and old Macs (CR), byte-order marks.
 */
#ifndef fe2_lib_base_text_lines_h
#define fe2_lib_base_text_lines_h

#include <string>
#include <vector>

namespace fe2
{
/// The lines of a text, without their ends.
std::vector<std::string> text_lines(const std::string &text);

/// Takes the UTF-8 byte-order mark off. Returns why the text cannot be read (UTF-16, UTF-32), or nothing.
std::string drop_byte_order_mark(std::string &text);
} // namespace fe2

#endif
