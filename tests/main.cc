// SPDX-License-Identifier: LGPL-2.1-or-later
#define BOOST_TEST_MODULE fe2
#include <boost/test/included/unit_test.hpp>

#include <lib/base/threads.h>

#include <deal.II/base/mpi.h>

#include <cctype>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace
{
/// What the tests of this process have written into the working folder: test_..._PID...
void remove_files()
{
  const std::string mine = "_" + std::to_string(getpid());
  std::error_code code;
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::directory_iterator(".", code))
  {
    const auto name = entry.path().filename().string();
    const auto at = name.find(mine);
    if (name.rfind("test_", 0) == 0 && at != std::string::npos && entry.is_regular_file(code) &&
        !std::isdigit(static_cast<unsigned char>((name + " ")[at + mine.size()])))
      files.push_back(entry.path());
  }
  for (const auto &file : files)
    std::filesystem::remove(file, code);
}
} // namespace

int main(int argc, char **argv)
{
  int petsc_argc = 1; // Boost.Test's arguments are not PETSc's
  dealii::Utilities::MPI::MPI_InitFinalize mpi(petsc_argc, argv, 1);
  fe2::use_one_library_thread();
  const int result = boost::unit_test::unit_test_main(&init_unit_test_suite, argc, argv);
  remove_files();
  return result;
}
