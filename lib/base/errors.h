// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What can go wrong, and how it is told.
 *
 * InputError: the user's input is wrong (exit code 2). RunError: the computation failed (exit code 1).
 * A numerical failure of one micro model is neither: it is a returned status (lib/scale).
 *
 * Both must be thrown on all ranks alike: input is read on rank 0 and broadcast, results are agreed upon.
 */
#ifndef fe2_lib_base_errors_h
#define fe2_lib_base_errors_h

#include <stdexcept>
#include <string>
#include <vector>

namespace fe2
{
enum ExitCode
{
  exit_done = 0,
  exit_failed = 1,
  exit_bad_input = 2,
  exit_continue = 3
};

class InputError : public std::runtime_error
{
  using std::runtime_error::runtime_error;
};

class RunError : public std::runtime_error
{
  using std::runtime_error::runtime_error;
};

/// Collects all faults of an input before anything is computed.
class Faults
{
public:
  /// `where` is a path such as "Materials/matrix/Young's modulus"; `cure` says what is allowed and what to do.
  void add(const std::string &where, const std::string &value, const std::string &cure);
  bool empty() const { return texts_.empty(); }
  std::size_t size() const { return texts_.size(); }
  /// Throws an InputError that lists all faults, if there are any.
  void throw_if_any(const std::string &source) const;

private:
  std::vector<std::string> texts_;
};

/// The candidates nearest to a misspelt name: "did you mean 'a' or 'b'?", or the whole list when it is short.
std::string suggest(const std::string &name, const std::vector<std::string> &candidates);
} // namespace fe2

#endif
