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
inline Complex<V> operator+(const Complex<V> &a, const Complex<V> &b)
{
  return {a.re + b.re, a.im + b.im};
}
template <class V>
inline Complex<V> operator-(const Complex<V> &a, const Complex<V> &b)
{
  return {a.re - b.re, a.im - b.im};
}

/// a exp(-i phi) forward, a exp(i phi) backward, from cos and sin.
template <bool forward, class V>
inline Complex<V> turn(const Complex<V> &a, const double *w)
{
  const double c = w[0], s = forward ? -w[1] : w[1];
  return {c * a.re - s * a.im, c * a.im + s * a.re};
}

/// a times -i forward, i backward.
template <bool forward, class V>
inline Complex<V> quarter(const Complex<V> &a)
{
  return forward ? Complex<V>{a.im, -a.re} : Complex<V>{-a.im, a.re};
}

template <bool forward, class V>
inline void butterfly4(Complex<V> (&x)[4])
{
  const Complex<V> a = x[0] + x[2], b = x[0] - x[2], c = x[1] + x[3], d = quarter<forward>(x[1] - x[3]);
  x[0] = a + c;
  x[1] = b + d;
  x[2] = a - c;
  x[3] = b - d;
}

/// An odd radix from the sums and differences of opposite terms.
template <bool forward, class V>
inline void odd_butterfly(Complex<V> *x, Complex<V> *y, const int radix, const double *roots)
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

/// A stage: blocks of radix * m elements.
template <bool forward, int fixed, class V>
inline void stage(Complex<V> *line, const std::uint32_t n, const std::uint32_t m, const std::uint32_t radix_given,
                  const double *twiddles, const double *roots)
{
  const std::uint32_t radix = fixed > 0 ? std::uint32_t(fixed) : radix_given;
  constexpr std::uint32_t room = fixed > 0 ? std::uint32_t(fixed) : most_radix;
  Complex<V> x[room], y[fixed == 4 || fixed == 2 ? 1 : room];
  for (std::uint32_t block = 0; block < n; block += radix * m)
    for (std::uint32_t k = 0; k < m; ++k)
    {
      Complex<V> *z = line + block + k;
      for (std::uint32_t j = 0; j < radix; ++j)
      {
        x[j] = z[j * m];
        if (!forward && j > 0 && k > 0)
          x[j] = turn<forward>(x[j], twiddles + 2 * ((j - 1) * m + k));
      }
      if constexpr (fixed == 2)
      {
        const Complex<V> a = x[0];
        x[0] = a + x[1];
        x[1] = a - x[1];
      }
      else if constexpr (fixed == 4)
        butterfly4<forward>(x);
      else
        odd_butterfly<forward>(x, y, int(radix), roots);
      for (std::uint32_t j = 0; j < radix; ++j)
      {
        if (forward && j > 0 && k > 0)
          x[j] = turn<forward>(x[j], twiddles + 2 * ((j - 1) * m + k));
        z[j * m] = x[j];
      }
    }
}

template <bool forward, class V>
inline void any_stage(Complex<V> *line, const Transform &t, const std::uint32_t m, const std::uint32_t radix,
                      const double *twiddles, const double *roots)
{
  if (radix == 4)
    stage<forward, 4>(line, t.n, m, radix, twiddles, roots);
  else if (radix == 2)
    stage<forward, 2>(line, t.n, m, radix, twiddles, roots);
  else if (radix == 3)
    stage<forward, 3>(line, t.n, m, radix, twiddles, roots);
  else if (radix == 5)
    stage<forward, 5>(line, t.n, m, radix, twiddles, roots);
  else
    stage<forward, 0>(line, t.n, m, radix, twiddles, roots);
}

template <bool forward, class V>
inline void transform(Complex<V> *line, const Transform &t)
{
  if (forward)
  {
    const double *twiddles = t.twiddles, *roots = t.roots;
    std::uint32_t m = t.n;
    for (std::uint32_t s = 0; s < t.n_stages; ++s)
    {
      const std::uint32_t radix = t.radix[s];
      m /= radix;
      any_stage<forward>(line, t, m, radix, twiddles, roots);
      twiddles += 2 * (radix - 1) * m;
      roots += 2 * radix;
    }
    return;
  }
  const double *twiddles = t.twiddles, *roots = t.roots;
  std::uint32_t m = t.n;
  for (std::uint32_t s = 0; s < t.n_stages; ++s)
  {
    m /= t.radix[s];
    twiddles += 2 * (t.radix[s] - 1) * m;
    roots += 2 * t.radix[s];
  }
  for (std::uint32_t s = t.n_stages; s-- > 0;)
  {
    const std::uint32_t radix = t.radix[s];
    twiddles -= 2 * (radix - 1) * m;
    roots -= 2 * radix;
    any_stage<forward>(line, t, m, radix, twiddles, roots);
    m *= radix;
  }
}

/// Lines of one component between a field and the work space.
template <class V, unsigned lanes>
struct Lines
{
  static constexpr unsigned W = sizeof(V) / sizeof(double);

  static void read(const double *x, const std::size_t step, const std::uint32_t n, Complex<V> *line)
  {
    for (std::uint32_t i = 0; i < n; ++i)
      line[i] = {load<V>(x + i * step), load<V>(x + i * step + lanes / 2)};
  }
  static void read_scaled(const double *x, const std::size_t step, const std::uint32_t n, const double *scale,
                          Complex<V> *line)
  {
    const V a = load<V>(scale), b = load<V>(scale + lanes / 2);
    for (std::uint32_t i = 0; i < n; ++i)
      line[i] = {a * load<V>(x + i * step), b * load<V>(x + i * step + lanes / 2)};
  }
  static void write(double *x, const std::size_t step, const std::uint32_t n, const Complex<V> *line)
  {
    for (std::uint32_t i = 0; i < n; ++i)
    {
      store(x + i * step, line[i].re);
      store(x + i * step + lanes / 2, line[i].im);
    }
  }
  static void write_scaled(double *x, const std::size_t step, const std::uint32_t n, const double *scale,
                           const Complex<V> *line)
  {
    const V a = load<V>(scale), b = load<V>(scale + lanes / 2);
    for (std::uint32_t i = 0; i < n; ++i)
    {
      store(x + i * step, a * line[i].re);
      store(x + i * step + lanes / 2, b * line[i].im);
    }
  }
};

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
  using L = Lines<V, lanes>;
  static constexpr std::size_t node = 3 * lanes;
  const GreenArguments &a;
  Complex<V> *line;
  std::size_t nx, ny, nz;

  explicit Green(const GreenArguments &arguments)
      : a(arguments), line(reinterpret_cast<Complex<V> *>(arguments.scratch)), nx(a.n[0]), ny(a.n[1]), nz(a.n[2])
  {
  }

  void plane_forward(const std::size_t k, const unsigned part) const
  {
    for (std::size_t j = 0; j < ny; ++j)
    {
      const std::size_t at = (k * ny + j) * nx * node + part;
      for (unsigned c = 0; c < 3; ++c)
        if (a.in_line[k * ny + j])
        {
          L::read_scaled(a.in + at + c * lanes, node, a.n[0], a.scale + part, line);
          transform<true>(line, a.transform[0]);
          L::write(a.out + at + c * lanes, node, a.n[0], line);
        }
        else
          for (std::size_t i = 0; i < nx; ++i)
          {
            store(a.out + at + c * lanes + i * node, V{});
            store(a.out + at + c * lanes + i * node + lanes / 2, V{});
          }
    }
    for (std::size_t i = 0; i < nx && ny > 1; ++i)
      for (unsigned c = 0; c < 3; ++c)
      {
        double *x = a.out + (k * ny * nx + i) * node + c * lanes + part;
        L::read(x, nx * node, a.n[1], line);
        transform<true>(line, a.transform[1]);
        L::write(x, nx * node, a.n[1], line);
      }
  }

  void plane_backward(const std::size_t k, const unsigned part) const
  {
    for (std::size_t i = 0; i < nx && ny > 1; ++i)
      for (unsigned c = 0; c < 3; ++c)
      {
        double *x = a.out + (k * ny * nx + i) * node + c * lanes + part;
        L::read(x, nx * node, a.n[1], line);
        transform<false>(line, a.transform[1]);
        L::write(x, nx * node, a.n[1], line);
      }
    for (std::size_t j = 0; j < ny; ++j)
      for (unsigned c = 0; c < 3 && a.out_line[k * ny + j]; ++c)
      {
        double *x = a.out + (k * ny + j) * nx * node + c * lanes + part;
        L::read(x, node, a.n[0], line);
        transform<false>(line, a.transform[0]);
        L::write_scaled(x, node, a.n[0], a.unscale + part, line);
      }
  }

  void column(const std::size_t j, const std::size_t i, const unsigned part) const
  {
    double *x = a.out + (j * nx + i) * node + part;
    const std::size_t step = nx * ny * node;
    for (std::size_t k = 0; k < nz; ++k)
      for (unsigned c = 0; c < 3; ++c)
        line[c * nz + k] =
            a.in_plane[k] ? Complex<V>{load<V>(x + k * step + c * lanes), load<V>(x + k * step + c * lanes + lanes / 2)}
                          : Complex<V>{V{}, V{}};
    for (unsigned c = 0; c < 3; ++c)
      transform<true>(line + c * nz, a.transform[2]);
    multiply(line, a.n[2], a.symbol + 6 * (j * nx + i) * nz);
    for (unsigned c = 0; c < 3; ++c)
      transform<false>(line + c * nz, a.transform[2]);
    for (std::size_t k = 0; k < nz; ++k)
      if (a.out_plane[k])
        for (unsigned c = 0; c < 3; ++c)
        {
          store(x + k * step + c * lanes, line[c * nz + k].re);
          store(x + k * step + c * lanes + lanes / 2, line[c * nz + k].im);
        }
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
