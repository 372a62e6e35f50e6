// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/entry_folder.h>
#include <lib/base/parameters.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>

namespace fe2
{
namespace
{
std::string join(const ParameterTree::Path &path, const std::string &entry)
{
  std::string text;
  for (const auto &p : path)
    text += p + "/";
  return text + entry;
}

/// "must be positive" as a sentence of the documentation: "Positive."
std::string as_sentence(const std::string &rule)
{
  const std::string begin = rule.rfind("must be ", 0) == 0 ? "must be " : "must ";
  std::string text = rule.empty() ? "" : rule.substr(begin.size()) + ".";
  if (!text.empty())
    text[0] = char(std::toupper(text[0]));
  return text;
}

std::string whole_range(const unsigned int least, const unsigned int most)
{
  if (most == unsigned(std::numeric_limits<int>::max()))
    return least == 0 ? "" : "must be at least " + std::to_string(least);
  if (most > least + 3)
    return "must lie between " + std::to_string(least) + " and " + std::to_string(most);
  std::string text = "must be " + std::to_string(least);
  for (unsigned int n = least + 1; n <= most; ++n)
    text += (n == most ? " or " : ", ") + std::to_string(n);
  return text;
}

std::string fault_of(const double x, const Range &range)
{
  return range.contains(x) ? "" : std::isfinite(x) ? range.text() : "must be a finite number";
}
} // namespace

bool Range::contains(const double x) const
{
  return std::isfinite(x) && (above_least ? x > least : x >= least) && (below_most ? x < most : x <= most);
}

std::string Range::text() const
{
  const std::string from = format(least), to = format(most);
  const bool lower = least != any.least, upper = most != any.most;
  if (!upper && least == 0)
    return above_least ? "must be positive" : "must not be negative";
  if (lower && upper && !above_least && !below_most)
    return "must lie between " + from + " and " + to;
  const std::string low = (above_least ? "above " : "at least ") + from,
                    high = (below_most ? "below " : "at most ") + to;
  return lower || upper ? "must be " + (lower ? low : "") + (lower && upper ? " and " : "") + (upper ? high : "") : "";
}

void Parameters::note(const std::string &entry, const std::string &expected, const std::string &text,
                      const std::string &rule)
{
  declared_.insert({path_, entry});
  order_.push_back({path_, entry, text + (rule.empty() ? "" : " " + as_sentence(rule))});
  expected_[{path_, entry}] = expected;
}

void Parameters::enter(const std::string &subsection)
{
  path_.push_back(subsection);
  declared_sections_.insert(path_);
  handler_.enter_subsection(subsection);
}

void Parameters::leave()
{
  path_.pop_back();
  handler_.leave_subsection();
}

void Parameters::add_check(const std::string &entry, const std::function<std::string()> &fault)
{
  if (given(entry))
    checks_.push_back({where(entry), fault});
}

void Parameters::add_selection(const std::string &entry, std::string &variable, const std::string &text,
                               const std::string &selection)
{
  handler_.add_parameter(entry, variable, text, dealii::Patterns::Selection(selection));
  note(entry, "one of " + selection, text);
}

void Parameters::declare_double(const std::string &entry, double &variable, const std::string &text)
{
  char number[32];
  for (int digits = 6; digits <= 17; ++digits)
  {
    std::snprintf(number, sizeof(number), "%.*g", digits, variable);
    if (std::strtod(number, nullptr) == variable)
      break;
  }
  handler_.declare_entry(entry, number, dealii::Patterns::Double(), text);
  handler_.add_action(entry, [&variable](const std::string &value) { variable = std::strtod(value.c_str(), nullptr); });
}

void Parameters::add(const std::string &entry, double &variable, const std::string &text, const Range range)
{
  declare_double(entry, variable, text);
  note(entry, "a number", text, range.text());
  add_check(entry, [&variable, range] { return fault_of(variable, range); });
}

void Parameters::add(const std::string &entry, unsigned int &variable, const std::string &text,
                     const unsigned int least, const unsigned int most)
{
  handler_.add_parameter(entry, variable, text, dealii::Patterns::Integer(0));
  note(entry, "a whole number", text, whole_range(least, most));
  add_check(entry, [&variable, least, most]
            { return variable < least || variable > most ? whole_range(least, most) : std::string(); });
}

void Parameters::add(const std::string &entry, std::vector<unsigned int> &variable, const std::string &text,
                     const unsigned int least, const unsigned int most)
{
  handler_.add_parameter(entry, variable, text, dealii::Patterns::List(dealii::Patterns::Integer(0)));
  note(entry, "whole numbers separated by commas", text, whole_range(least, most));
  add_check(entry,
            [&variable, least, most]
            {
              const bool good = std::all_of(variable.begin(), variable.end(),
                                            [&](const unsigned int n) { return n >= least && n <= most; });
              return good ? std::string() : "each number " + whole_range(least, most);
            });
}

void Parameters::add(const std::string &entry, std::vector<double> &variable, const std::string &text,
                     const Range range)
{
  handler_.add_parameter(entry, variable, text);
  note(entry, "numbers separated by commas", text, range.text());
  add_check(entry,
            [&variable, range]
            {
              for (const double x : variable)
                if (const auto fault = fault_of(x, range); !fault.empty())
                  return "each number " + fault;
              return std::string();
            });
}

std::string Parameters::peek(const std::string &entry, const std::string &otherwise) const
{
  const auto *found = tree_.find(path_, entry);
  return found == nullptr ? otherwise : found->value;
}

std::string Parameters::where(const std::string &entry) const
{
  return join(path_, entry);
}

void Parameters::report_unknown(const ParameterTree::Path &path, const std::string &entry, Faults &faults) const
{
  std::vector<std::string> known;
  for (const auto &d : declared_)
    if (d.first == path)
      known.push_back(d.second);
  faults.add(join(path, entry), tree_.find(path, entry)->value,
             "unknown entry (" + tree_.find(path, entry)->source + "); " + suggest(entry, known));
}

bool Parameters::set(const ParameterTree::Path &path, const std::string &entry, const ParameterEntry &given,
                     Faults &faults)
{
  for (const auto &p : path)
    handler_.enter_subsection(p);
  bool good = true;
  try
  {
    const bool is_file = files_.count({path, entry}) > 0 && !given.value.empty();
    handler_.set(entry, is_file ? resolve_path(folder_of(&given, tree_), given.value) : given.value);
  }
  catch (const std::exception &)
  {
    good = false;
    faults.add(join(path, entry), given.value,
               "does not fit (" + given.source + "); expected is " + expected_.at({path, entry}));
  }
  for (std::size_t i = 0; i < path.size(); ++i)
    handler_.leave_subsection();
  return good;
}

void Parameters::parse(Faults &faults)
{
  for (const auto &section : tree_.sections())
    if (declared_sections_.count(section) == 0)
    {
      const ParameterTree::Path parent(section.begin(), section.end() - 1);
      if (!parent.empty() && declared_sections_.count(parent) == 0)
        continue; // the parent is reported
      std::vector<std::string> known;
      for (const auto &d : declared_sections_)
        if (d.size() == section.size() && std::equal(parent.begin(), parent.end(), d.begin()))
          known.push_back(d.back());
      faults.add(join(parent, section.back()), "", "unknown subsection; " + suggest(section.back(), known));
    }
  std::set<std::string> bad;
  for (const auto &[path, entry] : tree_.order())
  {
    if (!path.empty() && declared_sections_.count(path) == 0)
      continue;
    if (declared_.count({path, entry}) == 0)
      report_unknown(path, entry, faults);
    else if (!set(path, entry, *tree_.find(path, entry), faults))
      bad.insert(join(path, entry));
  }
  for (const auto &check : checks_)
    if (bad.count(check.where) == 0)
      if (const std::string fault = check.fault(); !fault.empty())
      {
        const auto slash = check.where.rfind('/');
        const auto path = split(slash == std::string::npos ? "" : check.where.substr(0, slash), '/');
        const auto *given = tree_.find(path, check.where.substr(slash + 1));
        faults.add(check.where, given == nullptr ? "" : given->value, fault);
      }
}

void Parameters::add_file(const std::string &entry, std::string &variable, const std::string &text)
{
  handler_.add_parameter(entry, variable, text); // `set` resolves what the user wrote
  note(entry, "a file name", text);
  files_.insert({path_, entry});
}

namespace
{
/// Comment lines of at most 100 characters.
void print_comment(std::ostream &out, const std::string &indent, const std::string &text)
{
  std::istringstream words(text);
  std::string line = indent + "#";
  for (std::string word; words >> word;)
  {
    if (line.size() + word.size() > 100)
    {
      out << line << "\n";
      line = indent + "#";
    }
    line += " " + word;
  }
  out << line << "\n";
}
} // namespace

void Parameters::print(std::ostream &out, const bool all_set) const
{
  // Entries in the order of declaration, those of a subsection together.
  ParameterTree::Path current;
  const auto indent = [&current] { return std::string(2 * current.size(), ' '); };
  const auto move_to = [&](const ParameterTree::Path &path)
  {
    std::size_t common = 0;
    while (common < path.size() && common < current.size() && path[common] == current[common])
      ++common;
    while (current.size() > common)
    {
      current.pop_back();
      out << indent() << "end\n";
    }
    while (current.size() < path.size())
    {
      out << "\n" << indent() << "subsection " << path[current.size()] << "\n";
      current.push_back(path[current.size()]);
    }
  };
  for (const auto &d : order_)
  {
    move_to(d.path);
    const ParameterEntry *given = tree_.find(d.path, d.entry);
    const std::string key = handler_.get(d.path, d.entry);
    std::string value = given == nullptr ? key : given->value;
    if (given != nullptr && files_.count({d.path, d.entry}) && !value.empty())
      value = std::filesystem::absolute(resolve_path(folder_of(given, tree_), value)).lexically_normal().string();
    print_comment(out, indent(), d.text);
    out << indent() << (given != nullptr || all_set ? "set " : "# set ") << d.entry << " = " << value << "\n";
  }
  move_to({});
}
} // namespace fe2
