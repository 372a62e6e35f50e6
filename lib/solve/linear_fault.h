// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What a linear solver knows about its failure: each says what it was told by its library, and no more.
 */
#ifndef fe2_lib_solve_linear_fault_h
#define fe2_lib_solve_linear_fault_h

#include <string>

namespace fe2
{
struct LinearFault
{
  enum class Kind
  {
    none,
    no_convergence, ///< of an iteration
    indefinite,     ///< not positive definite, where that is needed
    singular,       ///< a pivot is zero
    memory,         ///< or a workspace
    not_finite,     ///< NaN in matrix, right-hand side or solution
    other
  };
  Kind kind = Kind::none;
  std::string text; ///< a sentence without its stop

  explicit operator bool() const { return kind != Kind::none; }
};
} // namespace fe2

#endif
