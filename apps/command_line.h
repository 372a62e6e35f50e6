// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Arguments of a subcommand: positional ones, --options with or without value, and -options for PETSc.
 */
#ifndef fe2_apps_command_line_h
#define fe2_apps_command_line_h

#include <map>
#include <string>
#include <vector>

namespace fe2
{
struct Option
{
  std::string name; ///< with "--"
  bool has_value;
  std::string text;
};

class CommandLine
{
public:
  /// Throws InputError: unknown option, missing value, wrong number of positional arguments, -options where PETSc is
  /// not used.
  CommandLine(const std::string &command, const std::vector<std::string> &arguments,
              const std::vector<std::string> &positional_names, const std::vector<Option> &options,
              const bool takes_petsc_options = false);

  bool has(const std::string &option) const { return values_.count(option) > 0; }
  /// The last value given, or `otherwise`.
  std::string value(const std::string &option, const std::string &otherwise = "") const;
  std::vector<std::string> all(const std::string &option) const;
  /// A number. Throws InputError.
  double number(const std::string &option, const double otherwise) const;
  std::vector<double> numbers(const std::string &option) const;
  const std::string &positional(const std::size_t i) const { return positional_.at(i); }
  const std::vector<std::string> &petsc() const { return petsc_; }

private:
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> positional_, petsc_;
};

/// "usage" text of a command.
std::string usage(const std::string &command, const std::vector<std::string> &positional,
                  const std::vector<Option> &options);
} // namespace fe2

#endif
