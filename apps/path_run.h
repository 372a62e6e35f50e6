// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A micro model along the path of a case; writes averages.csv.
 */
#ifndef fe2_apps_path_run_h
#define fe2_apps_path_run_h

#include <apps/case.h>

namespace fe2
{
/// The path of a case with its time settings; throws InputError.
struct PreparedPath
{
  explicit PreparedPath(Case &c);
  TimeSettings time;
  std::optional<LoadPath> path;
};

void run_path(const PreparedPath &path, Case &c, const std::shared_ptr<MicroModel> &model, const std::string &name,
              const ResultFolder &folder, Log &log);
} // namespace fe2

#endif
