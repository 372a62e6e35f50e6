// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Exact inverse of the element operator of a homogeneous reference material on a periodic voxel grid, the
 * preconditioner of the voxel RVE: z = F^-1 [K_0(xi)^-1 F[r]], a 3 x 3 block for each frequency xi (none for xi = 0).
 * With phases between a c_0 and b c_0 the condition of K_0^-1 K is at most b/a on every grid. (Schneider, Merkert and
 * Kabel, Int. J. Numer. Meth. Eng. 109 (2017) 1461; Leute et al., J. Comput. Phys. 453 (2022) 110931.)
 *
 * Symbol: K_0(xi) = sum over the 27 neighbours of the stencil of the element matrix, times cos(xi . x). It is real and
 * even, so two real fields are transformed as one complex field.
 */
#ifndef fe2_rve_fourier_green_operator_h
#define fe2_rve_fourier_green_operator_h

#include <rve/fourier/voxel_grid.h>

#include <fftw3-mpi.h>

namespace fe2
{
/// Where a field is not zero: lines of nodes along x, and planes.
struct UsedLines
{
  std::vector<unsigned char> line, plane;
};

class GreenOperator
{
public:
  GreenOperator(const VoxelGrid &grid);
  ~GreenOperator();
  GreenOperator(const GreenOperator &) = delete;
  GreenOperator &operator=(const GreenOperator &) = delete;

  /// Symbols of a reference material: for one right-hand side, and for lanes (on one process; several use `single`).
  struct Symbol
  {
    VoxelField single, lanes;
  };
  /// Throws RunError if the tangent is not positive definite.
  std::shared_ptr<const Symbol> make_symbol(const Matrix6 &reference, const bool single, const bool lanes) const;

  /// out = K_0^-1 in, one right-hand side. Collective over the grid's processes.
  void apply(const Symbol &symbol, const double *in, double *out) const;
  /// 8 or 16 right-hand sides. `norm`: size of each lane's field; `in` is zero where it is not used,
  /// `out` need not be written where it is not wanted. Collective.
  void apply_lanes(const Symbol &symbol, const unsigned int lanes, const double *norm, const double *in, double *out,
                   const UsedLines &used, const UsedLines &wanted) const;
  /// All lines.
  const UsedLines &everywhere() const { return everywhere_; }

private:
  /// Frequencies of an axis in the order of the forward transform.
  struct Axis
  {
    kernels::Transform transform;
    std::vector<double> twiddles, roots;
    std::vector<unsigned int> frequency;
  };
  static Axis make_axis(const unsigned int n);
  void make_plans();
  void allocate(const std::size_t n);
  void make_serial_plans(const bool real);
  void make_parallel_plans(const bool real);
  /// Between a field and the padded rows of the transforms.
  void put(const double *in) const;
  void take(double *out) const;

  const VoxelGrid &grid_;
  Axis axes_[3];
  UsedLines everywhere_;
  mutable VoxelField scratch_, lane_;
  double *real_ = nullptr;
  fftw_complex *complex_ = nullptr;
  fftw_plan forward_ = nullptr, backward_ = nullptr;
  std::size_t row_ = 0;                    ///< real numbers in a padded row of x
  std::size_t n_rows_ = 0, first_row_ = 0; ///< of y on this process after the transform
};
} // namespace fe2

#endif
