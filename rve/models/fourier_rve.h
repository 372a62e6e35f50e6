// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * RVE on a periodic grid of voxels: the trilinear elements of FeRve, matrix-free, with Krylov iterations preconditioned
 * by the Green operator of the elements (green_operator.h). The average strain is imposed. Iterations depend on the
 * contrast of the phases, not on the grid; the cost is n log n.
 *
 * All phases linear: see RveModel. The stress needs no fluctuation, by reciprocity (symmetric D):
 *
 *     sigma(E) = C E + <(I + B W)^T s_h>
 *
 * Otherwise Newton with inexact directions (forcing terms: Eisenstat and Walker, SIAM J. Sci. Comput. 17 (1996) 16),
 * started from the last fields extrapolated by the last localization, w + W (E - E_last). The tangent is variational,
 *
 *     C_ij = <(e_i + B w_i) : D : (e_j + B w_j)>,
 *
 * which is wrong by the square of the error of w; a residual r that Newton has left changes the average stress by
 * W^T r / V, which is added with the last W known (symmetric D). Unsymmetric D: <D : (e_j + B w_j)> with tight solves.
 *
 * A point that never yielded, with phases that are elastic up to a limit, is decided by the elastic localization alone
 * (elastic_check.h): no solve, no history.
 */
#ifndef fe2_rve_models_fourier_rve_h
#define fe2_rve_models_fourier_rve_h

#include <rve/fourier/elastic_check.h>
#include <rve/fourier/voxel_operators.h>
#include <rve/models/rve_model.h>

namespace fe2
{
struct FourierRveSettings
{
  bool b_bar = false;
  /// Prism only: sample axis (1, 2 or 3) along the prism.
  unsigned int prism_axis = 3;
  unsigned int cached_operators = 4;
  double tolerance = 1e-8;         ///< linear solves: energy norm of the error, relative
  double tangent_tolerance = 2e-3; ///< the same for localization fields at nonlinear states; error of C: its square
  unsigned int max_iterations = 2000;
  NewtonSettings newton;
  bool elastic_check = true;
  /// Of nonlinear states: "green", "green_jacobi", or "auto", what has been faster for the point.
  std::string preconditioner = "auto";
  std::string note; ///< for the description
  /// Treats linear phases by Newton's method too (to check one path by the other).
  bool linear_shortcut = true;

  FourierRveSettings() { newton.relative_tolerance = 1e-6; }
};

class FourierRve : public RveModel
{
public:
  /// Throws InputError: an edge with a large prime factor, all phases void.
  FourierRve(const VoxelImage &image, const std::vector<Phase> &phases, const FourierRveSettings &settings,
             const MPI_Comm comm = MPI_COMM_SELF);

  void prepare(const Increment &increment) override;
  void complete(BatchItem &item) const override;
  /// `basename`.vtu: phase, displacement, strain and stress by voxel, in the RVE's axes.
  bool write_fields(const PointDefinition &definition, const PointState &state,
                    const std::string &basename) const override;
  PointState whole_state(const PointDefinition &definition, const PointState &part) const override;
  PointState part_of_state(const PointDefinition &definition, const PointState &whole) const override;
  std::size_t scratch_bytes() const override;
  std::size_t shared_bytes() const override;
  std::string describe() const override;
  Accuracy accuracy() const override;

  const VoxelGrid &grid() const { return grid_; }

protected:
  std::shared_ptr<SharedOperator> build_operator(const std::vector<Matrix6> &tangents) override;
  void solve_histories(std::vector<BatchItem *> &items, const SharedOperator &op) const override;
  std::vector<double> localize(const SharedOperator &op, const Vector6 &gradient) const override;
  void evaluate_nonlinear(std::vector<BatchItem> &batch) const override;
  Matrix6 virgin_tangent(const Increment &increment) override;

  void strains(const Vector6 &gradient, const double *w, PhaseArrays &strain) const override;
  Vector6 average(const PhaseArrays &values, const unsigned int phase) const override;
  double fraction(const unsigned int phase) const override { return fractions_[phase]; }
  std::pair<double, double> work(const PhaseArrays &a, const PhaseArrays &b) const override;
  std::size_t n_unknowns() const override { return 3 * grid_.n_nodes(); }
  double volume() const override { return grid_.volume(); }
  void internal_forces(const PhaseArrays &stress, std::vector<double> &force) const override;
  bool solve_forces(const SharedOperator &op, std::vector<double> &first, std::vector<double> &second) const override;
  void sum_unknowns(double *values, const std::size_t n) const override { grid_.sum(values, n); }
  const char *recover_fields(const PointState &state) const override;
  dealii::Point<3> position(const unsigned int phase, const std::size_t point) const override;

private:
  struct UniformShared : SharedOperator
  {
    std::unique_ptr<UniformOperator> stiffness;
    VoxelField localization; ///< W, of load_lanes
  };
  /// The last localization, for the next start.
  struct Localization : Scratch
  {
    std::vector<float> fields; ///< [6 unknown + load case]
    bool filled = false;
    Vector6 gradient = Vector6::Zero(); ///< of the last solution, in the RVE's axes
    double mark = 0;                    ///< sum of its fluctuation, by which it is known again
    /// Decades by iteration that the preconditioners (green, green_jacobi) have won for this point; 0: not tried.
    std::array<double, 2> rates{};
    unsigned int better() const
    {
      const bool good = rates[1] == 0 || rates[1] > 0.15; // no need to try the other
      return good || (rates[0] > 0 && rates[1] > rates[0]) ? 1 : 0;
    }
    bool outlives_increment() const override { return true; }
  };
  /// Elastic limits and localization of nonlinear models.
  struct Elastic
  {
    std::shared_ptr<SharedOperator> op;
    ElasticCheck check;
    std::vector<Matrix6> localization; ///< average of A by phase
    bool usable = false;
  };

  void build_elastic();
  bool answer_elastic(BatchItem &item) const;
  std::vector<double> elastic_scalars(const Vector6 &gradient) const;
  void evaluate_newton(BatchItem &item) const;
  void start_fields(const BatchItem &item, const Localization &last, const Vector6 &gradient, VoxelField &w) const;
  NewtonResidual residual(const BatchItem &item, const Vector6 &gradient, VoxelField &w, VoxelField &force) const;
  double stiffness_forces(VoxelField &unused) const;
  void set_tangents(const Increment &increment, const unsigned int preconditioner) const;
  unsigned int preconditioner_of(const Localization &point) const;
  static double mark_of(const std::vector<double> &fluctuation);
  /// From the tangents set; `residual`: of equilibrium, for the correction of the stress.
  bool homogenized_tangent(Localization &start, const double *residual, Matrix6 &tangent, Vector6 &correction) const;
  Vector6 stress_correction(const Localization &point, const double *residual) const;
  /// int B^T stress of one right-hand side; returns the root of the sum of squares of the voxels' forces.
  double forces(const PhaseArrays &stress, VoxelField &force) const;
  /// With its fluctuation, also where it is that of the elastic range.
  PointState with_fluctuation(const PointState &state) const;
  std::vector<double> cell_averages(const PhaseArrays &values, const std::size_t row) const;
  SolverSettings solver_settings() const { return {settings_.tolerance, settings_.max_iterations}; }

  FourierRveSettings settings_;
  VoxelImage image_;
  VoxelGrid grid_;
  GreenOperator green_;
  std::vector<double> fractions_;
  std::vector<kernels::TangentForm> forms_;
  Elastic elastic_;
  std::vector<Matrix6> elastic_tangents_; ///< of virgin phases, of nonlinear models
  double coercivity_ = 1;                 ///< smallest of them, over the reference
  // Work space; one evaluation at a time.
  mutable VoxelWork work_;
  mutable PointOperator point_operator_;
  mutable VoxelField w_, base_, force_, halo_;
  std::shared_ptr<const GreenOperator::Symbol> symbol_; ///< of nonlinear models
};
} // namespace fe2

#endif
