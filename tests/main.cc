// SPDX-License-Identifier: LGPL-2.1-or-later
#define BOOST_TEST_MODULE fe2
#include <boost/test/included/unit_test.hpp>

#include <lib/base/threads.h>

#include <deal.II/base/mpi.h>

#include <filesystem>
#include <string>
#include <unistd.h>

int main(int argc, char **argv)
{
  int petsc_argc = 1; // Boost.Test's arguments are not PETSc's
  dealii::Utilities::MPI::MPI_InitFinalize mpi(petsc_argc, argv, 1);
  fe2::use_one_library_thread();
  // Tests write into the working folder: one of their own, which all processes share.
  namespace mpi_tools = dealii::Utilities::MPI;
  std::string name = "fe2_tests_" + std::to_string(getpid());
  name = mpi_tools::broadcast(MPI_COMM_WORLD, name);
  const auto folder = std::filesystem::temp_directory_path() / name;
  std::filesystem::create_directories(folder);
  std::filesystem::current_path(folder);
  const int result = boost::unit_test::unit_test_main(&init_unit_test_suite, argc, argv);
  MPI_Barrier(MPI_COMM_WORLD);
  std::error_code unused;
  std::filesystem::current_path(folder.parent_path(), unused);
  if (mpi_tools::this_mpi_process(MPI_COMM_WORLD) == 0)
    std::filesystem::remove_all(folder, unused);
  return result;
}
