// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Preconditioned Krylov methods for K x = b with several right-hand sides side by side; each lane has its own scalars,
 * and one that has converged stays as it is.
 *
 *  - cg: symmetric positive K (Hestenes and Stiefel 1952). A direction with p . K p <= 0 ends it: indefinite.
 *  - bicgstab: any K (van der Vorst 1992), preconditioned from the right.
 *
 * Residuals mean little where stiffnesses differ by orders of magnitude: a stiff phase dominates the load, a soft one
 * the average stress. The error in the energy norm does, and the preconditioner bounds it:
 *
 *     |x - x_k|_K^2 <= r_k . K_0^-1 r_k / c,   c <= x . K x / x . K_0 x  for all x ("coercivity").
 *
 * c is that of the elastic phases. Where plastic flow has made them softer, cg sees it by the energy that its steps
 * win,
 *
 *     |x - x_k|_K^2 = sum_{j >= k} alpha_j r_j . z_j    (Hestenes and Stiefel 1952; Strakos and Tichy, ETNA 13 (2002)
 * 56),
 *
 * whose rest is taken as a geometric series. Both must be small: steps win little, too, as long as they only mend a
 * stiff phase.
 *
 * If the matrix differs from that of the preconditioner in a part of the elements only, K = K_0 + dK, all residuals
 * after the first live on the nodes of that part: with s_k = r_k + beta s_{k-1} = K_0 p_k, K p = s + dK p, and x is
 * wanted there alone; outside it is x_0 + K_0^-1 sum alpha s ("split").
 */
#ifndef fe2_rve_fourier_krylov_h
#define fe2_rve_fourier_krylov_h

#include <rve/fourier/voxel_grid.h>

#include <functional>

namespace fe2
{
struct KrylovSystem
{
  unsigned int lanes = 1;
  kernels::Runs runs;                                    ///< nodes that vectors live on
  std::function<void(const double *p, double *q)> apply; ///< q = K p, or q += dK p if split
  std::function<void(const double *r, const double *norm, double *z)> precondition;
  std::function<void(double *values, std::size_t n)> sum; ///< over processes
  bool split = false;
  /// Split only, may be empty: sets q to zero where every element of a node is void. There s and dK p cancel, and what
  /// rounding leaves of them would never be removed.
  std::function<void(double *q)> clear_free_nodes;
};

/// A lane has converged with either.
struct KrylovGoal
{
  std::array<double, 16> residual{}; ///< |r| <= residual
  /// |error|_K <= tolerance |solution|_K if positive; the square of the latter is |energy - what cg has won|.
  double tolerance = 0;
  std::array<double, 16> energy{};
  double coercivity = 1;
};

struct KrylovResult
{
  unsigned int iterations = 0; ///< of the slowest lane
  bool converged = false;
  bool indefinite = false;
  std::array<double, 16> residual{}; ///< norms at the end
};

class KrylovSolver
{
public:
  KrylovSolver(const VoxelGrid &grid, const unsigned int lanes);

  /// x += K^-1 r; r is the residual of x, before and after. `total` (split only): += sum alpha s.
  KrylovResult cg(const KrylovSystem &system, double *x, double *r, const KrylovGoal &goal,
                  const unsigned int max_iterations, double *total = nullptr);
  KrylovResult bicgstab(const KrylovSystem &system, double *x, double *r, const KrylovGoal &goal,
                        const unsigned int max_iterations);

private:
  void clear();

  VoxelField z_, p_, q_, s_;
  std::array<VoxelField, 3> more_; ///< of bicgstab, when first needed
};
} // namespace fe2

#endif
