// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Finite-element RVE under a macroscopic strain: div sigma = 0, eps = E + sym grad w, <eps> = E, w as the boundary
 * condition says; average stress, consistent tangent (Hill-Mandel holds for every such condition).
 *
 * With all phases linear (elastic, Prony) the operator depends on the increment alone. For each (dt, fields) it is
 * factorized once and shared by all points, with the localization fields W of the six unit strains:
 *
 *     K W = -F,  F = int B^T D,  G^T = int D B;     C = <D> + G^T W / V
 *
 * A point then costs one solve an increment for the stresses s_h that its history leaves at zero strain,
 *
 *     K w_h = -int B^T s_h;         sigma(E) = C E + <s_h> + G^T w_h / V
 *
 * whatever the number of macroscale iterations. Otherwise: Newton with line search, C = <D> + G^T W / V from the
 * converged state. Derivation: Miehe and Koch, Arch. Appl. Mech. 72 (2002) 300; Kouznetsova et al., Comput. Mech. 27
 * (2001) 37.
 *
 * Conditions with multipliers (uniform traction, weak periodicity) solve the same equations under C w = 0. On several
 * processes each has a run of the cells, with their quadrature points and histories; fluctuations are whole on all.
 */
#ifndef fe2_rve_models_fe_rve_h
#define fe2_rve_models_fe_rve_h

#include <lib/solve/newton.h>

#include <rve/finite_element/constrained_solver.h>
#include <rve/finite_element/rve_matrix.h>
#include <rve/micro_model_library.h>

#include <list>

namespace fe2
{
struct VtuGrid;

struct FeRveSettings
{
  unsigned int degree = 1;
  bool b_bar = false;
  std::string boundary_condition = "periodic";
  std::string linear_solver = "auto";
  /// Prism only: sample axis (1, 2 or 3) along the prism.
  unsigned int prism_axis = 3;
  unsigned int cached_operators = 16;
  NewtonSettings newton;
  /// With its parameters; null: made by its name.
  std::shared_ptr<const BoundaryCondition> condition;
  std::string note; ///< for the description, such as nearest distances of inclusions
  /// Treats linear phases by Newton's method too (to check one path by the other).
  bool linear_shortcut = true;
};

template <int dim>
class FeRve : public MicroModel
{
public:
  /// Throws InputError if the mesh does not suit the boundary condition. `comm`: processes that compute a point.
  FeRve(const RveMesh<dim> &mesh, const std::vector<Phase> &phases, const FeRveSettings &settings,
        const MPI_Comm comm = MPI_COMM_SELF);

  bool is_linear() const override { return all_linear_; }
  bool symmetric_tangent() const override { return symmetric_; }
  ComponentMatrix initial_tangent(const Increment &increment) override;
  Increment relevant(const Increment &increment) const override;
  void prepare(const Increment &increment) override;
  void evaluate(std::vector<BatchItem> &batch) const override;
  void complete(BatchItem &item) const override;
  std::vector<std::string> scalar_names() const override;
  std::vector<PhaseTangent> phase_tangents(const Increment &increment) const override;
  /// `basename`.vtu: phase, displacement, strain and stress by cell, in the RVE's axes.
  bool write_fields(const PointDefinition &definition, const PointState &state,
                    const std::string &basename) const override;
  PointState whole_state(const PointDefinition &definition, const PointState &part) const override;
  PointState part_of_state(const PointDefinition &definition, const PointState &whole) const override;
  std::size_t state_bytes() const override;
  std::size_t scratch_bytes() const override;
  std::size_t shared_bytes() const override;
  std::string describe() const override;

  const RveSpace<dim> &space() const { return space_; }

private:
  /// What all points share in an increment of given dt and fields.
  struct Operator
  {
    Increment increment;
    std::unique_ptr<ConstrainedSolver> solver;
    LoadColumns left_loads;   ///< G
    LoadColumns localization; ///< W
    Matrix6 tangent;          ///< C in the RVE's axes
    ComponentMatrix sample_tangent;
    std::uint64_t id = 0;
    std::string fault; ///< empty if it is usable
  };
  struct LinearScratch : Scratch
  {
    Increment increment;
    Eigen::VectorXd fluctuation; ///< w_h
    Vector6 stress;              ///< at zero strain
  };

  std::shared_ptr<const Operator> find_operator(const Increment &increment) const;
  std::shared_ptr<const Operator> build_operator(const Increment &increment);
  void evaluate_linear(std::vector<BatchItem> &batch, const Operator &op) const;
  void solve_histories(std::vector<BatchItem *> &items, const Operator &op) const;
  void evaluate_newton(BatchItem &item) const;
  /// `factorized`: the solver holds the factor of a nearby matrix, of an iteration of this very evaluation.
  bool homogenized_tangent(Matrix6 &tangent, const bool factorized) const;
  double stiffness_forces() const;
  bool solve(Eigen::MatrixXd &columns, const bool factorized, const double tolerance) const;
  void fill_response(BatchItem &item, const Vector6 &stress) const;
  const char *evaluate_phases(const Increment &increment, const PhaseArrays &strain, const std::vector<double> &history,
                              PhaseArrays *stress, PhaseArrays *tangent, std::vector<double> *new_history) const;
  const char *evaluate_phases_here(const Increment &increment, const PhaseArrays &strain,
                                   const std::vector<double> &history, PhaseArrays *stress, PhaseArrays *tangent,
                                   std::vector<double> *new_history) const;
  /// `energy`: a scale of the work, so that the gap stays small where the stress vanishes.
  std::vector<double> scalars(const Vector6 &gradient, const PhaseArrays &strain, const PhaseArrays &stress,
                              const unsigned int iterations, const double energy) const;
  void add_history_fields(const PointState &state, VtuGrid &grid) const;
  /// Why a factorization failed, with the place if it is known.
  std::string singular(const ConstrainedSolver &solver) const;
  bool needs_own_solve() const { return has_history_ || has_initial_stress_; }
  Vector6 to_rve(const ComponentVector &v) const { return axes_.transpose() * Vector6(v); }
  const std::vector<double> &history_of(const PointState &state) const;

  FeRveSettings settings_;
  std::vector<Phase> phases_;
  RveSpace<dim> space_;
  bool all_linear_ = true, symmetric_ = true, has_history_ = false, has_initial_stress_ = false;
  bool uses_temperature_ = false, tangent_uses_temperature_ = false;
  std::uint64_t fingerprint_;
  Matrix6 axes_;                       ///< rotates Mandel vectors from the RVE's to the sample's axes
  std::vector<std::size_t> n_history_; ///< variables of a point, by phase
  std::vector<double> virgin_history_;
  // Work space, so that evaluation does not allocate; one evaluation at a time.
  mutable RveMatrix<dim> matrix_;
  mutable std::unique_ptr<ConstrainedSolver> solver_;
  mutable PhaseArrays strain_, stress_, tangent_;
  mutable std::list<std::shared_ptr<const Operator>> cache_; ///< most recently used first
};
} // namespace fe2

#endif
