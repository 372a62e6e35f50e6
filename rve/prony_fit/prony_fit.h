// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A Prony series from measured data by nonnegative least squares with relative weights:
 *
 *   relaxation   min sum ((M(t) - M_data) / M_data)^2
 *   dynamic      min sum ((M' - M'_data)^2 + (M'' - M''_data)^2) / |M*_data|^2
 *   creep        min sum ((J(t) - J_data) / J_data)^2 with J = J_0 + sum J_i (1 - exp(-t / lambda_i)) + t / eta,
 *                turned exactly into a relaxation spectrum (the eigenvalues of the Kelvin chain under constant strain)
 *
 * Relaxation (or retardation) times are given, or log-spaced over the decades of the data.
 */
#ifndef fe2_rve_prony_fit_prony_fit_h
#define fe2_rve_prony_fit_prony_fit_h

#include <rve/materials/prony_series.h>

#include <limits>

namespace fe2
{
enum class DataKind
{
  relaxation,
  dynamic,
  creep
};

struct ViscoelasticData
{
  DataKind kind = DataKind::relaxation;
  std::vector<double> x;      ///< time, or angular frequency
  std::vector<double> first;  ///< modulus, storage modulus, or compliance
  std::vector<double> second; ///< loss modulus
};

struct PronyFitSettings
{
  std::vector<double> times;   ///< given relaxation times; empty: log-spaced
  unsigned int per_decade = 0; ///< 0: the fewest that the criterion allows
  unsigned int most_per_decade = 4;
  double tolerance = 0.01; ///< relative RMS error that is good enough
};

/// Relative errors of a series against data.
struct FitError
{
  double rms = 0, largest = 0;
  std::size_t n_rows = 0; ///< that were compared
};

struct PronyFit
{
  PronySeries series;           ///< terms with nonzero moduli
  FitError error;               ///< of all rows
  unsigned int per_decade = 0;  ///< 0 if the times were given
  std::size_t n_candidates = 0; ///< relaxation times offered to the least squares
};

/// Criterion for the count: the fewest terms per decade (1 to `most_per_decade`) whose error is below the tolerance or
/// within 10 % of that of the densest choice. If that misses the tolerance, two and four times as many are taken where
/// they halve the error. Throws InputError for data that are not positive, or of one time only.
PronyFit fit_prony(const ViscoelasticData &data, const PronyFitSettings &settings);

/// Throws InputError for data that cannot be fitted.
void check_data(const ViscoelasticData &data);

/// Errors weighted as in the fit, of the rows whose times (inverse frequencies) lie within a window.
FitError fit_error(const PronySeries &series, const ViscoelasticData &data, const double shortest = 0,
                   const double longest = std::numeric_limits<double>::infinity());

/// The series at each x of the data: relaxation modulus, storage modulus or compliance; and loss modulus.
std::vector<std::pair<double, double>> model_values(const PronySeries &series, const ViscoelasticData &data);
} // namespace fe2

#endif
