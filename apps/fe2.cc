// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/commands.h>

#include <lib/base/threads.h>

#include <deal.II/base/mpi.h>

#include <algorithm>
#include <iostream>

namespace
{
struct Command
{
  const char *name, *text;
  int (*run)(const fe2::CommandContext &);
};

const Command commands[] = {
    {"run", "a two-scale problem from a parameter file", fe2::command_run},
    {"homogenize", "effective stiffness of a micro model, or its response along a path", fe2::command_homogenize},
    {"microstructure", "makes and saves the microstructure of a micro model: mesh, voxels, picture",
     fe2::command_microstructure},
    {"point", "one material along a path of strains and stresses", fe2::command_point},
    {"fit-prony", "a Prony series from relaxation, dynamic or creep data", fe2::command_fit_prony},
    {"compare", "two results against each other", fe2::command_compare},
    {"parameters", "all parameters with their meaning, as a parameter file", fe2::command_parameters}};

std::string help()
{
  std::string text = "fe2 " FE2_VERSION ", two-scale solid mechanics\n\nusage: fe2 COMMAND ..., fe2 COMMAND --help\n\n";
  std::size_t width = 0;
  for (const auto &c : commands)
    width = std::max(width, std::string(c.name).size() + 2);
  for (const auto &c : commands)
    text += std::string("  ") + c.name + std::string(width - std::string(c.name).size(), ' ') + c.text + "\n";
  return text;
}

int world_rank = 0; // known after MPI is gone

int run(int argc, char **argv)
{
  // PETSc gets its options from us later, so that it does not swallow --help and the like.
  int petsc_argc = 1;
  dealii::Utilities::MPI::MPI_InitFinalize mpi(petsc_argc, argv, 1);
  fe2::use_one_library_thread();
  fe2::CommandContext context;
  context.comm = MPI_COMM_WORLD;
  MPI_Comm_rank(MPI_COMM_WORLD, &context.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &context.n_ranks);
  world_rank = context.rank;
  const std::string name = argc > 1 ? argv[1] : "--help";
  for (int i = 2; i < argc; ++i)
    context.arguments.emplace_back(argv[i]);
  const bool version = name == "--version";
  if (version || name == "--help" || name == "help")
  {
    if (context.rank == 0)
      std::cout << (version ? "fe2 " FE2_VERSION "\n" : help());
    return argc > 1 ? fe2::exit_done : fe2::exit_bad_input;
  }
  std::vector<std::string> names;
  for (const auto &c : commands)
  {
    names.emplace_back(c.name);
    if (name == c.name)
      return c.run(context);
  }
  throw fe2::InputError("unknown command '" + name + "'; " + fe2::suggest(name, names) + " (fe2 --help)");
}

int report(const char *kind, const std::exception &e, const int code)
{
  // Faults that all ranks find alike are told once; what only one rank meets is told with its number.
  const bool alike =
      dynamic_cast<const fe2::InputError *>(&e) != nullptr || dynamic_cast<const fe2::RunError *>(&e) != nullptr;
  if (world_rank == 0 || !alike)
    std::cerr << kind << (world_rank == 0 ? "" : " on rank " + std::to_string(world_rank)) << ": " << e.what()
              << std::endl;
  return code;
}
} // namespace

int main(int argc, char **argv)
{
  // catch stands outside of MPI_InitFinalize's scope: inside, the other ranks would hang.
  try
  {
    return run(argc, argv);
  }
  catch (const fe2::InputError &e)
  {
    return report("Input error", e, fe2::exit_bad_input);
  }
  catch (const std::exception &e)
  {
    return report("Run failed", e, fe2::exit_failed);
  }
}
