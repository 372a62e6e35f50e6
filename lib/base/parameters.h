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
#include <limits>
#include <map>
#include <set>
#include <type_traits>

namespace fe2
{
/// The finite numbers that an entry allows. A default that says 'not given' may lie outside: only what the user wrote
/// is checked.
struct Range
{
  double least = -std::numeric_limits<double>::infinity(), most = std::numeric_limits<double>::infinity();
  bool above_least = false, below_most = false; ///< the ends do not belong to it

  static const Range any;
  static const Range positive;
  static const Range non_negative;
  static const Range fraction;  ///< 0 <= x <= 1
  static const Range tolerance; ///< 0 < x < 1
  static const Range below_one; ///< 0 <= x < 1; of tolerances that 0 switches off
  static Range between(const double least, const double most) { return {least, most, false, false}; }
  static Range at_least(const double least) { return {least, any.most, false, false}; }
  static Range inside(const double least, const double most) { return {least, most, true, true}; }

  bool contains(const double x) const;
  /// "must be positive", "must lie between 0 and 1"; empty for `any`.
  std::string text() const;
};
inline const Range Range::any{};
inline const Range Range::positive{0, any.most, true, false};
inline const Range Range::non_negative{0, any.most, false, false};
inline const Range Range::fraction{0, 1, false, false};
inline const Range Range::tolerance{0, 1, true, true};
inline const Range Range::below_one{0, 1, false, true};

class Parameters
{
public:
  explicit Parameters(const ParameterTree &tree) : tree_(tree) {}
  Parameters(const Parameters &) = delete;

  void enter(const std::string &subsection);
  void leave();

  /// bool, string, or strings between commas. Numbers need a range.
  template <class T>
  void add(const std::string &entry, T &variable, const std::string &text)
  {
    static_assert(std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                      std::is_same_v<T, std::vector<std::string>>,
                  "numbers are added with their range");
    handler_.add_parameter(entry, variable, text);
    note(entry,
         std::is_same_v<T, bool>          ? "true or false"
         : std::is_same_v<T, std::string> ? "a text"
                                          : "names separated by commas",
         text);
  }
  /// One of a "a|b|c" selection.
  void add_selection(const std::string &entry, std::string &variable, const std::string &text,
                     const std::string &selection);
  void add(const std::string &entry, double &variable, const std::string &text, const Range range);
  void add(const std::string &entry, unsigned int &variable, const std::string &text, const unsigned int least,
           const unsigned int most = std::numeric_limits<int>::max());
  void add(const std::string &entry, std::vector<unsigned int> &variable, const std::string &text,
           const unsigned int least, const unsigned int most = std::numeric_limits<int>::max());
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
  /// deal.II's add_parameter would round the default to a few digits.
  void declare_double(const std::string &entry, double &variable, const std::string &text);

  struct Check
  {
    std::string where;
    std::function<std::string()> fault; ///< empty if all is well
  };
  /// `rule`: the range, "must be ...".
  void note(const std::string &entry, const std::string &expected, const std::string &text,
            const std::string &rule = "");
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
