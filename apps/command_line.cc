// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/command_line.h>

#include <lib/base/errors.h>
#include <lib/base/parameter_tree.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
double to_number(const std::string &option, const std::string &text)
{
  char *end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != 0 || !std::isfinite(value))
    throw InputError(option + " '" + text + "': a finite number belongs here");
  return value;
}
} // namespace

CommandLine::CommandLine(const std::string &command, const std::vector<std::string> &arguments,
                         const std::vector<std::string> &positional_names, const std::vector<Option> &options,
                         const bool takes_petsc_options)
{
  std::vector<std::string> known;
  for (const auto &o : options)
    known.push_back(o.name);
  for (std::size_t i = 0; i < arguments.size(); ++i)
  {
    const std::string &a = arguments[i];
    if (a.substr(0, 2) == "--")
    {
      const std::string name = a.substr(0, a.find('='));
      const auto o = std::find_if(options.begin(), options.end(), [&](const Option &x) { return x.name == name; });
      if (o == options.end())
        throw InputError("fe2 " + command + ": unknown option '" + name + "'; " + suggest(name, known));
      std::string value;
      if (o->has_value && a.size() > name.size())
        value = a.substr(name.size() + 1);
      else if (o->has_value && i + 1 < arguments.size())
        value = arguments[++i];
      else if (o->has_value)
        throw InputError("fe2 " + command + ": option '" + name + "' needs a value");
      values_[name].push_back(value);
    }
    else if (a.size() > 1 && a[0] == '-' && !(a[1] >= '0' && a[1] <= '9'))
    {
      if (!takes_petsc_options)
        throw InputError("fe2 " + command + ": unknown option '" + a + "'; " + suggest("-" + a, known));
      petsc_.push_back(a);
      if (i + 1 < arguments.size() && arguments[i + 1][0] != '-' && arguments[i + 1].find(".prm") == std::string::npos)
        petsc_.push_back(arguments[++i]);
    }
    else
      positional_.push_back(a);
  }
  if (!has("--help") && positional_.size() != positional_names.size())
    throw InputError("fe2 " + command + ": " + std::to_string(positional_.size()) + " arguments instead of " +
                     std::to_string(positional_names.size()) + "\n" + usage(command, positional_names, options));
}

std::string CommandLine::value(const std::string &option, const std::string &otherwise) const
{
  const auto it = values_.find(option);
  return it == values_.end() ? otherwise : it->second.back();
}

std::vector<std::string> CommandLine::all(const std::string &option) const
{
  const auto it = values_.find(option);
  return it == values_.end() ? std::vector<std::string>() : it->second;
}

double CommandLine::number(const std::string &option, const double otherwise) const
{
  return has(option) ? to_number(option, value(option)) : otherwise;
}

std::vector<double> CommandLine::numbers(const std::string &option) const
{
  std::vector<double> list;
  for (const auto &piece : split(value(option), ','))
    list.push_back(to_number(option, piece));
  return list;
}

std::string usage(const std::string &command, const std::vector<std::string> &positional,
                  const std::vector<Option> &options)
{
  std::string text = "usage: fe2 " + command;
  for (const auto &p : positional)
    text += " " + p;
  text += options.empty() ? "" : " [options]";
  std::size_t width = 0;
  for (const auto &o : options)
    width = std::max(width, o.name.size() + (o.has_value ? 8u : 2u));
  for (const auto &o : options)
  {
    const std::string name = o.name + (o.has_value ? " VALUE" : "");
    text += "\n  " + name + std::string(width - name.size(), ' ') + o.text;
  }
  return text;
}
} // namespace fe2
