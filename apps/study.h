// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * How large an RVE must be: effective stiffness over sizes and realizations of a random microstructure.
 */
#ifndef fe2_apps_study_h
#define fe2_apps_study_h

#include <apps/case.h>

namespace fe2
{
/// Throws InputError if a study is asked for that cannot be made: the micro model is not random, sizes do not rise.
void check_study(const Case &c, const std::string &name, const MicroModel &model);
/// Writes study.csv (a row each realization) and the verdict.
void run_study(Case &c, const std::string &model, const Increment &increment, const ResultFolder &folder, Log &log);
} // namespace fe2

#endif
