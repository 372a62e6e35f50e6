// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What the parts cost. `ms`: milliseconds of CPU of the process for one repetition.
 *
 *   FeRve/linear/N    cube with a sphere, N^3 trilinear hexahedra, elastic phases: assembly, factorization and one
 * solve, nothing cached (mesh and symbolic factorization are) FeRve/solve/N     one load case with everything cached
 *   FeRve/j2_step/N   J2 matrix: a plastic step with tangent
 *   FeRve/prony_step/N  Prony matrix (5 terms): an increment of a point, evaluation and commit
 *   FourierRve/...    the same and more, see fourier_benchmarks.cc
 *   FeRve/tangent/N   assembly, factorization and six solves
 *   FeRve/solver/...  factorization and solve (one and six columns) by the linear solvers to choose from
 *   Material/...      updates of stress, history and tangent, per second
 *   Pool/overhead     MpiPool on one rank against the models alone, microseconds a request
 *   Macro/assembly    residual and matrix of 32 x 32 quadrilaterals
 */
#include <lib/base/threads.h>
#include <lib/pool/mpi_pool.h>

#include <macro/assembler.h>

#include <rve/microstructure.h>
#include <rve/models/fe_rve.h>

#include <tests/benchmarks/benchmarks.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/distributed/tria.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/fe_system.h>
#include <deal.II/fe/mapping_q1.h>
#include <deal.II/grid/grid_generator.h>
#include <deal.II/lac/dynamic_sparsity_pattern.h>
#include <deal.II/lac/sparsity_tools.h>

using namespace fe2;
using namespace fe2::bench;

namespace
{
struct Cube
{
  test::Models models{materials};
  std::unique_ptr<RveSpace<3>> space;
  std::unique_ptr<RveMatrix<3>> matrix;
  std::vector<Matrix6> tangents;

  explicit Cube(const long n)
  {
    Parameters p(test::tree("set Resolution = " + std::to_string(n) + "\n"));
    const auto sphere = Registry<Microstructure>::factory("sphere")();
    sphere->declare(p);
    Faults faults;
    p.parse(faults);
    space =
        std::make_unique<RveSpace<3>>(sphere->create_3d(), 1, 2, *Registry<BoundaryCondition>::factory("periodic")());
    matrix = std::make_unique<RveMatrix<3>>(*space);
    for (const char *name : {"matrix", "sphere"})
      tangents.push_back(models.materials.find(name)->initial_tangent(Increment()));
  }
  std::unique_ptr<RveLinearSolver> solver(const std::string &name) const
  {
    auto s = make_rve_linear_solver(name, space->free_points(), true);
    s->analyze(matrix->matrix());
    return s;
  }
};

void fe_rve_linear(benchmark::State &state)
{
  Cube cube(state.range(0));
  const auto symbolic = cube.solver("auto");
  CpuCounter counter(state);
  for (auto _ : state)
  {
    cube.matrix->assemble(cube.tangents);
    const auto solver = symbolic->sibling();
    solver->factorize(cube.matrix->matrix(), true);
    Eigen::MatrixXd x = cube.matrix->loads().col(0);
    solver->solve(x);
    benchmark::DoNotOptimize(x.data());
  }
}

void fe_rve_solve(benchmark::State &state)
{
  Cube cube(state.range(0));
  const auto solver = cube.solver("auto");
  cube.matrix->assemble(cube.tangents);
  solver->factorize(cube.matrix->matrix(), true);
  CpuCounter counter(state);
  for (auto _ : state)
  {
    Eigen::MatrixXd x = cube.matrix->loads().col(0);
    solver->solve(x);
    benchmark::DoNotOptimize(x.data());
  }
}

void fe_rve_tangent(benchmark::State &state)
{
  Cube cube(state.range(0));
  const auto symbolic = cube.solver("auto");
  CpuCounter counter(state);
  for (auto _ : state)
  {
    cube.matrix->assemble(cube.tangents);
    const auto solver = symbolic->sibling();
    solver->factorize(cube.matrix->matrix(), true);
    Eigen::MatrixXd x = -cube.matrix->loads();
    solver->solve(x);
    const Matrix6 c = cube.matrix->average_tangent() + cube.matrix->left_loads().transpose() * x;
    benchmark::DoNotOptimize(c.data());
  }
}

/// Columns at once: 0 factorizes, otherwise solves with so many right-hand sides.
void fe_rve_solver(benchmark::State &state, const std::string &name, const long columns)
{
  Cube cube(state.range(0));
  cube.matrix->assemble(cube.tangents);
  const auto solver = cube.solver(name);
  solver->factorize(cube.matrix->matrix(), true);
  Eigen::MatrixXd warm = cube.matrix->loads();
  solver->solve(warm); // MUMPS factorizes when it solves first
  CpuCounter counter(state);
  for (auto _ : state)
  {
    if (columns == 0)
      solver->factorize(cube.matrix->matrix(), true);
    Eigen::MatrixXd x = cube.matrix->loads().leftCols(columns == 0 ? 1 : columns);
    solver->solve(x);
    benchmark::DoNotOptimize(x.data());
  }
}

void material(benchmark::State &state, const std::string &name, const double strain)
{
  test::Models models(materials);
  const auto m = models.materials.find(name);
  constexpr std::size_t n = 1024;
  const std::size_t h = m->history_names().size();
  std::vector<double> gradient(6 * n, strain), old_history(h * n), new_history(h * n), stress(6 * n), tangent(36 * n);
  MaterialPoints x;
  x.n = x.stride = n;
  x.gradient = gradient.data();
  x.old_history = old_history.data();
  x.new_history = new_history.data();
  x.stress = stress.data();
  x.tangent = tangent.data();
  {
    CpuCounter counter(state);
    for (auto _ : state)
    {
      m->evaluate(Increment{0.1, {}}, x);
      benchmark::ClobberMemory();
    }
  }
  state.counters["updates_per_second"] =
      benchmark::Counter(double(n) * double(state.iterations()), benchmark::Counter::kIsRate);
  state.counters["bytes"] = double(sizeof(double) * (6 + 2 * h + 6 + 36));
}

/// One small strain RVE point of 2D fibres with Prony matrix: an increment with two evaluations and the commit.
void prism_increment(benchmark::State &state)
{
  test::Models models(materials +
                      "subsection Micro models\nsubsection r\nset Type = fe_rve\nset Phases = polymer, "
                      "sphere\nsubsection Microstructure\nset Type = fibres\nset Resolution = 5\nend\nend\nend\n");
  LocalPool pool({models("r")}, {"r"});
  std::vector<PointDefinition> points(64);
  std::vector<MicroRequest> requests;
  for (unsigned int i = 0; i < points.size(); ++i)
  {
    points[i].id.quadrature = i;
    requests.push_back(test::request((1. + i) * test::some_strain(), 0.1, i));
  }
  pool.create(points);
  {
    CpuCounter counter(state);
    for (auto _ : state)
    {
      pool.evaluate(requests);
      pool.evaluate(requests);
      pool.commit();
    }
  }
  state.counters["ms_per_point"] = state.counters["ms"] / double(points.size());
}

void pool_overhead(benchmark::State &state, const bool mpi)
{
  test::Models models(materials + "subsection Micro models\nsubsection s\nset Type = single_phase\nset Phases = "
                                  "matrix\nend\nend\n");
  std::unique_ptr<MicroPool> pool;
  const LocalPool::Models list = {models("s")};
  if (mpi)
    pool = std::make_unique<MpiPool>(ProcessLayout(MPI_COMM_WORLD), list, std::vector<std::string>{"s"});
  else
    pool = std::make_unique<LocalPool>(list, std::vector<std::string>{"s"});
  std::vector<PointDefinition> points(4096);
  std::vector<MicroRequest> requests;
  for (unsigned int i = 0; i < points.size(); ++i)
  {
    points[i].id.quadrature = i;
    requests.push_back(test::request(test::some_strain(), 0.1, i));
  }
  pool->create(points);
  {
    CpuCounter counter(state);
    for (auto _ : state)
      benchmark::DoNotOptimize(pool->evaluate(requests).data());
  }
  state.counters["us_per_request"] = 1e3 * state.counters["ms"] / double(points.size());
}

/// What a request and its response cost on the wire, there and back.
void pool_wire(benchmark::State &state)
{
  MicroResponse response;
  response.gradient = response.stress = test::some_strain();
  response.tangent = mandel::isotropic(2, 1);
  const MicroRequest request = test::request(test::some_strain(), 0.1);
  wire::KnownTangents here, there;
  Bytes bytes;
  {
    CpuCounter counter(state);
    for (auto _ : state)
    {
      bytes.clear();
      ByteWriter writer(bytes);
      wire::pack(writer, request);
      wire::pack(writer, response, request.wanted, here);
      ByteReader reader(bytes);
      benchmark::DoNotOptimize(wire::unpack_request(reader).time);
      benchmark::DoNotOptimize(wire::unpack_response(reader, there).stress[0]);
    }
  }
  state.counters["us_per_request"] = 1e3 * state.counters["ms"];
  state.counters["bytes"] = double(bytes.size());
}

void macro_assembly(benchmark::State &state)
{
  using namespace dealii;
  parallel::distributed::Triangulation<2> triangulation(MPI_COMM_WORLD);
  GridGenerator::subdivided_hyper_cube(triangulation, 32);
  FESystem<2> fe(FE_Q<2>(1), 2);
  DoFHandler<2> dofs(triangulation);
  dofs.distribute_dofs(fe);
  const MappingQ1<2> mapping;
  const Assembler<2> assembler(mapping, dofs, QGauss<2>(2), true);
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dofs, relevant);
  AffineConstraints<double> constraints(relevant);
  constraints.close();
  DynamicSparsityPattern pattern(relevant);
  DoFTools::make_sparsity_pattern(dofs, pattern, constraints, true);
  Assembler<2>::Matrix matrix;
  matrix.reinit(dofs.locally_owned_dofs(), dofs.locally_owned_dofs(), pattern, MPI_COMM_WORLD);
  Assembler<2>::Vector residual(dofs.locally_owned_dofs(), MPI_COMM_WORLD), internal(residual);
  std::vector<MicroResponse> responses(assembler.n_points());
  for (auto &r : responses)
  {
    r.stress = test::some_strain();
    r.tangent = mandel::isotropic(2, 1);
  }
  {
    CpuCounter counter(state);
    for (auto _ : state)
    {
      residual = 0;
      internal = 0;
      assembler.residual(responses, constraints, constraints, false, residual, internal);
      assembler.matrix(responses, constraints, matrix);
    }
  }
  state.counters["us_per_point"] = 1e3 * state.counters["ms"] / double(assembler.n_points());
}
} // namespace

int main(int argc, char **argv)
{
  int petsc_argc = 1;
  dealii::Utilities::MPI::MPI_InitFinalize mpi(petsc_argc, argv, 1);
  fe2::use_one_library_thread();
  using benchmark::RegisterBenchmark;
  const auto ms = benchmark::kMillisecond;
  RegisterBenchmark("FeRve/linear", fe_rve_linear)->Arg(8)->Arg(16)->Unit(ms);
  RegisterBenchmark("FeRve/solve", fe_rve_solve)->Arg(8)->Arg(16)->Unit(ms);
  RegisterBenchmark("FeRve/tangent", fe_rve_tangent)->Arg(8)->Arg(16)->Unit(ms);
  for (const char *name : {"cholmod", "mumps", "umfpack", "cg_gamg"})
  {
    const std::string base = std::string("FeRve/solver/") + name;
    RegisterBenchmark((base + "/factorize_and_solve").c_str(), fe_rve_solver, name, 0)->Arg(8)->Arg(16)->Unit(ms);
    RegisterBenchmark((base + "/solve_six").c_str(), fe_rve_solver, name, 6)->Arg(8)->Arg(16)->Unit(ms);
  }
  RegisterBenchmark("FeRve/j2_step", j2_step, "fe_rve")->Arg(8)->Arg(16)->Unit(ms);
  RegisterBenchmark("FeRve/prony_step", prony_step, "fe_rve")->Arg(8)->Unit(ms);
  register_fourier();
  RegisterBenchmark("FeRve/prism_increment", prism_increment)->Unit(ms);
  RegisterBenchmark("Material/linear_elastic", material, "matrix", 1e-3);
  RegisterBenchmark("Material/prony_5_terms", material, "polymer", 1e-3);
  RegisterBenchmark("Material/j2_plasticity", material, "metal", 1e-3);
  RegisterBenchmark("Material/j2_plasticity_flows", material, "metal", 3e-3);
  RegisterBenchmark("Pool/local", pool_overhead, false);
  RegisterBenchmark("Pool/overhead", pool_overhead, true);
  RegisterBenchmark("Pool/wire", pool_wire);
  RegisterBenchmark("Macro/assembly", macro_assembly)->Unit(ms);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  benchmark::RunSpecifiedBenchmarks();
}
