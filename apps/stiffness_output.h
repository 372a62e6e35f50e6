// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Tables of a stiffness.
 */
#ifndef fe2_apps_stiffness_output_h
#define fe2_apps_stiffness_output_h

#include <rve/elastic_constants.h>

namespace fe2
{
/// Rows in Mandel and in engineering Voigt notation.
void write_stiffness(const Matrix6 &stiffness, const std::string &file, const std::string &comment);
/// One row of named values.
void write_row(const std::string &file, const std::string &comment, const NamedValues &row);
} // namespace fe2

#endif
