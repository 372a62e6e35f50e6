// SPDX-License-Identifier: LGPL-2.1-or-later
#define BOOST_TEST_MODULE fe2
#include <boost/test/included/unit_test.hpp>

#include <lib/base/threads.h>

#include <deal.II/base/mpi.h>

int main(int argc, char **argv)
{
  int petsc_argc = 1; // Boost.Test's arguments are not PETSc's
  dealii::Utilities::MPI::MPI_InitFinalize mpi(petsc_argc, argv, 1);
  fe2::use_one_library_thread();
  return boost::unit_test::unit_test_main(&init_unit_test_suite, argc, argv);
}
