// SPDX-License-Identifier: LGPL-2.1-or-later
/// Sums and products of voxel fields over runs of nodes, lane by lane.
#include <rve/fourier/kernels/tables.h>
#include <rve/fourier/kernels/vectors.h>

namespace
{
using namespace fe2::kernels;

/// Calls f(offset) for each register of a run of fields, with the lane of its first element; one right-hand side is
/// taken as eight lanes that are summed later. The rest of a run that fills no register goes to g(offset).
template <unsigned lanes, int W, class F, class G>
inline void for_registers(const Runs &runs, const F &f, const G &g)
{
  for (std::size_t r = 0; r < runs.n; ++r)
  {
    std::size_t x = std::size_t(3) * runs.run[r].begin * lanes;
    const std::size_t end = std::size_t(3) * runs.run[r].end * lanes;
    constexpr std::size_t step = lanes == 1 ? 8 : lanes;
    for (; x + step <= end; x += step)
      for (unsigned part = 0; part < step; part += W)
        f(x + part, part);
    for (; x < end; ++x)
      g(x);
  }
}

template <unsigned lanes>
struct Fold
{
  static constexpr unsigned width = lanes == 1 ? 8 : lanes;
  static constexpr int W = int(width) < native_width ? int(width) : native_width;
  using V = Vector<W>;
  V sum[width / W] = {};
  double rest = 0;

  void write(double *result) const
  {
    double all[width];
    for (unsigned i = 0; i < width / W; ++i)
      store(all + i * W, sum[i]);
    if (lanes == 1)
    {
      result[0] = rest;
      for (const double x : all)
        result[0] += x;
    }
    else
      for (unsigned i = 0; i < width; ++i)
        result[i] = all[i];
  }
};

/// Factors by lane, repeated for one right-hand side.
template <unsigned lanes>
struct Factors
{
  double x[lanes == 1 ? 8 : lanes];
  explicit Factors(const double *values)
  {
    for (unsigned i = 0; i < sizeof(x) / sizeof(x[0]); ++i)
      x[i] = values[lanes == 1 ? 0 : i];
  }
};

template <unsigned lanes>
void dot_lanes(const Runs &runs, const double *a, const double *b, double *sum)
{
  using F = Fold<lanes>;
  using V = typename F::V;
  F fold;
  for_registers<lanes, F::W>(
      runs, [&](const std::size_t x, const unsigned part) { fold.sum[part / F::W] += load<V>(a + x) * load<V>(b + x); },
      [&](const std::size_t x) { fold.rest += a[x] * b[x]; });
  fold.write(sum);
}

template <unsigned lanes>
void combine_lanes(const Runs &runs, const double *alpha, const double *x, const double *beta, double *y)
{
  using F = Fold<lanes>;
  using V = typename F::V;
  const Factors<lanes> s(alpha), t(beta);
  for_registers<lanes, F::W>(
      runs,
      [&](const std::size_t i, const unsigned part)
      { store(y + i, load<V>(s.x + part) * load<V>(x + i) + load<V>(t.x + part) * load<V>(y + i)); },
      [&](const std::size_t i) { y[i] = s.x[0] * x[i] + t.x[0] * y[i]; });
}

template <unsigned lanes>
void direct_lanes(const Runs &runs, const double *beta, const double *z, const double *r, double *p, double *s,
                  double *q)
{
  using F = Fold<lanes>;
  using V = typename F::V;
  const Factors<lanes> b(beta);
  for_registers<lanes, F::W>(
      runs,
      [&](const std::size_t i, const unsigned part)
      {
        const V factor = load<V>(b.x + part);
        store(p + i, load<V>(z + i) + factor * load<V>(p + i));
        if (s != nullptr)
        {
          const V sum = load<V>(r + i) + factor * load<V>(s + i);
          store(s + i, sum);
          store(q + i, sum);
        }
      },
      [&](const std::size_t i)
      {
        p[i] = z[i] + b.x[0] * p[i];
        if (s != nullptr)
          q[i] = s[i] = r[i] + b.x[0] * s[i];
      });
}

template <unsigned lanes>
void step_lanes(const Runs &runs, const double *alpha, const double *p, const double *q, const double *s, double *u,
                double *r, double *total, double *sum)
{
  using F = Fold<lanes>;
  using V = typename F::V;
  const Factors<lanes> a(alpha);
  F fold;
  for_registers<lanes, F::W>(
      runs,
      [&](const std::size_t i, const unsigned part)
      {
        const V factor = load<V>(a.x + part), rest = load<V>(r + i) - factor * load<V>(q + i);
        store(u + i, load<V>(u + i) + factor * load<V>(p + i));
        store(r + i, rest);
        if (s != nullptr)
          store(total + i, load<V>(total + i) + factor * load<V>(s + i));
        fold.sum[part / F::W] += rest * rest;
      },
      [&](const std::size_t i)
      {
        u[i] += a.x[0] * p[i];
        r[i] -= a.x[0] * q[i];
        if (s != nullptr)
          total[i] += a.x[0] * s[i];
        fold.rest += r[i] * r[i];
      });
  fold.write(sum);
}

void dot(const Runs &runs, const unsigned lanes, const double *a, const double *b, double *sum)
{
  if (lanes == 1)
    dot_lanes<1>(runs, a, b, sum);
  else
    lanes == 8 ? dot_lanes<8>(runs, a, b, sum) : dot_lanes<16>(runs, a, b, sum);
}

template <unsigned lanes>
void scale_lanes(const Runs &runs, const double *factor, const double *x, double *y)
{
  constexpr int W = int(lanes) < native_width ? int(lanes) : native_width;
  using V = Vector<W>;
  for (std::size_t r = 0; r < runs.n; ++r)
    for (std::size_t i = std::size_t(3) * runs.run[r].begin; i < std::size_t(3) * runs.run[r].end; ++i)
      for (unsigned part = 0; part < lanes; part += W)
        store(y + i * lanes + part, factor[i] * load<V>(x + i * lanes + part));
}

void scale(const Runs &runs, const unsigned lanes, const double *factor, const double *x, double *y)
{
  if (lanes == 1)
    scale_lanes<1>(runs, factor, x, y);
  else
    lanes == 8 ? scale_lanes<8>(runs, factor, x, y) : scale_lanes<16>(runs, factor, x, y);
}

void gram(const Runs &runs, const double *a, const double *b, double *sum)
{
  constexpr int W = native_width;
  using V = Vector<W>;
  V total[8][8 / W] = {};
  for (std::size_t r = 0; r < runs.n; ++r)
    for (std::size_t x = std::size_t(24) * runs.run[r].begin; x < std::size_t(24) * runs.run[r].end; x += 8)
      for (int part = 0; part < 8 / W; ++part)
      {
        const V y = load<V>(b + x + part * W);
        for (int i = 0; i < 8; ++i)
          total[i][part] += a[x + i] * y;
      }
  for (int i = 0; i < 8; ++i)
    for (int part = 0; part < 8 / W; ++part)
      store(sum + 8 * i + part * W, total[i][part]);
}

void combine(const Runs &runs, const unsigned lanes, const double *alpha, const double *x, const double *beta,
             double *y)
{
  if (lanes == 1)
    combine_lanes<1>(runs, alpha, x, beta, y);
  else
    lanes == 8 ? combine_lanes<8>(runs, alpha, x, beta, y) : combine_lanes<16>(runs, alpha, x, beta, y);
}

void direct(const Runs &runs, const unsigned lanes, const double *beta, const double *z, const double *r, double *p,
            double *s, double *q)
{
  if (lanes == 1)
    direct_lanes<1>(runs, beta, z, r, p, s, q);
  else
    lanes == 8 ? direct_lanes<8>(runs, beta, z, r, p, s, q) : direct_lanes<16>(runs, beta, z, r, p, s, q);
}

void step(const Runs &runs, const unsigned lanes, const double *alpha, const double *p, const double *q,
          const double *s, double *u, double *r, double *total, double *sum)
{
  if (lanes == 1)
    step_lanes<1>(runs, alpha, p, q, s, u, r, total, sum);
  else
    lanes == 8 ? step_lanes<8>(runs, alpha, p, q, s, u, r, total, sum)
               : step_lanes<16>(runs, alpha, p, q, s, u, r, total, sum);
}
} // namespace

namespace fe2
{
namespace kernels
{
void FE2_TABLE_FUNCTION(add_vector_kernels)(Table &table)
{
  table.dot = dot;
  table.gram = gram;
  table.scale = scale;
  table.combine = combine;
  table.direct = direct;
  table.step = step;
}
} // namespace kernels
} // namespace fe2
