// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What the benchmarks share.
 */
#ifndef fe2_tests_benchmarks_benchmarks_h
#define fe2_tests_benchmarks_benchmarks_h

#include <tests/helpers.h>

#include <benchmark/benchmark.h>

#include <ctime>

namespace fe2
{
namespace bench
{
inline double process_cpu()
{
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

/// Counter `ms` of the time between construction and destruction.
class CpuCounter
{
public:
  explicit CpuCounter(benchmark::State &state) : state_(state), begin_(process_cpu()) {}
  ~CpuCounter() { state_.counters["ms"] = 1e3 * (process_cpu() - begin_) / double(state_.iterations()); }

private:
  benchmark::State &state_;
  double begin_;
};

inline const std::string materials = R"(
subsection Materials
  subsection matrix
    set Type = linear_elastic
    set Young's modulus = 1
    set Poisson's ratio = 0.3
  end
  subsection sphere
    set Type = linear_elastic
    set Young's modulus = 10
    set Poisson's ratio = 0.3
  end
  subsection metal
    set Type = j2_plasticity
    set Young's modulus = 100
    set Poisson's ratio = 0.3
    set Yield stress = 0.2
    set Hardening modulus = 1
  end
  subsection stiff
    set Type = linear_elastic
    set Young's modulus = 1000
    set Poisson's ratio = 0.3
  end
  subsection polymer
    set Type = prony
    set Equilibrium bulk modulus = 4000
    set Equilibrium shear modulus = 300
    set Shear moduli = 500, 200, 100, 50, 25
    set Shear relaxation times = 0.1, 1, 10, 100, 1000
  end
end
)";

/// The path of the verification case sphere_voxel_j2: a plastic step with tangent and commit.
void j2_step(benchmark::State &state, const std::string &model);
/// An increment of points with a Prony matrix: evaluation and commit, one point.
void prony_step(benchmark::State &state, const std::string &model);
void register_fourier();
} // namespace bench
} // namespace fe2

#endif
