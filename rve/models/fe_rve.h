// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Finite-element RVE under a macroscopic strain: div sigma = 0, eps = E + sym grad w, <eps> = E, w as the boundary
 * condition says; average stress, consistent tangent (Hill-Mandel holds for every such condition).
 *
 * With all phases linear see RveModel; the operator is factorized. Otherwise: Newton with line search, C = <D> + G^T W
 * / V from the converged state; where a tangent is wanted the stress is corrected for the residual r that Newton has
 * left, by W^T r / V (symmetric D; else G^T K^-1 r / V), so that its error is the square of Newton's. With phases
 * thousands of times stiffer than the RVE the terms of C cancel, and C = <(e_i + B w_i) : D : (e_j + B w_j)> instead.
 * Derivation: Miehe and Koch, Arch. Appl. Mech. 72 (2002) 300; Kouznetsova et al., Comput. Mech. 27 (2001) 37.
 *
 * Conditions with multipliers (uniform traction, weak periodicity) solve the same equations under C w = 0. On several
 * processes each has a run of the cells, with their quadrature points and histories; fluctuations are whole on all.
 */
#ifndef fe2_rve_models_fe_rve_h
#define fe2_rve_models_fe_rve_h

#include <rve/finite_element/constrained_solver.h>
#include <rve/finite_element/rve_matrix.h>
#include <rve/models/rve_model.h>

namespace fe2
{
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
class FeRve : public RveModel
{
public:
  /// Throws InputError if the mesh does not suit the boundary condition. `comm`: processes that compute a point.
  FeRve(const RveMesh<dim> &mesh, const std::vector<Phase> &phases, const FeRveSettings &settings,
        const MPI_Comm comm = MPI_COMM_SELF);

  /// `basename`.vtu: phase, displacement, strain and stress by cell, in the RVE's axes.
  bool write_fields(const PointDefinition &definition, const PointState &state,
                    const std::string &basename) const override;
  std::size_t shared_bytes() const override;
  std::string describe() const override;
  Accuracy accuracy() const override;

  const RveSpace<dim> &space() const { return space_; }

protected:
  struct FactorizedOperator : SharedOperator
  {
    std::unique_ptr<ConstrainedSolver> solver;
    LoadColumns left_loads;   ///< G
    LoadColumns localization; ///< W
  };

  std::shared_ptr<SharedOperator> build_operator(const std::vector<Matrix6> &tangents) override;
  void solve_histories(std::vector<BatchItem *> &items, const SharedOperator &op) const override;
  std::vector<double> localize(const SharedOperator &op, const Vector6 &gradient) const override;
  void evaluate_nonlinear(std::vector<BatchItem> &batch) const override;
  Matrix6 virgin_tangent(const Increment &increment) override;

  void strains(const Vector6 &gradient, const double *w, PhaseArrays &strain) const override
  {
    space_.strains(gradient, w, strain);
  }
  Vector6 average(const PhaseArrays &values, const unsigned int phase) const override
  {
    return space_.average(values, phase);
  }
  double fraction(const unsigned int phase) const override { return space_.fraction(phase); }
  std::pair<double, double> work(const PhaseArrays &a, const PhaseArrays &b) const override
  {
    return space_.work(a, b);
  }
  std::size_t n_unknowns() const override { return space_.n_free(); }
  double volume() const override { return space_.volume(); }
  void internal_forces(const PhaseArrays &stress, std::vector<double> &force) const override;
  bool solve_forces(const SharedOperator &op, std::vector<double> &first, std::vector<double> &second) const override;
  const char *recover_fields(const PointState &state) const override;
  dealii::Point<3> position(const unsigned int phase, const std::size_t point) const override
  {
    return space_.quadrature_point(phase, point);
  }

private:
  void evaluate_newton(BatchItem &item) const;
  /// `factorized`: the solver holds the factor of a nearby matrix, of an iteration of this very evaluation. `residual`:
  /// of equilibrium, or null; `correction`: what it changes in the average stress.
  bool homogenized_tangent(Matrix6 &tangent, const bool factorized, const Eigen::VectorXd *residual,
                           Vector6 &correction) const;
  using Modulus = std::function<Matrix6(unsigned int phase, std::size_t point)>;
  Matrix6 energy_tangent(const Eigen::MatrixXd &localization, const Modulus &modulus) const;
  bool cancels(const Matrix6 &tangent) const;
  double stiffness_forces() const;
  bool solve(Eigen::MatrixXd &columns, const bool factorized, const double tolerance) const;
  /// Why a factorization failed, with the place if it is known.
  std::string singular(const ConstrainedSolver &solver) const;

  FeRveSettings settings_;
  RveSpace<dim> space_;
  // Work space, so that evaluation does not allocate; one evaluation at a time.
  mutable RveMatrix<dim> matrix_;
  mutable std::unique_ptr<ConstrainedSolver> solver_;
};
} // namespace fe2

#endif
