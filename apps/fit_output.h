// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Tables that fe2 fit-prony writes beside the material.
 */
#ifndef fe2_apps_fit_output_h
#define fe2_apps_fit_output_h

#include <apps/fit_data.h>

namespace fe2
{
/// Measured (and shifted) data beside the series at each of them.
void write_comparison(const std::string &file, const FitData &fitted, const PronySeries &series);
/// BASE_retardation.csv: retardation times with compliances; BASE_dynamic.csv: moduli over the angular frequency, two
/// decades beyond the relaxation times. `measured` names the modulus.
void write_series(const std::string &base, const std::string &measured, const PronySeries &series);
} // namespace fe2

#endif
