// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Isotherms of a thermorheologically simple material shifted to one curve: M(t, T) = M(t / a_T(T), T_ref).
 *
 * Neighbours: log a_hot - log a_cold is the mean distance along log t of the two curves over the range of log M that
 * both have (closed-form shifting of Gergesova et al., J. Rheol. 55 (2011) 1; ISO 18437-6). All shifts are then
 * corrected by Gauss-Newton steps on the residual of the Prony series fitted to the curve, in turn with that fit.
 *
 * Laws of the shifts, by least squares in log10 a_T:
 *   WLF        log10 a_T = -C1 (T - T_ref) / (C2 + T - T_ref)    (Williams, Landel and Ferry, JACS 77 (1955) 3701)
 *   Arrhenius  ln a_T = E_a / R (1 / T - 1 / T_ref), absolute temperatures
 */
#ifndef fe2_rve_prony_fit_master_curve_h
#define fe2_rve_prony_fit_master_curve_h

#include <rve/prony_fit/prony_fit.h>

namespace fe2
{
struct Isotherm
{
  double temperature = 0; ///< mean of its rows
  ViscoelasticData data;
  double log10_shift = 0;      ///< log10 a_T
  bool well_determined = true; ///< the moduli that it shares with its neighbours towards the reference change by 1 %
};

/// Rows grouped where neighbouring temperatures differ by more than `gap`; by rising temperature.
std::vector<Isotherm> group_isotherms(const ViscoelasticData &data, const std::vector<double> &temperatures,
                                      const double gap = 1);

/// Sets the shifts; 0 for the reference. Throws InputError: isotherms of one row, or without common moduli.
void shift_isotherms(std::vector<Isotherm> &isotherms, const std::size_t reference, const PronyFitSettings &settings);

/// All rows, at the reference temperature.
ViscoelasticData master_curve(const std::vector<Isotherm> &isotherms);

struct ShiftLaw
{
  bool exists = false;
  double c1 = 0, c2 = 0;  ///< WLF
  double energy_by_r = 0; ///< Arrhenius: E_a / R [K]
  double error = 0;       ///< RMS of log10 a_T
};

/// From the well determined shifts: WLF needs two beside the reference, Arrhenius one. `zero`: the absolute zero in the
/// unit of the temperatures.
ShiftLaw fit_wlf(const std::vector<Isotherm> &isotherms, const double reference_temperature);
ShiftLaw fit_arrhenius(const std::vector<Isotherm> &isotherms, const double reference_temperature, const double zero);
} // namespace fe2

#endif
