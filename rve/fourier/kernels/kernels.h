// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Inner loops of the voxel RVE, compiled for several instruction sets; kernels() chooses at run time. Plain arrays
 * only: no header of deal.II may come here.
 *
 * Voxel fields: x[(3 node + component) * lanes + lane], node = (k ny + j) nx + i; a voxel's lowest corner is its node.
 * `lanes` right-hand sides stand side by side: 1, 8 or 16. On a slab of planes the plane after the last is the first
 * one of the next process, at index n[2] (`last_plane`); otherwise it is plane 0.
 *
 * Points: 2 x 2 x 2 Gauss points of a voxel, x fastest (2 x 2 in a prism); voxel number i of a list has the points
 * n_q i ... n_q i + n_q - 1 of component-major arrays x[row * stride + point]. Vectors and tangents are Mandel.
 */
#ifndef fe2_rve_fourier_kernels_kernels_h
#define fe2_rve_fourier_kernels_kernels_h

#include <cstddef>
#include <cstdint>

namespace fe2
{
namespace kernels
{
struct Grid
{
  std::uint32_t n[3];       ///< voxels along x, y and z (of this process)
  std::uint32_t last_plane; ///< index of the plane of nodes after the last
  double h[3];              ///< edges of a voxel
  bool b_bar;               ///< mean dilatation of each voxel
  bool prism;               ///< two-dimensional: n[2] = 1 and four points
  /// Rows of derivatives [point 8][node 8] by axis, for one right-hand side; [0..3) of nodes at points, then of points
  /// at nodes. Points that a prism does not have are zero.
  alignas(64) double by_point[3][8][8], by_node[3][8][8];
  alignas(64) double mean[3][8]; ///< derivatives at the centre
};

/// Constant in a voxel.
struct Moduli
{
  bool isotropic = false;
  double lambda = 0, mu = 0;
  double tangent[36] = {};
};

/// Of the points of a phase: 36 rows, row-major, of which `symmetric` reads those above the diagonal; or nine:
/// lambda 1x1 + 2 mu I + c n x n as lambda, 2 mu, c, n.
enum class TangentForm
{
  general,
  symmetric,
  dyadic
};

struct Tangent
{
  const double *values;
  std::size_t stride;
  TangentForm form;
};

struct Voxels
{
  const std::uint32_t *index; ///< lowest nodes
  std::size_t n;
};

/// Of stress or strain: gradient[6 * lanes], may be null; sums over the voxels' volumes of the stress, same shape.
struct Average
{
  const double *gradient;
  double *stress;
};

/// A run of nodes.
struct Run
{
  std::uint32_t begin, end;
};

struct Runs
{
  const Run *run;
  std::size_t n;
};

/// A one-dimensional transform without reordering: decimation in frequency forward, in time backward.
struct Transform
{
  static constexpr std::uint32_t most_stages = 32;
  std::uint32_t n = 1, n_stages = 0;
  std::uint32_t radix[most_stages];
  const double *twiddles; ///< cos, sin of each stage's (j, k), j = 1 ... radix - 1, k < m
  const double *roots;    ///< for each stage with an odd radix: cos, sin (2 pi i / radix)
};

/// Applies the inverse of the reference operator: out = F^-1 G F in on fields of 8 or 16 lanes, the first half of the
/// lanes being real and the second half imaginary parts.
struct GreenArguments
{
  std::uint32_t n[3];
  Transform transform[3];
  const double *symbol; ///< six numbers (11, 22, 33, 12, 13, 23) at [(j nx + i) nz + k]
  /// Lines [k ny + j] and planes [k] where `in` is not zero, and where `out` is wanted.
  const unsigned char *in_line, *in_plane, *out_line, *out_plane;
  const double *in;
  double *out;
  double *scratch; ///< 6 max(n) lanes / 2 numbers
  /// Lanes are scaled alike before they are mixed: a large one would bury a small one in rounding errors.
  const double *scale, *unscale;
};

struct Table
{
  const char *name;

  /// f += int B^T D (gradient + B u), D constant in each voxel.
  void (*apply_uniform)(const Grid &, const Voxels &, const Moduli &, unsigned lanes, const double *u, double *f,
                        const Average &);
  /// The same with D at each point, shared by the lanes.
  void (*apply_points)(const Grid &, const Voxels &, const Tangent &, unsigned lanes, const double *u, double *f,
                       const Average &);
  /// One right-hand side: strain = gradient + B u at the points.
  void (*strains)(const Grid &, const Voxels &, const double *gradient, const double *u, std::size_t stride,
                  double *strain);
  /// f[node * pitch ...] += int B^T s, s_i = stress[i * step + point]; returns the sum of squares of the voxels'
  /// forces.
  double (*forces)(const Grid &, const Voxels &, const double *stress, std::size_t step, double *f);
  /// f += int B^T D B u of one right-hand side.
  void (*apply_single)(const Grid &, const Voxels &, const Tangent &, const double *u, double *f);

  void (*green)(const GreenArguments &, unsigned lanes);

  /// sum[lane] = a . b over runs of nodes.
  void (*dot)(const Runs &, unsigned lanes, const double *a, const double *b, double *sum);
  /// Fields of eight lanes: sum[8 i + j] = a_i . b_j.
  void (*gram)(const Runs &, const double *a, const double *b, double *sum);
  /// y = alpha[lane] x + beta[lane] y.
  void (*combine)(const Runs &, unsigned lanes, const double *alpha, const double *x, const double *beta, double *y);
  /// y = factor[3 node + component] x, the factor shared by the lanes.
  void (*scale)(const Runs &, unsigned lanes, const double *factor, const double *x, double *y);
  /// p = z + beta p; if s is not null, s = r + beta s and q = s.
  void (*direct)(const Runs &, unsigned lanes, const double *beta, const double *z, const double *r, double *p,
                 double *s, double *q);
  /// u += alpha p, r -= alpha q, sum = r . r; total += alpha s if s is not null.
  void (*step)(const Runs &, unsigned lanes, const double *alpha, const double *p, const double *q, const double *s,
               double *u, double *r, double *total, double *sum);
};

/// For the machine at hand; the environment variable FE2_KERNELS (generic, avx2, avx512) overrides.
const Table &kernels();
/// Null if the machine cannot run it or it was not compiled.
const Table *find(const char *name);
} // namespace kernels
} // namespace fe2

#endif
