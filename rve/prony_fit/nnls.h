// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * min |A x - b| with x >= 0 by the active-set method of Lawson and Hanson, Solving Least Squares Problems (1974),
 * chapter 23: unknowns enter one by one where the residual's gradient is steepest, those that would become negative
 * leave, and each set is solved by a QR decomposition. Every step lowers the residual, so that it ends on any data:
 * exact, of fewer rows than unknowns, with equal columns.
 */
#ifndef fe2_rve_prony_fit_nnls_h
#define fe2_rve_prony_fit_nnls_h

#include <Eigen/Core>

namespace fe2
{
Eigen::VectorXd solve_nnls(const Eigen::MatrixXd &a, const Eigen::VectorXd &b);
} // namespace fe2

#endif
