// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Exact conversions of Prony series. With the operational (s-multiplied Laplace) moduli
 *
 *     M*(s) = M_inf + sum M_i s / (s + r_i),   r_i = 1 / tau_i,
 *
 * the elastic relations hold (correspondence principle), which they do not at equal times:
 *
 *     creep           J* = 1 / M*
 *     shear, Young's  G* = 3 K E* / (9 K - E*),   E* = 9 K G* / (3 K + G*),   K constant
 *
 * The right-hand sides are series of the same kind. Their rates x are the roots of M*(-x) = 0, 9 K or -3 K, one between
 * two neighbouring rates, where M*(-x) falls monotonically; their moduli are the residues (Ferry, Viscoelastic
 * Properties of Polymers (1980), chapter 3; Park and Schapery, Int. J. Solids Struct. 36 (1999) 1653). Roots are found
 * as distances from the nearest rate, as in the divide-and-conquer eigenvalue algorithm, so that series over any number
 * of decades keep their digits.
 */
#ifndef fe2_rve_materials_prony_interconversion_h
#define fe2_rve_materials_prony_interconversion_h

#include <rve/materials/prony_series.h>

namespace fe2
{
/// J(t) = instantaneous + sum J_i (1 - exp(-t / lambda_i)) + fluidity t.
struct RetardationSeries
{
  double instantaneous = 0;
  std::vector<double> compliances;
  std::vector<double> times;
  double fluidity = 0;

  double creep(const double t) const;
};

/// The creep compliance of a series with a positive instantaneous modulus; it flows if the equilibrium modulus is zero.
RetardationSeries to_retardation(const PronySeries &series);
/// The relaxation modulus of a compliance with a positive instantaneous part.
PronySeries to_relaxation(const RetardationSeries &series);

/// Shear modulus of Young's modulus for a constant bulk modulus, which must exceed a ninth of the instantaneous one.
PronySeries young_to_shear(const PronySeries &young, const double bulk);
PronySeries shear_to_young(const PronySeries &shear, const double bulk);
} // namespace fe2

#endif
