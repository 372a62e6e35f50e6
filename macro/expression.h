// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What an expression of a parameter file may not hold.
 */
#ifndef fe2_macro_expression_h
#define fe2_macro_expression_h

#include <string>

namespace fe2
{
/// Throws InputError if the expression calls rand() or rand_seed(): its value would differ from evaluation to
/// evaluation and from run to run.
void refuse_random(const std::string &where, const std::string &expression);
} // namespace fe2

#endif
