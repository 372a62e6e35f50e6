// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/phase_material.h>

#include <Eigen/Eigenvalues>

namespace fe2
{
Matrix6 PhaseMaterial::initial_tangent(const Increment &increment) const
{
  const Vector6 gradient = Vector6::Zero();
  const std::vector<double> history(history_names().size(), 0.);
  Matrix6 tangent;
  MaterialPoints point;
  point.n = point.stride = 1;
  point.gradient = gradient.data();
  point.old_history = history.data();
  point.tangent = tangent.data();
  if (const char *fault = evaluate(increment, point))
    throw RunError(std::string("the initial tangent of a phase cannot be computed: ") + fault);
  return tangent;
}

bool PhaseMaterial::may_lock() const
{
  return nearly_incompressible(initial_tangent(Increment()));
}

bool nearly_incompressible(const Matrix6 &tangent)
{
  const Matrix6 mean = Vector6(1, 1, 1, 0, 0, 0) * Vector6(1, 1, 1, 0, 0, 0).transpose() / 3;
  const Matrix6 deviator = Matrix6::Identity() - mean;
  const Eigen::SelfAdjointEigenSolver<Matrix6> shear(deviator * 0.5 * (tangent + tangent.transpose()) * deviator);
  const double bulk = tangent.topLeftCorner<3, 3>().sum() / 9;
  return bulk > 0 && bulk > 10 * 0.5 * shear.eigenvalues()[1]; // [0] is that of the mean, zero
}

HarmonicTangent PhaseMaterial::harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) const
{
  (void)omega;
  if (!is_linear() || !history_names().empty())
    return {};
  Increment increment;
  increment.fields = fields;
  return ComplexMatrix6(initial_tangent(increment).cast<std::complex<double>>());
}
} // namespace fe2
