// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * M(t) = M_inf + sum_i M_i exp(-t / tau_i), and the folding of terms that a run cannot see.
 */
#ifndef fe2_rve_materials_prony_series_h
#define fe2_rve_materials_prony_series_h

#include <string>
#include <vector>

namespace fe2
{
struct PronySeries
{
  double equilibrium = 0;
  std::vector<double> moduli;
  std::vector<double> times;

  double relaxation(const double t) const;
  /// int_0^t M ds: the stress of a ramp of unit rate.
  double ramp(const double t) const;
  double instantaneous() const { return relaxation(0); }
  /// Storage and loss modulus at the angular frequency omega (storage at 0: the equilibrium modulus).
  double storage(const double omega) const;
  double loss(const double omega) const;
  /// Creep compliance J(t) with int_0^t M(t - s) dJ(s) = 1, from its retardation spectrum.
  double creep(const double t) const;
};

struct FoldedSeries
{
  PronySeries series;
  double error = 0; ///< largest relative error of M(t) and of its integral for times in the window
};

/// Terms that have relaxed before `shortest` are dropped, terms that do not relax until `longest` go into the
/// equilibrium modulus: as many of both as keep the relative error below `tolerance` for all times in the window, both
/// of M(t) (steps) and of int_0^t M ds (ramps, to which fast terms contribute M_i tau_i).
FoldedSeries fold(const PronySeries &series, const double shortest, const double longest,
                  const double tolerance = 1e-3);
} // namespace fe2

#endif
