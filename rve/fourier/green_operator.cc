// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/green_operator.h>

#include <lib/base/errors.h>
#include <lib/base/log.h>

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <complex>

namespace fe2
{
namespace
{
constexpr unsigned int most_radix = 509;

std::vector<unsigned int> radices(unsigned int n)
{
  std::vector<unsigned int> result;
  for (unsigned int p = 4; n > 1;)
    if (n % p == 0)
    {
      result.push_back(p);
      n /= p;
    }
    else
      p = p == 4 ? 2 : p == 2 ? 3 : p + 2;
  return result;
}

/// Forces on a node from the displacements of its neighbours: [dz][dy][dx] of six numbers (11, 22, 33, 12, 13, 23).
struct Stencil
{
  double s[3][3][3][6] = {};

  explicit Stencil(const Eigen::Matrix<double, 24, 24> &k)
  {
    for (unsigned int n = 0; n < 8; ++n)
      for (unsigned int m = 0; m < 8; ++m)
      {
        auto &entry = s[1 + (m >> 2) - (n >> 2)][1 + (m >> 1 & 1) - (n >> 1 & 1)][1 + (m & 1) - (n & 1)];
        for (int i = 0; i < 6; ++i)
          entry[i] += 0.5 * (k(int(3 * n + mandel::row[i]), int(3 * m + mandel::column[i])) +
                             k(int(3 * n + mandel::column[i]), int(3 * m + mandel::row[i])));
      }
  }
};

using Six = std::array<std::complex<double>, 6>;

/// Sum over a neighbour direction.
void collapse(const Six (&x)[3], const double angle, Six &sum)
{
  const std::complex<double> e(std::cos(angle), std::sin(angle));
  for (int i = 0; i < 6; ++i)
    sum[i] = x[0][i] * std::conj(e) + x[1][i] + x[2][i] * e;
}

/// Adjugate over determinant of a symmetric 3 x 3 matrix.
void invert(const Six &k, const double scale, double *g)
{
  const double a = k[0].real(), b = k[1].real(), c = k[2].real(), d = k[3].real(), e = k[4].real(), f = k[5].real();
  const double s = scale / (a * (b * c - f * f) - d * (d * c - f * e) + e * (d * f - b * e));
  g[0] = s * (b * c - f * f);
  g[1] = s * (a * c - e * e);
  g[2] = s * (a * b - d * d);
  g[3] = s * (e * f - d * c);
  g[4] = s * (d * f - b * e);
  g[5] = s * (d * e - a * f);
}
} // namespace

GreenOperator::Axis GreenOperator::make_axis(const unsigned int n)
{
  Axis axis;
  auto &t = axis.transform;
  t.n = n;
  axis.frequency = {0};
  unsigned int m = n, blocks = 1;
  for (const unsigned int radix : radices(n))
  {
    if (radix > most_radix)
      throw InputError("a voxel RVE has " + std::to_string(n) + " voxels along an edge, with the prime factor " +
                       std::to_string(radix) + "; factors of at most " + std::to_string(most_radix) +
                       " are allowed, small ones are fast");
    t.radix[t.n_stages++] = radix;
    m /= radix;
    for (unsigned int j = 1; j < radix; ++j)
      for (unsigned int k = 0; k < m; ++k)
      {
        const double angle = 2 * M_PI * double(j * k) / double(radix * m);
        axis.twiddles.push_back(std::cos(angle));
        axis.twiddles.push_back(std::sin(angle));
      }
    for (unsigned int j = 0; j < radix; ++j)
    {
      axis.roots.push_back(std::cos(2 * M_PI * j / radix));
      axis.roots.push_back(std::sin(2 * M_PI * j / radix));
    }
    // Block j of a block with frequencies f (step `blocks`) has the frequencies f + j * blocks.
    std::vector<unsigned int> finer;
    for (const unsigned int f : axis.frequency)
      for (unsigned int j = 0; j < radix; ++j)
        finer.push_back(f + j * blocks);
    axis.frequency = finer;
    blocks *= radix;
  }
  return axis;
}

GreenOperator::GreenOperator(const VoxelGrid &grid) : grid_(grid)
{
  unsigned int longest = 1;
  for (unsigned int d = 0; d < 3; ++d)
  {
    axes_[d] = make_axis(grid.n()[d]);
    axes_[d].transform.twiddles = axes_[d].twiddles.data();
    axes_[d].transform.roots = axes_[d].roots.data();
    longest = std::max(longest, grid.n()[d]);
  }
  everywhere_.line.assign(std::size_t(grid.n()[1]) * grid.n_planes(), 1);
  everywhere_.plane.assign(grid.n_planes(), 1);
  scratch_.resize(std::size_t(6) * longest * 8);
  make_plans();
}

void GreenOperator::make_plans()
{
  // FFTW has no real transform of length 1 in place: where x has one voxel, planes of complex numbers are transformed.
  const bool real = grid_.n()[0] > 1;
  row_ = 2 * (grid_.n()[0] / 2 + 1);
  // Plans that are measured differ from run to run, and with them the last bits of results.
  if (grid_.n_ranks() > 1)
    make_parallel_plans(real);
  else
    make_serial_plans(real);
  if (forward_ == nullptr || backward_ == nullptr)
    throw RunError("FFTW has no transforms for a voxel RVE of " + std::to_string(grid_.n()[0]) + " x " +
                   std::to_string(grid_.n()[1]) + " x " + std::to_string(grid_.n()[2]) + " voxels" +
                   (grid_.n_ranks() > 1 ? " on several processes; compute it with one, or turn it so that x has more "
                                          "than one voxel"
                                        : ""));
}

void GreenOperator::allocate(const std::size_t n)
{
  complex_ = fftw_alloc_complex(n);
  if (complex_ == nullptr)
    throw RunError("no memory for the transforms of a voxel RVE (" + format(16e-6 * double(n)) + " MB)");
  std::fill_n(reinterpret_cast<double *>(complex_), 2 * n, 0.);
  real_ = reinterpret_cast<double *>(complex_);
}

void GreenOperator::make_serial_plans(const bool real)
{
  const auto &n = grid_.n();
  const int sizes[3] = {int(n[2]), int(n[1]), int(n[0])};
  allocate(3 * std::size_t(n[2]) * n[1] * (n[0] / 2 + 1));
  if (!real)
  {
    forward_ =
        fftw_plan_many_dft(2, sizes, 3, complex_, nullptr, 3, 1, complex_, nullptr, 3, 1, FFTW_FORWARD, FFTW_ESTIMATE);
    backward_ =
        fftw_plan_many_dft(2, sizes, 3, complex_, nullptr, 3, 1, complex_, nullptr, 3, 1, FFTW_BACKWARD, FFTW_ESTIMATE);
    return;
  }
  const int real_sizes[3] = {sizes[0], sizes[1], int(row_)}, complex_sizes[3] = {sizes[0], sizes[1], int(row_ / 2)};
  forward_ = fftw_plan_many_dft_r2c(3, sizes, 3, real_, real_sizes, 3, 1, complex_, complex_sizes, 3, 1, FFTW_ESTIMATE);
  backward_ =
      fftw_plan_many_dft_c2r(3, sizes, 3, complex_, complex_sizes, 3, 1, real_, real_sizes, 3, 1, FFTW_ESTIMATE);
}

void GreenOperator::make_parallel_plans(const bool real)
{
  const auto &n = grid_.n();
  const ptrdiff_t sizes[3] = {ptrdiff_t(n[2]), ptrdiff_t(n[1]), ptrdiff_t(n[0])},
                  halves[3] = {sizes[0], sizes[1], ptrdiff_t(n[0] / 2 + 1)}, block = FFTW_MPI_DEFAULT_BLOCK;
  ptrdiff_t planes, first, rows, first_row;
  const ptrdiff_t size = fftw_mpi_local_size_many_transposed(real ? 3 : 2, halves, 3, block, block, grid_.comm(),
                                                             &planes, &first, &rows, &first_row);
  n_rows_ = std::size_t(rows);
  first_row_ = std::size_t(first_row);
  allocate(std::size_t(size) + 1);
  if (!real)
  {
    forward_ = fftw_mpi_plan_many_dft(2, sizes, 3, block, block, complex_, complex_, grid_.comm(), FFTW_FORWARD,
                                      FFTW_ESTIMATE | FFTW_MPI_TRANSPOSED_OUT);
    backward_ = fftw_mpi_plan_many_dft(2, sizes, 3, block, block, complex_, complex_, grid_.comm(), FFTW_BACKWARD,
                                       FFTW_ESTIMATE | FFTW_MPI_TRANSPOSED_IN);
    return;
  }
  forward_ = fftw_mpi_plan_many_dft_r2c(3, sizes, 3, block, block, real_, complex_, grid_.comm(),
                                        FFTW_ESTIMATE | FFTW_MPI_TRANSPOSED_OUT);
  backward_ = fftw_mpi_plan_many_dft_c2r(3, sizes, 3, block, block, complex_, real_, grid_.comm(),
                                         FFTW_ESTIMATE | FFTW_MPI_TRANSPOSED_IN);
}

void GreenOperator::put(const double *in) const
{
  const std::size_t nx = grid_.n()[0], n_lines = std::size_t(grid_.n()[1]) * grid_.n_planes();
  for (std::size_t l = 0; l < n_lines; ++l)
    if (nx > 1)
      std::copy_n(in + 3 * nx * l, 3 * nx, real_ + 3 * row_ * l);
    else
      for (std::size_t k = 3 * l; k < 3 * l + 3; ++k)
      {
        real_[2 * k] = in[k];
        real_[2 * k + 1] = 0;
      }
}

void GreenOperator::take(double *out) const
{
  const std::size_t nx = grid_.n()[0], n_lines = std::size_t(grid_.n()[1]) * grid_.n_planes();
  for (std::size_t l = 0; l < n_lines; ++l)
    if (nx > 1)
      std::copy_n(real_ + 3 * row_ * l, 3 * nx, out + 3 * nx * l);
    else
      for (std::size_t k = 3 * l; k < 3 * l + 3; ++k)
        out[k] = real_[2 * k];
}

GreenOperator::~GreenOperator()
{
  if (forward_ != nullptr)
    fftw_destroy_plan(forward_);
  if (backward_ != nullptr)
    fftw_destroy_plan(backward_);
  fftw_free(complex_);
}

std::shared_ptr<const GreenOperator::Symbol> GreenOperator::make_symbol(const Matrix6 &reference, const bool single,
                                                                        const bool lanes) const
{
  const Matrix6 symmetric = 0.5 * (reference + reference.transpose());
  Eigen::MatrixXd test = symmetric;
  if (grid_.prism() && !grid_.elements().b_bar)
    test(2, 2) += symmetric.trace(); // no strain there; phases in plane stress have no stiffness either
  if (!reference.allFinite() || Eigen::LLT<Eigen::MatrixXd>(test).info() != Eigen::Success)
    throw RunError("the reference material of a voxel RVE is not positive definite");
  const Stencil stencil(grid_.element_matrix(symmetric));
  const auto &n = grid_.n();
  const double scale = 1. / double(grid_.n_all_nodes());
  // f[d]: frequencies along axis d; memory order: axis order[0] is the slowest.
  const auto fill = [&](const std::vector<unsigned int>(&f)[3], const std::array<unsigned int, 3> &order)
  {
    VoxelField result(6 * f[0].size() * f[1].size() * f[2].size(), 0.);
    std::size_t step[3];
    step[order[2]] = 6;
    step[order[1]] = step[order[2]] * f[order[2]].size();
    step[order[0]] = step[order[1]] * f[order[1]].size();
    for (std::size_t i = 0; i < f[0].size(); ++i)
    {
      Six along_x[3][3]; // [dz][dy]
      for (int z = 0; z < 3; ++z)
        for (int y = 0; y < 3; ++y)
        {
          Six x[3];
          for (int d = 0; d < 3; ++d)
            std::copy_n(stencil.s[z][y][d], 6, x[d].begin());
          collapse(x, 2 * M_PI * f[0][i] / n[0], along_x[z][y]);
        }
      for (std::size_t j = 0; j < f[1].size(); ++j)
      {
        Six along_y[3];
        for (int z = 0; z < 3; ++z)
          collapse(along_x[z], 2 * M_PI * f[1][j] / n[1], along_y[z]);
        for (std::size_t k = 0; k < f[2].size(); ++k)
        {
          if (f[0][i] == 0 && f[1][j] == 0 && f[2][k] == 0)
            continue; // no rigid translation
          Six symbol;
          collapse(along_y, 2 * M_PI * f[2][k] / n[2], symbol);
          invert(symbol, scale, result.data() + i * step[0] + j * step[1] + k * step[2]);
        }
      }
    }
    return result;
  };
  auto symbol = std::make_shared<Symbol>();
  if (lanes)
    symbol->lanes = fill({axes_[0].frequency, axes_[1].frequency, axes_[2].frequency}, {1, 0, 2});
  if (single)
  {
    const auto range = [](const std::size_t first, const std::size_t count)
    {
      std::vector<unsigned int> f(count);
      for (std::size_t i = 0; i < count; ++i)
        f[i] = unsigned(first + i);
      return f;
    };
    const bool transposed = grid_.n_ranks() > 1;
    symbol->single =
        fill({range(0, row_ / 2), transposed ? range(first_row_, n_rows_) : range(0, n[1]), range(0, n[2])},
             transposed ? std::array<unsigned int, 3>{1, 2, 0} : std::array<unsigned int, 3>{2, 1, 0});
  }
  return symbol;
}

void GreenOperator::apply(const Symbol &symbol, const double *in, double *out) const
{
  put(in);
  fftw_execute(forward_);
  const std::size_t n = symbol.single.size() / 6;
  const double *g = symbol.single.data();
  double *x = real_;
  for (std::size_t i = 0; i < n; ++i, g += 6, x += 6)
    for (int part = 0; part < 2; ++part)
    {
      const double a = x[part], b = x[2 + part], c = x[4 + part];
      x[part] = g[0] * a + g[3] * b + g[4] * c;
      x[2 + part] = g[3] * a + g[1] * b + g[5] * c;
      x[4 + part] = g[4] * a + g[5] * b + g[2] * c;
    }
  fftw_execute(backward_);
  take(out);
}

void GreenOperator::apply_lanes(const Symbol &symbol, const unsigned int lanes, const double *norm, const double *in,
                                double *out, const UsedLines &used, const UsedLines &wanted) const
{
  if (grid_.n_ranks() > 1)
  {
    // Lane by lane with FFTW.
    if (lane_.empty())
      lane_ = grid_.make_field(1);
    const std::size_t n = 3 * grid_.n_nodes();
    for (unsigned int l = 0; l < lanes; ++l)
    {
      for (std::size_t i = 0; i < n; ++i)
        lane_[i] = in[i * lanes + l];
      if (norm[l] > 0)
        apply(symbol, lane_.data(), lane_.data());
      for (std::size_t i = 0; i < n; ++i)
        out[i * lanes + l] = lane_[i];
    }
    return;
  }
  double scale[16], unscale[16];
  for (unsigned int l = 0; l < lanes; ++l)
  {
    // A power of two, so that nothing is rounded.
    int exponent = 0;
    if (norm[l] > 0 && std::isfinite(norm[l]))
      std::frexp(norm[l], &exponent);
    scale[l] = std::ldexp(1., -exponent);
    unscale[l] = norm[l] > 0 ? std::ldexp(1., exponent) : 0.; // not the rounding errors of its partner
  }
  kernels::GreenArguments a;
  for (unsigned int d = 0; d < 3; ++d)
  {
    a.n[d] = grid_.n()[d];
    a.transform[d] = axes_[d].transform;
  }
  a.symbol = symbol.lanes.data();
  a.in_line = used.line.data();
  a.in_plane = used.plane.data();
  a.out_line = wanted.line.data();
  a.out_plane = wanted.plane.data();
  a.in = in;
  a.out = out;
  a.scratch = scratch_.data();
  a.scale = scale;
  a.unscale = unscale;
  kernels::kernels().green(a, lanes);
}
} // namespace fe2
