// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * min |A x - b| with x >= 0, by PETSc/TAO's interior-point method for bound-constrained quadratic programs; the values
 * of the active terms are then refined by a QR decomposition. PETSc must be initialized.
 */
#ifndef fe2_rve_prony_fit_nnls_h
#define fe2_rve_prony_fit_nnls_h

#include <Eigen/Core>

namespace fe2
{
/// Throws RunError if the solver does not converge.
Eigen::VectorXd solve_nnls(const Eigen::MatrixXd &a, const Eigen::VectorXd &b);
} // namespace fe2

#endif
