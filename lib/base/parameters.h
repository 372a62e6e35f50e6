// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Declaration and reading of parameters. Call order:
 *
 *     Parameters p(tree);          // what the user wrote
 *     object.declare(p);           // p.enter("Section"); p.add("Entry", variable, "meaning [unit]", Range::positive);
 * ... p.parse(faults);             // variables are set; unknown names, wrong types and ranges become faults
 *     object.validate(p, faults);  // what concerns several entries
 *     faults.throw_if_any(file);
 *
 * deal.II's ParameterHandler holds patterns and documentation and prints the resolved input.
 */
#ifndef fe2_lib_base_parameters_h
#define fe2_lib_base_parameters_h

#include <lib/base/parameter_tree.h>

#include <deal.II/base/parameter_handler.h>

#include <functional>
#include <map>
#include <set>
#include <type_traits>

namespace fe2
{
enum class Range
{
  any,
  positive,
  non_negative,
  fraction ///< 0 <= x <= 1
};

class Parameters
{
public:
  explicit Parameters(const ParameterTree &tree) : tree_(tree) {}
  Parameters(const Parameters &) = delete;

  void enter(const std::string &subsection);
  void leave();

  /// Any type that deal.II can convert (numbers, bool, string, comma-separated lists).
  template <class T>
  void add(const std::string &entry, T &variable, const std::string &text)
  {
    declare(entry, variable, text);
    note(entry,
         std::is_same_v<T, bool>                       ? "true or false"
         : std::is_integral_v<T>                       ? "a whole number"
         : std::is_floating_point_v<T>                 ? "a number"
         : std::is_same_v<T, std::vector<double>>      ? "numbers separated by commas"
         : std::is_same_v<T, std::vector<std::string>> ? "names separated by commas"
                                                       : "another type of value",
         text);
  }
  /// One of a "a|b|c" selection.
  void add_selection(const std::string &entry, std::string &variable, const std::string &text,
                     const std::string &selection);
  void add(const std::string &entry, double &variable, const std::string &text, const Range range);
  void add(const std::string &entry, unsigned int &variable, const std::string &text, const unsigned int least);
  void add(const std::string &entry, std::vector<unsigned int> &variable, const std::string &text);
  void add(const std::string &entry, std::vector<double> &variable, const std::string &text, const Range range);

  /// Subsections that the user wrote inside the current one, in the order of the file.
  std::vector<std::string> named_subsections() const { return tree_.subsections(path_); }
  /// What the file gives for an entry of the current subsection, before parsing (to choose what to declare).
  std::string peek(const std::string &entry, const std::string &otherwise) const;
  /// Whether the user wrote this entry of the current subsection.
  bool given(const std::string &entry) const { return tree_.find(path_, entry) != nullptr; }
  /// "Section/Sub/Entry" for messages about the current subsection.
  std::string where(const std::string &entry) const;
  /// A file name of the user, relative to the parameter file.
  std::string resolve(const std::string &file) const { return resolve_path(tree_.folder(), file); }

  void parse(Faults &faults);
  /// A file name of the user, relative to the parameter file; the variable gets the resolved name.
  void add_file(const std::string &entry, std::string &variable, const std::string &text);
  /// The whole resolved input with documentation. What the user did not write stands as a comment with its default, so
  /// that the printed file means the same (`all_set`: it is set too).
  void print(std::ostream &out, const bool all_set = false) const;
  const ParameterTree &tree() const { return tree_; }

private:
  template <class T>
  void declare(const std::string &entry, T &variable, const std::string &text)
  {
    if constexpr (std::is_same_v<T, double>)
      declare_double(entry, variable, text);
    else
      handler_.add_parameter(entry, variable, text);
  }
  /// deal.II's add_parameter would round the default to a few digits.
  void declare_double(const std::string &entry, double &variable, const std::string &text);

  struct Check
  {
    std::string where;
    std::function<std::string()> fault; ///< empty if all is well
  };
  void note(const std::string &entry, const std::string &expected, const std::string &text)
  {
    declared_.insert({path_, entry});
    order_.push_back({path_, entry, text});
    expected_[{path_, entry}] = expected;
  }
  void add_check(const std::string &entry, const std::function<std::string()> &fault);
  void report_unknown(const ParameterTree::Path &path, const std::string &entry, Faults &faults) const;
  bool set(const ParameterTree::Path &path, const std::string &entry, const ParameterEntry &given, Faults &faults);

  ParameterTree tree_;
  dealii::ParameterHandler handler_;
  ParameterTree::Path path_;
  std::set<std::pair<ParameterTree::Path, std::string>> declared_;
  std::map<std::pair<ParameterTree::Path, std::string>, std::string> expected_; ///< for messages
  std::set<ParameterTree::Path> declared_sections_;
  std::vector<Check> checks_;
  struct Declared
  {
    ParameterTree::Path path;
    std::string entry, text;
  };
  std::vector<Declared> order_;
  std::set<std::pair<ParameterTree::Path, std::string>> files_; ///< entries that are file names
};

/// Enters a subsection for the time of a scope.
class ParameterScope
{
public:
  ParameterScope(Parameters &parameters, const std::string &subsection) : parameters_(parameters)
  {
    parameters_.enter(subsection);
  }
  ~ParameterScope() { parameters_.leave(); }
  ParameterScope(const ParameterScope &) = delete;

private:
  Parameters &parameters_;
};
} // namespace fe2

#endif
