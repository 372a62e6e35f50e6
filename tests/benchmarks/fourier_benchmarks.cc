// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Voxel RVEs: the cube with a centred sphere of volume fraction 0.2 (sphere_voxel_linear).
 *
 * FourierRve/linear/N: load cases side by side, distinct, from zero, errors to 1e-6 in the energy norm; `ms` of one;
 * `stress_error` against a solve to 1e-12.
 *
 * FourierRve/single/N: one load case alone. FourierRve/tangent/N: operator and six load cases.
 *
 * FourierRve/contrast/C: linear/16 with a sphere C times as stiff, 0: a hole.
 *
 * FourierRve/j2_step/N, prony_step/N: see rve_steps.cc.
 *
 * Kernel: one application; operations and bytes counted by hand, against the rates of Machine: triad from memory and
 * from the second-level cache, dgemm.
 */
#include <rve/fourier/voxel_operators.h>

#include <tests/benchmarks/benchmarks.h>

extern "C" void dgemm_(const char *, const char *, const int *, const int *, const int *, const double *,
                       const double *, const int *, const double *, const int *, const double *, double *, const int *);

namespace fe2
{
namespace bench
{
namespace
{
constexpr double radius = 0.362783167859781;

VoxelImage sphere_image(const long n)
{
  return sample(3, {1, 1, 1}, unsigned(n),
                [](const dealii::Point<3> &x) { return (x - dealii::Point<3>(.5, .5, .5)).norm() < radius ? 1u : 0u; });
}

Matrix6 isotropic(const double young)
{
  return mandel::isotropic(young / 1.2, young / 2.6);
}

/// Lanes of distinct gradients; [6 * lanes].
std::vector<double> distinct_gradients(const unsigned int lanes)
{
  std::vector<double> e(6 * lanes);
  for (std::size_t i = 0; i < e.size(); ++i)
    e[i] = 1e-3 * std::sin(1. + double(i * i));
  return e;
}

void load_cases(benchmark::State &state, const long n, const double contrast, const unsigned int lanes,
                const unsigned int used)
{
  const VoxelGrid grid(sphere_image(n), 2, false, MPI_COMM_SELF);
  const GreenOperator green(grid);
  const UniformOperator stiffness(grid, green, {isotropic(1), isotropic(contrast)});
  LaneWork work(grid, lanes);
  auto gradients = distinct_gradients(lanes);
  for (std::size_t i = 0; i < gradients.size(); ++i)
    if (i % lanes >= used)
      gradients[i] = 0;
  std::vector<double> stresses(6 * lanes), exact(6 * lanes);
  stiffness.localize(work, gradients.data(), exact.data(), false, {1e-12, 2000});
  KrylovResult result;
  {
    CpuCounter counter(state);
    for (auto _ : state)
      result = stiffness.localize(work, gradients.data(), stresses.data(), false, {1e-6, 2000});
  }
  double error = 0;
  for (unsigned int l = 0; l < used; ++l)
  {
    double difference = 0, size = 0;
    for (std::size_t i = l; i < stresses.size(); i += lanes)
    {
      difference += (stresses[i] - exact[i]) * (stresses[i] - exact[i]);
      size += exact[i] * exact[i];
    }
    error = std::max(error, std::sqrt(difference / size));
  }
  state.counters["ms"] = state.counters["ms"] / used;
  state.counters["iterations"] = result.iterations;
  state.counters["stress_error"] = error;
}

void linear(benchmark::State &state)
{
  const unsigned int lanes = state.range(0) > 32 ? 8 : 16;
  load_cases(state, state.range(0), 10, lanes, lanes);
}

void single(benchmark::State &state)
{
  load_cases(state, state.range(0), 10, 8, 1);
}

void contrast(benchmark::State &state)
{
  load_cases(state, 16, double(state.range(0)), 16, 16);
}

void tangent(benchmark::State &state)
{
  const VoxelGrid grid(sphere_image(state.range(0)), 2, false, MPI_COMM_SELF);
  const GreenOperator green(grid);
  LaneWork work(grid, 8);
  Matrix6 homogenized;
  KrylovResult result;
  {
    CpuCounter counter(state);
    for (auto _ : state)
    {
      const UniformOperator stiffness(grid, green, {isotropic(1), isotropic(10)});
      result = stiffness.homogenize(work, homogenized, {1e-6, 2000});
    }
  }
  state.counters["iterations"] = result.iterations;
}

/// One application of a kernel on 16^3 voxels; operations and bytes of a voxel and lane.
struct KernelBench
{
  VoxelGrid grid{sphere_image(16), 2, false, MPI_COMM_SELF};
  GreenOperator green{grid};
  unsigned int lanes;
  VoxelField x, y;
  std::vector<double> tangent;

  bool dyadic;

  explicit KernelBench(const unsigned int n, const bool has_dyads = false)
      : lanes(n), x(grid.make_field(n)), y(x), dyadic(has_dyads)
  {
    for (std::size_t i = 0; i < x.size(); ++i)
      x[i] = std::sin(double(i));
    const Matrix6 d = isotropic(1);
    for (std::size_t k = 0; k < (dyadic ? 9 : 36); ++k)
      tangent.insert(tangent.end(), 8 * grid.n_nodes(), dyadic ? 0.1 * double(k) : d.data()[k]);
  }
  kernels::Tangent at_points(const unsigned int phase) const
  {
    return {tangent.data(), 8 * grid.voxels(phase).n,
            dyadic ? kernels::TangentForm::dyadic : kernels::TangentForm::symmetric};
  }
  template <class F>
  void measure(benchmark::State &state, const double operations, const double bytes, const F &f)
  {
    {
      CpuCounter counter(state);
      for (auto _ : state)
      {
        f();
        benchmark::ClobberMemory();
      }
    }
    const double seconds = 1e-3 * state.counters["ms"], n = double(grid.n_nodes()) * lanes;
    state.counters["ns_voxel_lane"] = 1e9 * seconds / n;
    state.counters["GF/s"] = 1e-9 * operations * n / seconds;
    state.counters["GB/s"] = 1e-9 * bytes * n / seconds;
  }
};

void apply_uniform(benchmark::State &state)
{
  KernelBench b(16);
  const auto moduli = make_moduli(isotropic(1));
  // 2 x 72 sums of modes, 66 for stresses, 21 scalings, 24 additions to the field.
  b.measure(state, 255, 48,
            [&]
            {
              for (unsigned int p = 0; p < 2; ++p)
                kernels::kernels().apply_uniform(b.grid.elements(), b.grid.voxels(p), moduli, b.lanes, b.x.data(),
                                                 b.y.data(), {nullptr, nullptr});
            });
}

void apply_points(benchmark::State &state, const bool dyadic)
{
  KernelBench b(8, dyadic);
  // 8 points x (66 or 38 for the tangent, 3 + 9), 2 x (72 + 72 + 36) for strains and forces, 24 for the field.
  b.measure(state, 8 * ((dyadic ? 38 : 66) + 12) + 384, 48 + (dyadic ? 9 : 21) * 8 * 8 / 8.,
            [&]
            {
              for (unsigned int p = 0; p < 2; ++p)
                kernels::kernels().apply_points(b.grid.elements(), b.grid.voxels(p), b.at_points(p), b.lanes,
                                                b.x.data(), b.y.data(), {nullptr, nullptr});
            });
}

void apply_single(benchmark::State &state, const bool dyadic)
{
  KernelBench b(1, dyadic);
  b.measure(state, 8 * ((dyadic ? 38 : 66) + 2 * 150), 48 + (dyadic ? 9 : 21) * 8 * 8,
            [&]
            {
              for (unsigned int p = 0; p < 2; ++p)
                kernels::kernels().apply_single(b.grid.elements(), b.grid.voxels(p), b.at_points(p), b.x.data(),
                                                b.y.data());
            });
}

void green_operator(benchmark::State &state, const unsigned int lanes)
{
  KernelBench b(lanes);
  const auto symbol = b.green.make_symbol(isotropic(1), true, true);
  const std::vector<double> norm(16, 1.);
  // 2 x 3 transforms along lines of 16: 168 operations a complex line; 30 for the product with the symbol.
  b.measure(state, lanes > 1 ? 2 * 3 * 3 * 168. / 16 / 2 + 15 : 2 * 3 * 2.5 * 12 + 15, 3 * 48,
            [&]
            {
              if (lanes > 1)
                b.green.apply_lanes(*symbol, lanes, norm.data(), b.x.data(), b.y.data(), b.green.everywhere(),
                                    b.green.everywhere());
              else
                b.green.apply(*symbol, b.x.data(), b.y.data());
            });
}

void triad(benchmark::State &state)
{
  const std::size_t n = std::size_t(state.range(0)) * 1024 / 24;
  std::vector<double> a(n, 1.), b(n, 2.), c(n, 3.);
  CpuCounter counter(state);
  for (auto _ : state)
  {
    for (std::size_t i = 0; i < n; ++i)
      a[i] = b[i] + 3 * c[i];
    benchmark::ClobberMemory();
  }
  state.counters["GB/s"] =
      benchmark::Counter(24e-9 * double(n) * double(state.iterations()), benchmark::Counter::kIsRate);
}

void dgemm(benchmark::State &state)
{
  const int n = 512;
  std::vector<double> a(n * n, 1.), b(a), c(a);
  const double one = 1, zero = 0;
  CpuCounter counter(state);
  for (auto _ : state)
    dgemm_("N", "N", &n, &n, &n, &one, a.data(), &n, b.data(), &n, &zero, c.data(), &n);
  state.counters["GF/s"] =
      benchmark::Counter(2e-9 * n * n * double(n) * double(state.iterations()), benchmark::Counter::kIsRate);
}
} // namespace

void register_fourier()
{
  using benchmark::RegisterBenchmark;
  const auto ms = benchmark::kMillisecond;
  RegisterBenchmark("FourierRve/linear", linear)->Arg(16)->Arg(32)->Arg(64)->Unit(ms);
  RegisterBenchmark("FourierRve/single", single)->Arg(16)->Arg(32)->Unit(ms);
  RegisterBenchmark("FourierRve/tangent", tangent)->Arg(16)->Arg(32)->Unit(ms);
  RegisterBenchmark("FourierRve/contrast", contrast)->Arg(0)->Arg(10)->Arg(100)->Arg(10000)->Unit(ms);
  RegisterBenchmark("FourierRve/j2_step", j2_step, "fourier_rve")->Arg(16)->Arg(32)->Unit(ms);
  RegisterBenchmark("FourierRve/prony_step", prony_step, "fourier_rve")->Arg(16)->Arg(32)->Unit(ms);
  RegisterBenchmark("Kernel/apply_uniform", apply_uniform);
  for (const bool dyadic : {false, true})
  {
    const std::string form = dyadic ? "dyadic" : "symmetric";
    RegisterBenchmark(("Kernel/apply_points/" + form).c_str(), apply_points, dyadic);
    RegisterBenchmark(("Kernel/apply_single/" + form).c_str(), apply_single, dyadic);
  }
  for (const unsigned int lanes : {1, 8, 16})
    RegisterBenchmark(("Kernel/green/" + std::to_string(lanes)).c_str(), green_operator, lanes);
  RegisterBenchmark("Machine/triad_kB", triad)->Arg(512)->Arg(200000);
  RegisterBenchmark("Machine/dgemm", dgemm);
}
} // namespace bench
} // namespace fe2
