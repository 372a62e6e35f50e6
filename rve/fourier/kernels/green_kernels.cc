// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Fourier transforms of many fields at once and the product with the Green operator of the elements. Two real fields
 * make a complex one (the symbol is real and even). Stages of radix 4, 2, 3, 5 and any other prime, in place: forward
 * by decimation in frequency, backward in time, so that nothing is reordered and the symbol stands in the forward
 * transform's order (Van Loan, Computational Frameworks for the Fast Fourier Transform (1992), section 1.9).
 */
#include <rve/fourier/kernels/tables.h>
#include <rve/fourier/kernels/vectors.h>

namespace
{
using namespace fe2::kernels;

template <class V>
struct Complex
{
  V re, im;
};

template <class V>
FE2_INLINE Complex<V> operator+(const Complex<V> &a, const Complex<V> &b)
{
  return {a.re + b.re, a.im + b.im};
}
template <class V>
FE2_INLINE Complex<V> operator-(const Complex<V> &a, const Complex<V> &b)
{
  return {a.re - b.re, a.im - b.im};
}

/// a exp(-i phi) forward, a exp(i phi) backward, from cos and sin.
template <bool forward, class V>
FE2_INLINE Complex<V> turn(const Complex<V> &a, const double *w)
{
  const double c = w[0], s = forward ? -w[1] : w[1];
  return {c * a.re - s * a.im, c * a.im + s * a.re};
}

/// a times -i forward, i backward.
template <bool forward, class V>
FE2_INLINE Complex<V> quarter(const Complex<V> &a)
{
  return forward ? Complex<V>{a.im, -a.re} : Complex<V>{-a.im, a.re};
}

/// An odd radix from the sums and differences of opposite terms.
template <bool forward, class V>
FE2_INLINE void odd_butterfly(Complex<V> *x, Complex<V> *y, const int radix, const double *roots)
{
  const int half = radix / 2;
  Complex<V> sum = x[0];
  for (int j = 1; j <= half; ++j)
  {
    const Complex<V> a = x[j] + x[radix - j], d = x[j] - x[radix - j];
    x[j] = a;
    x[radix - j] = d;
    sum = sum + a;
  }
  y[0] = sum;
  for (int k = 1; k <= half; ++k)
  {
    Complex<V> even = x[0], odd = {V{}, V{}};
    for (int j = 1, i = k; j <= half; ++j, i = (i + k) % radix)
    {
      const double c = roots[2 * i], s = roots[2 * i + 1];
      even.re += c * x[j].re;
      even.im += c * x[j].im;
      odd.re += s * x[radix - j].re;
      odd.im += s * x[radix - j].im;
    }
    const Complex<V> turned = quarter<forward>(odd);
    y[k] = even + turned;
    y[radix - k] = even - turned;
  }
  for (int j = 0; j < radix; ++j)
    x[j] = y[j];
}

constexpr std::uint32_t most_radix = 509;

/// A line in the work space.
template <class V>
struct Buffer
{
  Complex<V> *x;
  FE2_INLINE Complex<V> read(const std::size_t i) const { return x[i]; }
  FE2_INLINE void write(const std::size_t i, const Complex<V> &value) const { x[i] = value; }
};

/// A line of a field: `half` numbers from the real to the imaginary part.
template <class V, unsigned half, bool scaled>
struct FieldLine
{
  const double *from;
  double *to;
  std::size_t step;
  V re, im; ///< scales

  FE2_INLINE Complex<V> read(const std::size_t i) const
  {
    const Complex<V> v = {load<V>(from + i * step), load<V>(from + i * step + half)};
    return scaled ? Complex<V>{re * v.re, im * v.im} : v;
  }
  FE2_INLINE void write(const std::size_t i, const Complex<V> &value) const
  {
    store(to + i * step, scaled ? re * value.re : value.re);
    store(to + i * step + half, scaled ? im * value.im : value.im);
  }
};

template <bool forward, int fixed, class V>
FE2_INLINE void butterfly(Complex<V> *x, Complex<V> *y, const std::uint32_t radix, const double *roots)
{
  if constexpr (fixed == 2)
  {
    const Complex<V> a = x[0];
    x[0] = a + x[1];
    x[1] = a - x[1];
  }
  else if constexpr (fixed == 4)
  {
    const Complex<V> a = x[0] + x[2], b = x[0] - x[2], c = x[1] + x[3], d = quarter<forward>(x[1] - x[3]);
    x[0] = a + c;
    x[1] = b + d;
    x[2] = a - c;
    x[3] = b - d;
  }
  else
    odd_butterfly<forward>(x, y, int(radix), roots);
}

/// A stage: blocks of radix * m elements. The first element of each block has no factors.
template <bool forward, int fixed, class V, class In, class Out>
inline void stage(const In &in, const Out &out, const std::uint32_t n, const std::uint32_t m,
                  const std::uint32_t radix_given, const double *twiddles, const double *roots)
{
  const std::uint32_t radix = fixed > 0 ? std::uint32_t(fixed) : radix_given;
  constexpr std::uint32_t room = fixed > 0 ? std::uint32_t(fixed) : most_radix;
  Complex<V> x[room], y[fixed == 4 || fixed == 2 ? 1 : room];
  for (std::uint32_t block = 0; block < n; block += radix * m)
  {
    FE2_UNROLL
    for (std::uint32_t j = 0; j < radix; ++j)
      x[j] = in.read(block + j * m);
    butterfly<forward, fixed>(x, y, radix, roots);
    FE2_UNROLL
    for (std::uint32_t j = 0; j < radix; ++j)
      out.write(block + j * m, x[j]);
    for (std::uint32_t k = 1; k < m; ++k)
    {
      x[0] = in.read(block + k);
      FE2_UNROLL
      for (std::uint32_t j = 1; j < radix; ++j)
      {
        x[j] = in.read(block + k + j * m);
        if (!forward)
          x[j] = turn<forward>(x[j], twiddles + 2 * ((j - 1) * m + k));
      }
      butterfly<forward, fixed>(x, y, radix, roots);
      out.write(block + k, x[0]);
      FE2_UNROLL
      for (std::uint32_t j = 1; j < radix; ++j)
        out.write(block + k + j * m, forward ? turn<forward>(x[j], twiddles + 2 * ((j - 1) * m + k)) : x[j]);
    }
  }
}

template <bool forward, class V, class In, class Out>
inline void any_stage(const In &in, const Out &out, const std::uint32_t n, const std::uint32_t m,
                      const std::uint32_t radix, const double *twiddles, const double *roots)
{
  if (radix == 4)
    stage<forward, 4, V>(in, out, n, m, radix, twiddles, roots);
  else if (radix == 2)
    stage<forward, 2, V>(in, out, n, m, radix, twiddles, roots);
  else if (radix == 3)
    stage<forward, 3, V>(in, out, n, m, radix, twiddles, roots);
  else if (radix == 5)
    stage<forward, 5, V>(in, out, n, m, radix, twiddles, roots);
  else
    stage<forward, 0, V>(in, out, n, m, radix, twiddles, roots);
}

/// The first stage reads and the last one writes; between them the line is in the buffer.
template <bool forward, class V, class In, class Out>
inline void transform(const Transform &t, const In &in, const Out &out, const Buffer<V> &buffer)
{
  if (t.n_stages == 0)
    out.write(0, in.read(0));
  const double *twiddles = t.twiddles, *roots = t.roots;
  std::uint32_t m = t.n;
  if (!forward)
  {
    for (std::uint32_t s = 0; s < t.n_stages; ++s)
    {
      m /= t.radix[s];
      twiddles += 2 * (t.radix[s] - 1) * m;
      roots += 2 * t.radix[s];
    }
  }
  for (std::uint32_t i = 0; i < t.n_stages; ++i)
  {
    const std::uint32_t radix = t.radix[forward ? i : t.n_stages - 1 - i];
    if (forward)
      m /= radix;
    else
    {
      twiddles -= 2 * (radix - 1) * m;
      roots -= 2 * radix;
    }
    const bool first = i == 0, last = i + 1 == t.n_stages;
    if (first && last)
      any_stage<forward, V>(in, out, t.n, m, radix, twiddles, roots);
    else if (first)
      any_stage<forward, V>(in, buffer, t.n, m, radix, twiddles, roots);
    else if (last)
      any_stage<forward, V>(buffer, out, t.n, m, radix, twiddles, roots);
    else
      any_stage<forward, V>(buffer, buffer, t.n, m, radix, twiddles, roots);
    if (forward)
    {
      twiddles += 2 * (radix - 1) * m;
      roots += 2 * radix;
    }
    else
      m *= radix;
  }
}

template <class V>
inline void multiply(Complex<V> *line, const std::uint32_t n, const double *symbol)
{
  for (std::uint32_t k = 0; k < n; ++k, symbol += 6)
  {
    Complex<V> &x = line[k], &y = line[n + k], &z = line[2 * n + k];
    const Complex<V> a = x, b = y, c = z;
    x = {symbol[0] * a.re + symbol[3] * b.re + symbol[4] * c.re,
         symbol[0] * a.im + symbol[3] * b.im + symbol[4] * c.im};
    y = {symbol[3] * a.re + symbol[1] * b.re + symbol[5] * c.re,
         symbol[3] * a.im + symbol[1] * b.im + symbol[5] * c.im};
    z = {symbol[4] * a.re + symbol[5] * b.re + symbol[2] * c.re,
         symbol[4] * a.im + symbol[5] * b.im + symbol[2] * c.im};
  }
}

/// `part`: first of W lanes of the real half.
template <unsigned lanes, int W>
struct Green
{
  using V = Vector<W>;
  using Plain = FieldLine<V, lanes / 2, false>;
  using Scaled = FieldLine<V, lanes / 2, true>;
  static constexpr std::size_t node = 3 * lanes;
  const GreenArguments &a;
  Complex<V> *line;
  std::size_t nx, ny, nz;

  explicit Green(const GreenArguments &arguments)
      : a(arguments), line(reinterpret_cast<Complex<V> *>(arguments.scratch)), nx(a.n[0]), ny(a.n[1]), nz(a.n[2])
  {
  }

  Plain plain(double *x, const std::size_t step) const { return {x, x, step, V{}, V{}}; }

  template <bool forward>
  void along_y(const std::size_t k, const unsigned part) const
  {
    for (std::size_t i = 0; i < nx && ny > 1; ++i)
      for (unsigned c = 0; c < 3; ++c)
      {
        const Plain l = plain(a.out + (k * ny * nx + i) * node + c * lanes + part, nx * node);
        transform<forward, V>(a.transform[1], l, l, Buffer<V>{line});
      }
  }

  void plane_forward(const std::size_t k, const unsigned part) const
  {
    const V re = load<V>(a.scale + part), im = load<V>(a.scale + part + lanes / 2);
    for (std::size_t j = 0; j < ny; ++j)
      for (unsigned c = 0; c < 3; ++c)
      {
        const std::size_t at = (k * ny + j) * nx * node + part + c * lanes;
        const Plain out = plain(a.out + at, node);
        if (a.in_line[k * ny + j])
          transform<true, V>(a.transform[0], Scaled{a.in + at, nullptr, node, re, im}, out, Buffer<V>{line});
        else
          for (std::size_t i = 0; i < nx; ++i)
            out.write(i, {V{}, V{}});
      }
    along_y<true>(k, part);
  }

  void plane_backward(const std::size_t k, const unsigned part) const
  {
    along_y<false>(k, part);
    const V re = load<V>(a.unscale + part), im = load<V>(a.unscale + part + lanes / 2);
    for (std::size_t j = 0; j < ny; ++j)
      for (unsigned c = 0; c < 3 && a.out_line[k * ny + j]; ++c)
      {
        double *x = a.out + (k * ny + j) * nx * node + c * lanes + part;
        transform<false, V>(a.transform[0], plain(x, node), Scaled{nullptr, x, node, re, im}, Buffer<V>{line});
      }
  }

  void column(const std::size_t j, const std::size_t i, const unsigned part) const
  {
    const std::size_t step = nx * ny * node;
    double *x = a.out + (j * nx + i) * node + part;
    for (std::size_t k = 0; k < nz; ++k)
      if (!a.in_plane[k])
        for (unsigned c = 0; c < 3; ++c)
          plain(x + c * lanes, step).write(k, {V{}, V{}});
    for (unsigned c = 0; c < 3; ++c)
      transform<true, V>(a.transform[2], plain(x + c * lanes, step), Buffer<V>{line + c * nz},
                         Buffer<V>{line + c * nz});
    multiply(line, a.n[2], a.symbol + 6 * (j * nx + i) * nz);
    for (unsigned c = 0; c < 3; ++c)
      transform<false, V>(a.transform[2], Buffer<V>{line + c * nz}, plain(x + c * lanes, step),
                          Buffer<V>{line + c * nz});
  }

  void run() const
  {
    for (std::size_t k = 0; k < nz; ++k)
      for (unsigned part = 0; part < lanes / 2 && a.in_plane[k]; part += W)
        plane_forward(k, part);
    for (std::size_t j = 0; j < ny; ++j)
      for (std::size_t i = 0; i < nx; ++i)
        for (unsigned part = 0; part < lanes / 2; part += W)
          column(j, i, part);
    for (std::size_t k = 0; k < nz; ++k)
      for (unsigned part = 0; part < lanes / 2 && a.out_plane[k]; part += W)
        plane_backward(k, part);
  }
};

void green(const GreenArguments &arguments, const unsigned lanes)
{
  if (lanes == 8)
    Green<8, (native_width < 4 ? native_width : 4)>(arguments).run();
  else
    Green<16, native_width>(arguments).run();
}
} // namespace

namespace fe2
{
namespace kernels
{
void FE2_TABLE_FUNCTION(add_green_kernels)(Table &table)
{
  table.green = green;
}
} // namespace kernels
} // namespace fe2
