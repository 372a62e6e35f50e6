// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * One rank speaks. Lines go to standard output and, once opened, to a log file in the result folder. On a terminal
 * `progress` keeps one line with done, total and time left; elsewhere it writes nothing (lines per increment do).
 */
#ifndef fe2_lib_base_log_h
#define fe2_lib_base_log_h

#include <chrono>
#include <fstream>
#include <string>

namespace fe2
{
class Log
{
public:
  explicit Log(const bool speaks = false);
  void open(const std::string &file);
  void line(const std::string &text);
  void warning(const std::string &text) { line("Warning: " + text); }
  /// `fraction` done of the whole (0 to 1), with what is being done.
  void progress(const double fraction, const std::string &text);
  /// Seconds since construction.
  double seconds() const;
  bool speaks() const { return speaks_; }

private:
  void clear_progress();
  bool speaks_, terminal_, progress_shown_ = false;
  std::ofstream file_;
  std::chrono::steady_clock::time_point start_;
};

/// Number in `%.<digits>g`.
std::string format(const double value, const int digits = 4);
/// "12 s", "3 min 20 s", "2 h 5 min".
std::string format_seconds(const double seconds);
} // namespace fe2

#endif
