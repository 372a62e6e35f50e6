// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * How large an RVE must be: effective stiffness over sizes and realizations of a random microstructure.
 */
#ifndef fe2_apps_study_h
#define fe2_apps_study_h

#include <apps/case.h>

namespace fe2
{
/// Writes study.csv (a row each realization) and the verdict. Throws InputError if the micro model is not random.
void run_study(Case &c, const std::string &model, const Increment &increment, const ResultFolder &folder, Log &log);
} // namespace fe2

#endif
