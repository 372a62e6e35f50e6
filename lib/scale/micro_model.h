// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A micro model: strain in, stress and consistent tangent out. One object serves all of its points and holds what they
 * share (mesh, materials, operators, factorizations); what belongs to a point is in its PointState.
 *
 * Call order, for each increment:
 *
 *     prepare(increment)                  once for each (dt, fields); builds or finds shared operators
 *     evaluate(batch)  evaluate(batch) .. as often as the macroscale iterates; all items have equal relevant increments
 *     complete(item)                      once for each point before its trial state is committed
 *
 * Rules: the committed state is never touched. A trial's fields only start the iteration; its history always follows
 * from the committed one. Equal inputs give equal outputs whatever else is in the batch. A numerical failure is a
 * returned status, never an exception.
 */
#ifndef fe2_lib_scale_micro_model_h
#define fe2_lib_scale_micro_model_h

#include <lib/scale/harmonic.h>
#include <lib/scale/micro_response.h>
#include <lib/scale/point_state.h>

namespace fe2
{
/// One point of a batch; everything is owned by the caller.
struct BatchItem
{
  const MicroRequest *request;
  const PointDefinition *definition;
  const PointState *committed;
  PointState *trial;                 ///< in: last trial of this increment, or empty; out: the new trial
  std::unique_ptr<Scratch> *scratch; ///< of this point and increment
  MicroResponse *response;
};

/// A phase's share of the volume and its tangent in the sample's axes, for bounds.
struct PhaseTangent
{
  std::string name;
  double fraction = 0;
  Matrix6 tangent;
};

/// Relative errors.
struct Accuracy
{
  double stress = 1e-13, tangent = 1e-13;
};

/// The largest value of a quantity in a phase, and where in the RVE.
struct LargestValue
{
  std::string name; ///< such as von_mises_matrix
  double value = 0;
  dealii::Point<3> place;
};

class MicroModel
{
public:
  virtual ~MicroModel() = default;

  virtual Kinematics kinematics() const { return Kinematics::small_strain; }
  /// Stress is affine in the gradient for given history: one macroscale step solves.
  virtual bool is_linear() const = 0;
  virtual bool symmetric_tangent() const = 0;
  /// The stress is in the 1-2 plane; only two-dimensional macroscale meshes can use it.
  virtual bool is_plane_stress() const { return false; }

  /// Deforms at nearly constant volume in some of its states: elements of first order lock without B-bar.
  virtual bool may_lock() const { return false; }
  /// What its own solvers leave of errors; who iterates on its answers cannot do better.
  virtual Accuracy accuracy() const { return {}; }

  /// Tangent of a virgin point in an increment (predictor, stiffness, metric).
  virtual ComponentMatrix initial_tangent(const Increment &increment) = 0;
  /// The part of an increment that the model's operators depend on (an elastic model: nothing). Requests with equal
  /// parts make one batch.
  virtual Increment relevant(const Increment &increment) const { return increment; }
  virtual void prepare(const Increment &increment) = 0;
  /// Complex stiffness at an angular frequency, 0: relaxed; empty if the model is not linear. Throws RunError.
  /// Collective over the processes that compute a point.
  virtual HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields)
  {
    (void)omega;
    (void)fields;
    return {};
  }
  virtual void evaluate(std::vector<BatchItem> &batch) const = 0;
  /// Fills the trial's history and scalars where evaluate has not done so yet.
  virtual void complete(BatchItem &item) const { (void)item; }

  /// Names of PointState::scalars. "hill_mandel_gap" and "iterations" have a meaning for statistics.
  virtual std::vector<std::string> scalar_names() const { return {}; }
  /// Tangents of virgin phases; empty if the model has no phases.
  virtual std::vector<PhaseTangent> phase_tangents(const Increment &increment) const
  {
    (void)increment;
    return {};
  }
  /// Writes the micro fields of a committed state to `basename`.vtu; false if the model has none. Collective over the
  /// processes that compute the point.
  virtual bool write_fields(const PointDefinition &definition, const PointState &state,
                            const std::string &basename) const
  {
    (void)definition;
    (void)state;
    (void)basename;
    return false;
  }
  /// Of a committed state; the names depend on the model only. Empty if it has no micro fields. Collective.
  virtual std::vector<LargestValue> largest_values(const PointDefinition &definition, const PointState &state) const
  {
    (void)definition;
    (void)state;
    return {};
  }
  /// Several processes compute a point: between their parts of a state and the whole one, whose bytes do not depend on
  /// how many they are. Collective.
  virtual PointState whole_state(const PointDefinition &definition, const PointState &part) const
  {
    (void)definition;
    return part;
  }
  virtual PointState part_of_state(const PointDefinition &definition, const PointState &whole) const
  {
    (void)definition;
    return whole;
  }
  /// Bytes of a committed state after its first commit, and of the scratch of an increment.
  virtual std::size_t state_bytes() const = 0;
  virtual std::size_t scratch_bytes() const { return 0; }
  /// Bytes shared by all points (mesh, operators, factorizations), as far as they are known before a run.
  virtual std::size_t shared_bytes() const { return 0; }
  /// One line for the log.
  virtual std::string describe() const = 0;
};
} // namespace fe2

#endif
