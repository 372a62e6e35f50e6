// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Stiffness under harmonic strains eps(t) = Re(eps exp(i omega t)) of linear viscoelastic models: C' + i C'', storage
 * and loss, in Mandel notation. omega = 0 is the relaxed (equilibrium) stiffness.
 */
#ifndef fe2_lib_scale_harmonic_h
#define fe2_lib_scale_harmonic_h

#include <lib/base/tensors.h>

#include <complex>
#include <optional>

namespace fe2
{
using ComplexMatrix6 = Eigen::Matrix<std::complex<double>, 6, 6, Eigen::RowMajor>;
/// Empty: the model is not linear.
using HarmonicTangent = std::optional<ComplexMatrix6>;
} // namespace fe2

#endif
