// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/voxel_files/vtk_xml.h>

#include <lib/base/errors.h>

#include <algorithm>

namespace fe2
{
std::string XmlElement::operator[](const std::string &attribute) const
{
  const auto it = attributes.find(attribute);
  return it == attributes.end() ? "" : it->second;
}

const XmlElement *XmlElement::child(const std::string &child_name) const
{
  for (const auto &c : children)
    if (c.name == child_name)
      return &c;
  return nullptr;
}

std::string XmlElement::content(const std::string &text) const
{
  std::string all;
  std::size_t at = begin;
  for (const auto &c : children)
  {
    all += text.substr(at, c.from - at);
    at = c.to;
  }
  all += text.substr(at, end - at);
  for (auto comment = all.find("<!--"); comment != std::string::npos; comment = all.find("<!--"))
  {
    const auto close = all.find("-->", comment);
    all.erase(comment, close == std::string::npos ? close : close + 3 - comment);
  }
  return all;
}

namespace
{
const char *const white = " \t\r\n";

class Parser
{
public:
  Parser(const std::string &text, const std::string &file) : text_(text), file_(file) {}

  XmlElement root()
  {
    std::size_t at = next_tag(0);
    if (at == std::string::npos || text_.compare(at, 2, "</") == 0)
      throw InputError("'" + file_ + "' is no VTK XML file: it has no element");
    return element(at, 0);
  }

private:
  [[noreturn]] void cut_off(const std::string &name) const
  {
    throw InputError("'" + file_ + "' is cut off: its <" + name + "> does not end");
  }

  /// The next '<' that opens or closes an element.
  std::size_t next_tag(std::size_t at) const
  {
    while ((at = text_.find('<', at)) != std::string::npos)
    {
      const char *end = text_.compare(at, 4, "<!--") == 0 ? "-->"
                        : text_.compare(at, 2, "<?") == 0 ? "?>"
                        : text_.compare(at, 2, "<!") == 0 ? ">"
                                                          : nullptr;
      if (end == nullptr)
        return at;
      at = text_.find(end, at);
      if (at == std::string::npos)
        return at;
    }
    return at;
  }

  std::string unescape(std::string value) const
  {
    static const std::pair<const char *, const char *> entities[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}};
    for (const auto &e : entities)
      for (auto at = value.find(e.first); at != std::string::npos; at = value.find(e.first, at + 1))
        value.replace(at, std::string(e.first).size(), e.second);
    return value;
  }

  /// Reads attributes; returns whether the element ends at once.
  bool attributes(XmlElement &e, std::size_t &at) const
  {
    while (true)
    {
      at = text_.find_first_not_of(white, at);
      if (at == std::string::npos)
        cut_off(e.name);
      if (text_[at] == '>' || text_.compare(at, 2, "/>") == 0)
      {
        const bool empty = text_[at] == '/';
        at += empty ? 2 : 1;
        return empty;
      }
      const auto name_end = text_.find_first_of(" \t\r\n=>", at);
      const auto equals = name_end == std::string::npos ? name_end : text_.find_first_not_of(white, name_end);
      const auto quote = equals == std::string::npos || text_[equals] != '='
                             ? std::string::npos
                             : text_.find_first_not_of(white, equals + 1);
      if (name_end == std::string::npos || equals == std::string::npos)
        cut_off(e.name);
      if (quote == std::string::npos || (text_[quote] != '"' && text_[quote] != '\''))
        throw InputError("'" + file_ + "' is no XML: an attribute of <" + e.name + "> lacks its value in quotes");
      const auto close = text_.find(text_[quote], quote + 1);
      if (close == std::string::npos)
        cut_off(e.name);
      e.attributes[text_.substr(at, name_end - at)] = unescape(text_.substr(quote + 1, close - quote - 1));
      at = close + 1;
    }
  }

  XmlElement element(std::size_t &at, const unsigned int depth) const
  {
    XmlElement e;
    e.from = at;
    const auto name_end = text_.find_first_of(" \t\r\n/>", at + 1);
    e.name = text_.substr(at + 1, std::min<std::size_t>(name_end - at - 1, 100));
    if (name_end == std::string::npos)
      cut_off(e.name);
    if (depth > 20)
      throw InputError("'" + file_ + "' is no VTK XML file: its elements are nested too deeply");
    at = name_end;
    const bool empty = attributes(e, at);
    e.begin = e.end = e.to = at;
    if (empty)
      return e;
    if (e.name == "AppendedData")
    {
      e.end = text_.rfind("</AppendedData");
      if (e.end == std::string::npos || e.end < e.begin)
        cut_off(e.name);
    }
    else
      for (e.end = next_tag(at); e.end != std::string::npos && text_.compare(e.end, 2, "</") != 0; e.end = next_tag(at))
      {
        at = e.end;
        e.children.push_back(element(at, depth + 1));
      }
    if (e.end == std::string::npos)
      cut_off(e.name);
    if (text_.compare(e.end + 2, e.name.size(), e.name) != 0)
      throw InputError("'" + file_ + "' is no XML: <" + e.name + "> ends as " +
                       text_.substr(e.end, std::min<std::size_t>(text_.find('>', e.end) - e.end, 60)) + ">");
    at = text_.find('>', e.end);
    if (at == std::string::npos)
      cut_off(e.name);
    e.to = ++at;
    return e;
  }

  const std::string &text_;
  const std::string &file_;
};
} // namespace

XmlElement parse_vtk_xml(const std::string &text, const std::string &file)
{
  return Parser(text, file).root();
}
} // namespace fe2
