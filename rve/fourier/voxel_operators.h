// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The stiffness of a voxel RVE, never assembled, with constant moduli in each phase (UniformOperator) or a tangent at
 * each quadrature point (PointOperator), and solvers for several right-hand sides at once.
 *
 * UniformOperator takes the phase of the largest share as reference material: the operator then differs from that of
 * the preconditioner in the other phases only, and iterations touch their nodes alone (krylov.h). Phases without
 * stiffness (voids) are allowed, but not as the reference.
 */
#ifndef fe2_rve_fourier_voxel_operators_h
#define fe2_rve_fourier_voxel_operators_h

#include <rve/fourier/green_operator.h>
#include <rve/fourier/krylov.h>
#include <rve/phase_points.h>

#include <map>
#include <memory>

namespace fe2
{
/// Fields of a solve with a number of right-hand sides; made when first needed, used again and again.
struct LaneWork
{
  LaneWork(const VoxelGrid &grid, const unsigned int n_lanes)
      : lanes(n_lanes), x(grid.make_field(n_lanes)), r(x), total(x), krylov(grid, n_lanes)
  {
  }
  unsigned int lanes;
  VoxelField x, r, total; ///< total: work space of the preconditioner too
  KrylovSolver krylov;
};

class VoxelWork
{
public:
  explicit VoxelWork(const VoxelGrid &grid) : grid_(grid) {}
  LaneWork &lanes(const unsigned int n);

private:
  const VoxelGrid &grid_;
  std::map<unsigned int, std::unique_ptr<LaneWork>> work_;
};

/// Fields of eight lanes of which six have the unit strains.
constexpr unsigned int load_lanes = 8;
const double *unit_gradients();

/// Constant moduli from a Mandel tangent.
kernels::Moduli make_moduli(const Matrix6 &tangent);
bool is_void(const Matrix6 &tangent);
/// Smallest e . a e / e . b e of the symmetric parts; a small positive number if there is none.
double smallest_ratio(const Matrix6 &a, const Matrix6 &b);

/// Forces under a strain of size one are rounding errors below it, as in an RVE of equal phases. `stiffest`: largest
/// modulus.
double force_rounding(const VoxelGrid &grid, const double stiffest);

struct SolverSettings
{
  double tolerance = 1e-8; ///< energy norm of the error, relative to that of the solution
  unsigned int max_iterations = 1000;
};

class UniformOperator
{
public:
  /// Throws RunError if no phase is fit to be the reference.
  UniformOperator(const VoxelGrid &grid, const GreenOperator &green, const std::vector<Matrix6> &tangents);

  /// x of K x = b; b stands in work.r and is lost. `rounding`: residuals of each lane that are as good as zero.
  KrylovResult solve(LaneWork &work, const SolverSettings &settings, const double *rounding) const;
  /// Fluctuations in work.x (if wanted) and average stresses [6 * lanes] under the gradients [6 * lanes]. Errors are
  /// relative to the energy of the strain gradient + B x; those of the stresses are of first order.
  KrylovResult localize(LaneWork &work, const double *gradients, double *stresses, const bool fluctuations,
                        const SolverSettings &settings) const;
  /// Localization fields of the six unit strains in work.x (eight lanes), and the effective stiffness
  /// <(e_i + B w_i) : D : (e_j + B w_j)>, wrong by the square of the fields' error.
  KrylovResult homogenize(LaneWork &work, Matrix6 &stiffness, const SolverSettings &settings) const;
  const Matrix6 &reference() const { return tangents_[reference_]; }

private:
  KrylovSystem make_system(const unsigned int lanes) const;
  void choose_reference();
  void find_nodes();
  void clear_free_nodes(const unsigned int lanes, double *q) const;
  void apply(const std::vector<kernels::Moduli> &moduli, LaneWork &work, const kernels::Average &average) const;
  KrylovResult solve_for_fluctuations(LaneWork &work, const double *gradients, const SolverSettings &settings) const;
  void extend_fluctuations(LaneWork &work) const;

  const VoxelGrid &grid_;
  const GreenOperator &green_;
  std::vector<Matrix6> tangents_;
  std::vector<kernels::Moduli> moduli_, differences_;
  unsigned int reference_ = 0;
  bool split_;
  std::shared_ptr<const GreenOperator::Symbol> symbol_;
  std::vector<kernels::Run> runs_; ///< nodes of the other phases' voxels; all if not split
  std::vector<kernels::Run> free_; ///< nodes whose voxels are all void, if split
  Matrix6 mean_;                   ///< <D>
  double coercivity_;              ///< smallest stiffness of a phase, over the reference's
  UsedLines lines_;
};

/**
 * Tangents at points, in 36 rows or nine (dyadic); phases whose array is empty have constant moduli.
 *
 * Where plastic flow has changed the stiffness from place to place, the preconditioner takes it along with the diagonal
 * ("Green-Jacobi", Ladecky et al., Comput. Methods Appl. Mech. Eng. 400 (2022)): J G J, J = diag(K)^-1/2. The diagonal
 * is that of the mean tangent of each voxel, without its shear couplings: sum of V/9 sum_d D_kd,kd / h_d^2.
 */
class PointOperator
{
public:
  PointOperator(const VoxelGrid &grid, const GreenOperator &green);

  /// References to arrays that stay the caller's. `reference`: of the preconditioner.
  void set(const PhaseArrays &tangent, const std::vector<kernels::TangentForm> &forms,
           const std::vector<kernels::Moduli> &moduli, const std::shared_ptr<const GreenOperator::Symbol> &symbol,
           const bool jacobi);
  /// x += K^-1 r.
  KrylovResult solve(LaneWork &work, const KrylovGoal &goal, const bool symmetric,
                     const unsigned int max_iterations) const;
  /// f = int B^T D (gradient + B x); sums of the stresses times volume if wanted. x's halo is updated.
  void apply(const unsigned int lanes, double *x, double *f, const kernels::Average &average) const;

private:
  void set_jacobi();
  void stiffness_of(const unsigned int phase, const std::size_t voxel, double (&d)[6]) const;

  const VoxelGrid &grid_;
  const GreenOperator &green_;
  const PhaseArrays *tangent_ = nullptr;
  std::vector<kernels::TangentForm> forms_;
  std::vector<kernels::Moduli> moduli_;
  std::shared_ptr<const GreenOperator::Symbol> symbol_;
  kernels::Run all_;
  bool jacobi_ = false;
  VoxelField root_; ///< J
};
} // namespace fe2

#endif
