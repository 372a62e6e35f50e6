// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/case.h>

#include <lib/pool/mpi_pool.h>
#include <lib/solve/petsc_solver.h>

#include <macro/problem.h>

#include <chrono>
#include <iostream>
#include <thread>

namespace fe2
{
namespace
{
/// A fault that only some processes have would hang the others, which wait for messages: ends all of them. Returns
/// where all have it, so that the usual way out is taken.
void abort_if_alone(const CommandContext &context, const std::string &what)
{
  MPI_Request request;
  MPI_Ibarrier(context.comm, &request);
  for (int tenth = 0; tenth < 50; ++tenth)
  {
    int all = 0;
    MPI_Test(&request, &all, MPI_STATUS_IGNORE);
    if (all != 0)
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  std::cerr << "Run failed on process " << context.rank << ": " << what << std::endl;
  MPI_Abort(context.comm, exit_failed);
}

template <int dim>
int run_problem(const CommandContext &context, Case &c, Loads<dim> &loads, const bool check_only)
{
  Log log(context.rank == 0);
  if (!c.macro.title.empty())
    log.line(c.macro.title);
  const auto names = c.models.names();
  const ProcessLayout layout(context.comm, c.macro.ranks_per_rve);
  const auto models = c.models.create(layout.group, c.macro.material_frame.given());
  for (std::size_t i = 0; i < names.size(); ++i)
    log.line("Micro model " + names[i] + ": " + models[i]->describe());
  for (const auto &name : c.materials.names())
    if (const auto text = c.materials.find(name)->describe(); !text.empty())
      log.line("Material " + name + ": " + text);

  // With one process the messages would only cost time.
  std::unique_ptr<MicroPool> pool;
  if (context.n_ranks == 1)
    pool = std::make_unique<LocalPool>(models, names);
  else
    pool = std::make_unique<MpiPool>(layout, models, names);
  Problem<dim> problem(context.comm, c.macro, loads, *pool, log);
  const double bytes = problem.estimate_bytes();
  log.line(std::to_string(problem.n_unknowns()) + " unknowns, " + std::to_string(problem.n_points()) +
           " points with micro models on " + std::to_string(context.n_ranks) + " processes, about " +
           format(bytes / 1e6, 3) + " MB for micro models and states");
  if (check_only)
  {
    log.line("The input is good; nothing was computed.");
    return exit_done;
  }
  const ResultFolder folder = c.open_results(log);
  try
  {
    problem.run(folder);
  }
  catch (const std::exception &e)
  {
    abort_if_alone(context, e.what());
    throw;
  }
  for (const auto &option : unused_petsc_options())
    log.warning("the option " + option + " was not used by any solver; is it misspelt (-macro_..., -rve_...)?");
  log.line("Done in " + format_seconds(log.seconds()) + "; results in " + folder.path(""));
  return exit_done;
}
} // namespace

int command_run(const CommandContext &context)
{
  auto options = case_options();
  options.push_back({"--check", false, "only check the input and estimate the memory"});
  const CommandLine line("run", context.arguments, {"FILE.prm"}, options, true);
  if (line.has("--help"))
  {
    Log(context.rank == 0)
        .line(usage("run", {"FILE.prm"}, options) + "\nOptions of PETSc: -macro_ksp_..., -rve_ksp_...");
    return exit_done;
  }
  set_petsc_options(line.petsc());
  Case c(context.comm, line);
  c.parse(Case::Needs::macroscale);
  return c.macro.mesh.dimension == 2 ? run_problem<2>(context, c, c.loads_2d, line.has("--check"))
                                     : run_problem<3>(context, c, c.loads_3d, line.has("--check"));
}
} // namespace fe2
