// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/text_lines.h>

namespace fe2
{
std::vector<std::string> text_lines(const std::string &text)
{
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();)
  {
    const auto end = text.find_first_of("\r\n", begin);
    lines.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
    if (end == std::string::npos)
      break;
    begin = end + (text.compare(end, 2, "\r\n") == 0 ? 2 : 1);
  }
  return lines;
}

std::string drop_byte_order_mark(std::string &text)
{
  const auto begins = [&text](const char *mark) { return text.rfind(mark, 0) == 0; };
  if (begins("\xEF\xBB\xBF"))
    text.erase(0, 3);
  else if (begins("\xFF\xFE") || begins("\xFE\xFF"))
    return "it is written in UTF-16 or UTF-32 (\"Unicode text\"); save it as UTF-8 or plain text";
  return "";
}
} // namespace fe2
