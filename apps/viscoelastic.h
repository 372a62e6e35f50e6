// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What is asked of a viscoelastic micro model beside its path: the relaxed stiffness (t to infinity) and complex moduli
 * over the frequency, both exact (no time steps).
 */
#ifndef fe2_apps_viscoelastic_h
#define fe2_apps_viscoelastic_h

#include <apps/case.h>

namespace fe2
{
/// Writes stiffness_equilibrium.csv, engineering_constants_equilibrium.csv and complex_moduli.csv as the case asks.
/// Throws InputError if the micro model is not linear.
void write_viscoelastic(const Case &c, MicroModel &model, const std::string &name, const ResultFolder &folder,
                        Log &log);
} // namespace fe2

#endif
