// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/log.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace fe2
{
Log::Log(const bool speaks)
    // mpirun gives ranks a terminal even if its own output goes to a file: tools/run says what is true.
    : speaks_(speaks),
      terminal_(speaks && isatty(STDOUT_FILENO) &&
                (std::getenv("OMPI_COMM_WORLD_SIZE") == nullptr || std::getenv("FE2_PROGRESS") != nullptr)),
      start_(std::chrono::steady_clock::now())
{
}

void Log::open(const std::string &file)
{
  if (speaks_)
    file_.open(file);
}

void Log::clear_progress()
{
  if (progress_shown_)
    std::cout << "\r\033[K";
  progress_shown_ = false;
}

void Log::line(const std::string &text)
{
  if (!speaks_)
    return;
  clear_progress();
  std::cout << text << std::endl;
  if (file_)
    file_ << text << std::endl;
}

void Log::progress(const double fraction, const std::string &text)
{
  if (!terminal_)
    return;
  clear_progress();
  std::cout << text << "  " << format(100 * fraction, 3) << " %";
  if (fraction > 0 && fraction < 1)
    std::cout << ", " << format_seconds(seconds() * (1 - fraction) / fraction) << " left";
  std::cout << std::flush;
  progress_shown_ = true;
}

double Log::seconds() const
{
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

std::string format(const double value, const int digits)
{
  char text[64];
  std::snprintf(text, sizeof(text), "%.*g", digits, value);
  return text;
}

std::string format_seconds(const double seconds)
{
  const auto s = static_cast<long long>(seconds + 0.5);
  if (s < 60)
    return format(seconds, 3) + " s";
  if (s < 3600)
    return std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s";
  return std::to_string(s / 3600) + " h " + std::to_string(s % 3600 / 60) + " min";
}
} // namespace fe2
