// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What all RVEs share: phases, histories, averages, states, and the shortcut for linear phases.
 *
 * With all phases linear (elastic, Prony) the operator depends on the increment alone. For each (dt, fields) it is
 * built once and shared by all points, with the localization fields W of the six unit strains:
 *
 *     K W = -F,  F = int B^T D,  G^T = int D B;     C = <D> + G^T W / V
 *
 * A point then costs one solve an increment for the stresses s_h that its history leaves at zero strain,
 *
 *     K w_h = -int B^T s_h;         sigma(E) = C E + <s_h> + G^T w_h / V
 *
 * whatever the number of macroscale iterations.
 */
#ifndef fe2_rve_models_rve_model_h
#define fe2_rve_models_rve_model_h

#include <lib/solve/newton.h>

#include <rve/micro_model_library.h>
#include <rve/phase_points.h>

#include <list>

namespace fe2
{
class RveModel : public MicroModel
{
public:
  bool is_linear() const override { return all_linear_; }
  bool symmetric_tangent() const override { return symmetric_; }
  bool may_lock() const override { return !locking_phase(phases_).empty(); }
  ComponentMatrix initial_tangent(const Increment &increment) override;
  Increment relevant(const Increment &increment) const override;
  void prepare(const Increment &increment) override;
  HarmonicTangent harmonic_tangent(const double omega, const std::vector<FieldValue> &fields) override;
  void evaluate(std::vector<BatchItem> &batch) const override;
  void complete(BatchItem &item) const override;
  std::vector<std::string> scalar_names() const override;
  std::vector<PhaseTangent> phase_tangents(const Increment &increment) const override;
  std::vector<LargestValue> largest_values(const PointDefinition &definition, const PointState &state) const override;
  PointState whole_state(const PointDefinition &definition, const PointState &part) const override;
  PointState part_of_state(const PointDefinition &definition, const PointState &whole) const override;
  std::size_t state_bytes() const override;
  std::size_t scratch_bytes() const override;

protected:
  /// What all points share in an increment of given dt and fields.
  struct SharedOperator
  {
    virtual ~SharedOperator() = default;
    Increment increment;
    Matrix6 tangent = Matrix6::Zero(); ///< C in the RVE's axes
    ComponentMatrix sample_tangent;
    std::uint64_t id = 0;
    std::string fault; ///< empty if it is usable
  };
  struct LinearScratch : Scratch
  {
    Increment increment;
    std::vector<double> fluctuation; ///< w_h
    Vector6 stress;                  ///< at zero strain
  };

  /// `prism_axis`: 1, 2 or 3, the sample axis along a prism; 3 for three-dimensional RVEs.
  RveModel(const std::vector<Phase> &phases, const unsigned int prism_axis, const bool linear_shortcut,
           const unsigned int cached_operators);
  /// To be called once, before anything else; nonlinear models make tangent_ themselves.
  void set_points(const PhasePoints &points);

  /// Sets tangent and fault (id and axes are set by the caller).
  virtual std::shared_ptr<SharedOperator> build_operator(const std::vector<Matrix6> &tangents) = 0;
  /// Fills the scratch of points, or fails them.
  virtual void solve_histories(std::vector<BatchItem *> &items, const SharedOperator &op) const = 0;
  /// W E.
  virtual std::vector<double> localize(const SharedOperator &op, const Vector6 &gradient) const = 0;
  virtual void evaluate_nonlinear(std::vector<BatchItem> &batch) const = 0;
  /// In the RVE's axes, of nonlinear models. Throws RunError.
  virtual Matrix6 virgin_tangent(const Increment &increment) = 0;

  virtual void strains(const Vector6 &gradient, const double *w, PhaseArrays &strain) const = 0;
  /// (1/V) int over a phase; volume of a phase over that of the cell; (1/V) int a : b and of its absolute value.
  virtual Vector6 average(const PhaseArrays &values, const unsigned int phase) const = 0;
  virtual double fraction(const unsigned int phase) const = 0;
  virtual std::pair<double, double> work(const PhaseArrays &a, const PhaseArrays &b) const = 0;
  /// Numbers of a fluctuation on this process.
  virtual std::size_t n_unknowns() const = 0;

  virtual double volume() const = 0;
  /// int B^T stress up to forces of multipliers, and K^-1 forces in place (false: not converged) with an operator,
  /// under the boundary condition.
  virtual void internal_forces(const PhaseArrays &stress, std::vector<double> &force) const = 0;
  virtual bool solve_forces(const SharedOperator &op, std::vector<double> &first,
                            std::vector<double> &second) const = 0;
  /// Sums over processes that share the unknowns.
  virtual void sum_unknowns(double *values, const std::size_t n) const
  {
    (void)values;
    (void)n;
  }
  /// Strain and stress of a committed state, in the work space. Null, or why not.
  virtual const char *recover_fields(const PointState &state) const = 0;
  /// Of a quadrature point of this process.
  virtual dealii::Point<3> position(const unsigned int phase, const std::size_t point) const = 0;

  void fill_response(BatchItem &item, const Vector6 &stress) const;
  static void fail(BatchItem &item, const std::string &message);
  /// A failure on one process is one of all.
  const char *evaluate_phases(const Increment &increment, const PhaseArrays &strain, const std::vector<double> &history,
                              PhaseArrays *stress, PhaseArrays *tangent, std::vector<double> *new_history) const;
  Vector6 average_stress(const PhaseArrays &stress) const;
  /// `energy`: a scale of the work, so that the gap stays small where the stress vanishes.
  std::vector<double> scalars(const Vector6 &gradient, const PhaseArrays &strain, const PhaseArrays &stress,
                              const unsigned int iterations, const double energy) const;
  /// The solution may be free of stress: then forces are relative to those of the stiffness times the strain, but for
  /// strains that are not small.
  static double force_noise(const double stiffness_forces, const Vector6 &gradient, const NewtonSettings &settings)
  {
    return 1e-2 * settings.relative_tolerance * stiffness_forces / std::max(1., 10 * gradient.norm());
  }
  bool needs_own_solve() const { return has_history_ || has_initial_stress_; }
  Vector6 to_rve(const ComponentVector &v) const { return axes_.transpose() * Vector6(v); }
  Vector6 to_sample(const Vector6 &v) const { return axes_ * v; }
  const Matrix6 &to_sample_axes() const { return axes_; }
  Matrix6 to_sample(const Matrix6 &tangent) const { return axes_ * tangent * axes_.transpose(); }
  /// Virgin where the state has none.
  const std::vector<double> &history_of(const PointState &state) const;
  Vector6 gradient_of(const PointState &state) const;
  /// Strain and stress of a committed state, in the work space. Null, or why not.
  const char *recover(const PointState &state, const std::vector<double> &w) const;
  /// Measures of committed histories that output shows: names that begin with "equivalent".
  std::map<std::string, PhaseArrays> shown_histories(const PointState &state) const;

  std::vector<Phase> phases_;
  PhasePoints points_;
  bool all_linear_ = true, symmetric_ = true, has_history_ = false, has_initial_stress_ = false;
  bool uses_temperature_ = false, tangent_uses_temperature_ = false;
  std::vector<std::size_t> n_history_; ///< variables of a point, by phase
  std::vector<double> virgin_history_;
  // Work space, so that evaluation does not allocate; one evaluation at a time.
  mutable PhaseArrays strain_, stress_, tangent_; ///< an empty tangent is not computed
  std::vector<bool> dyadic_;                      ///< phases whose tangent_ is in nine rows

private:
  class HarmonicOperator;
  LargestValue largest_of(const std::string &name, const unsigned int phase,
                          const std::function<double(std::size_t)> &value) const;
  std::shared_ptr<const SharedOperator> find_operator(const Increment &increment) const;
  void evaluate_linear(std::vector<BatchItem> &batch, const SharedOperator &op) const;
  const char *evaluate_phases_here(const Increment &increment, const PhaseArrays &strain,
                                   const std::vector<double> &history, PhaseArrays *stress, PhaseArrays *tangent,
                                   std::vector<double> *new_history) const;

  std::uint64_t fingerprint_;
  Matrix6 axes_; ///< rotates Mandel vectors from the RVE's to the sample's axes
  std::size_t cached_operators_;
  mutable std::list<std::shared_ptr<const SharedOperator>> cache_; ///< most recently used first
};
} // namespace fe2

#endif
