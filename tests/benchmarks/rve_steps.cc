// SPDX-License-Identifier: LGPL-2.1-or-later
#include <tests/benchmarks/benchmarks.h>

namespace fe2
{
namespace bench
{
namespace
{
std::shared_ptr<MicroModel> make_model(const std::string &type, const std::string &phases, const long n,
                                       const std::string &more = "")
{
  test::Models models(materials + "subsection Micro models\nsubsection r\nset Type = " + type +
                      "\nset Phases = " + phases + "\n" + more +
                      "subsection Microstructure\nset Type = sphere\nset Resolution = " + std::to_string(n) +
                      "\nend\nend\nend\n");
  return models("r");
}

/// Bytes of a committed state and of the scratch, by voxel.
void count_bytes(benchmark::State &state, const LocalPool &pool, const MicroModel &model, const double voxels)
{
  const auto statistics = pool.statistics();
  state.counters["state_MB"] = double(statistics.state_bytes) / double(statistics.points) / 1e6;
  state.counters["state_B_voxel"] = double(statistics.state_bytes) / double(statistics.points) / voxels;
  state.counters["scratch_B_voxel"] = double(model.scratch_bytes()) / voxels;
  state.counters["shared_MB"] = double(model.shared_bytes()) / 1e6;
}
} // namespace

void j2_step(benchmark::State &state, const std::string &type)
{
  const long n = state.range(0);
  const auto model =
      make_model(type, "metal, stiff", n, type == "fe_rve" ? "set B-bar = false\n" : "set Integration = full\n");
  LocalPool pool({model}, {"r"});
  double ms = 0, steps = 0, iterations = 0;
  model->prepare(Increment{0.1, {}});
  for (auto _ : state)
  {
    PointDefinition point;
    pool.create({point});
    for (unsigned int i = 1; i <= 10; ++i)
    {
      Vector6 strain;
      strain << 1e-3 * i, -5e-4 * i, -5e-4 * i, 0, 0, 0;
      const double begin = process_cpu();
      const auto response = pool.evaluate({test::request(strain, 0.1)}).front();
      pool.commit();
      if (response.status != Status::converged)
        state.SkipWithError(response.message.c_str());
      if (response.iterations < 2)
        continue; // elastic
      ms += 1e3 * (process_cpu() - begin);
      iterations += response.iterations;
      ++steps;
    }
    count_bytes(state, pool, *model, double(n * n * n));
    pool.erase({point.id});
  }
  state.counters["ms"] = ms / steps;
  state.counters["newton"] = iterations / steps;
}

void prony_step(benchmark::State &state, const std::string &type)
{
  const long n = state.range(0);
  const auto model =
      make_model(type, "polymer, stiff", n, type == "fe_rve" ? "set B-bar = false\n" : "set Integration = full\n");
  LocalPool pool({model}, {"r"});
  std::vector<PointDefinition> points(16);
  std::vector<MicroRequest> requests;
  for (unsigned int i = 0; i < points.size(); ++i)
  {
    points[i].id.quadrature = i;
    requests.push_back(test::request((1. + i) * test::some_strain(), 0.1, i));
  }
  pool.create(points);
  pool.evaluate(requests); // operators
  pool.commit();
  double iterations = 0;
  {
    CpuCounter counter(state);
    for (auto _ : state)
    {
      for (auto &r : requests)
        r.gradient *= 1.01;
      iterations += pool.evaluate(requests).front().iterations;
      pool.commit();
    }
  }
  count_bytes(state, pool, *model, double(n * n * n));
  state.counters["ms"] = state.counters["ms"] / double(points.size());
  state.counters["iterations"] = iterations / double(state.iterations());
}
} // namespace bench
} // namespace fe2
