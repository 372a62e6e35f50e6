// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Exchangeable parts by name. A part registers itself in its own file:
 *
 *     static const Registry<PhaseMaterial>::Add add("prony", "generalized Maxwell model", make_prony);
 *
 * `Part` is the interface; its nested type `Part::Factory` is what makes an object. Parts from a user's shared library
 * register in the same way while it is opened (load_plugins).
 */
#ifndef fe2_lib_base_registry_h
#define fe2_lib_base_registry_h

#include <lib/base/errors.h>

#include <map>
#include <string>
#include <vector>

namespace fe2
{
template <class Part>
class Registry
{
public:
  using Factory = typename Part::Factory;
  struct Entry
  {
    std::string description;
    Factory factory;
  };
  struct Add
  {
    Add(const std::string &name, const std::string &description, Factory factory)
    {
      entries()[name] = Entry{description, factory};
    }
  };

  static std::vector<std::string> names()
  {
    std::vector<std::string> list;
    for (const auto &e : entries())
      list.push_back(e.first);
    return list;
  }
  static bool contains(const std::string &name) { return entries().count(name) > 0; }
  static const std::string &description(const std::string &name) { return get(name).description; }
  static const Factory &factory(const std::string &name) { return get(name).factory; }
  /// Text for a pattern of the parameter file: "a|b|c".
  static std::string selection()
  {
    std::string text;
    for (const auto &e : entries())
      text += (text.empty() ? "" : "|") + e.first;
    return text;
  }

private:
  static std::map<std::string, Entry> &entries()
  {
    static std::map<std::string, Entry> map;
    return map;
  }
  static const Entry &get(const std::string &name)
  {
    const auto it = entries().find(name);
    if (it == entries().end())
      throw InputError("'" + name + "' is unknown; " + suggest(name, names()));
    return it->second;
  }
};

/// Opens shared libraries whose static objects register further parts. Throws InputError with the loader's reason.
void load_plugins(const std::vector<std::string> &files);
} // namespace fe2

#endif
