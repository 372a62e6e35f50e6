// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The material of a phase, evaluated for a run of points in component-major arrays x[component * stride + point] that
 * the caller owns. Gradients and stresses are Mandel vectors (small strain). No allocation, no exception: a numerical
 * failure is a returned text.
 *
 * To add a material: one file in rve/materials that derives from PhaseMaterial and registers it (see
 * linear_elastic.cc).
 */
#ifndef fe2_rve_phase_material_h
#define fe2_rve_phase_material_h

#include <lib/base/parameters.h>
#include <lib/base/registry.h>
#include <lib/base/tensors.h>
#include <lib/scale/harmonic.h>
#include <lib/scale/micro_request.h>

#include <functional>
#include <memory>

namespace fe2
{
struct MaterialPoints
{
  std::size_t n = 0;
  std::size_t stride = 0;
  const double *gradient = nullptr;    ///< at the end of the increment
  const double *old_history = nullptr; ///< at its begin; read only
  double *new_history = nullptr;       ///< may be null: not wanted
  double *stress = nullptr;            ///< may be null: not wanted
  double *tangent = nullptr;           ///< 36 rows (row-major 6 x 6); may be null: not wanted
  double *dyadic = nullptr;            ///< the tangent in nine rows, of materials that have it so; may be null
};

class PhaseMaterial
{
public:
  using Factory = std::function<std::unique_ptr<PhaseMaterial>()>;
  virtual ~PhaseMaterial() = default;

  virtual void declare(Parameters &parameters) = 0;
  /// Checks the parameters together and prepares what evaluate needs.
  virtual void validate(Parameters &parameters, Faults &faults) = 0;

  /// The stress is affine in the gradient for a given history and increment.
  virtual bool is_linear() const = 0;
  virtual bool symmetric_tangent() const { return true; }
  /// The tangent is lambda 1x1 + 2 mu I + c n x n at each point, with nine rows lambda, 2 mu, c, n (Mandel); a quarter
  /// of the bytes, and half of the work of iterations.
  virtual bool has_dyadic_tangent() const { return false; }
  /// Names of the history variables, one for each component of the history arrays; a virgin history is zero.
  virtual std::vector<std::string> history_names() const { return {}; }
  virtual bool uses_temperature() const { return false; }
  /// Whether the tangent depends on it (thermal expansion does not change the tangent).
  virtual bool tangent_uses_temperature() const { return uses_temperature(); }
  /// A virgin point at zero gradient may have a stress.
  virtual bool has_initial_stress() const { return false; }

  /// Deforms at nearly constant volume, in plastic flow or because its bulk modulus is ten times its shear modulus
  /// (Poisson's ratio above 0.45): elements of first order lock without B-bar.
  virtual bool may_lock() const;

  /// True if a virgin point is linear elastic, with the initial tangent and without change of its history, as long as
  /// gradient . form gradient <= 1, whatever dt and the fields are.
  virtual bool elastic_limit(Matrix6 &form) const
  {
    form.setZero();
    return is_linear() && history_names().empty() && !has_initial_stress() && !uses_temperature();
  }

  /// Complex stiffness at an angular frequency (0: relaxed); empty if the material is not linear.
  virtual HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) const;

  /// Null if all went well, otherwise why it failed.
  virtual const char *evaluate(const Increment &increment, const MaterialPoints &points) const = 0;

  /// Tangent of a virgin point at zero gradient: for a linear material the operator of every point.
  Matrix6 initial_tangent(const Increment &increment) const;
  /// One line for the log, empty if there is nothing to say.
  virtual std::string describe() const { return ""; }
};

/// Ten times as stiff in volume as in its softest shear.
bool nearly_incompressible(const Matrix6 &tangent);
} // namespace fe2

#endif
