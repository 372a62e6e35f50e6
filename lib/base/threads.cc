// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/threads.h>

#include <cstdlib>
#include <dlfcn.h>
#include <initializer_list>

namespace fe2
{
void use_one_library_thread()
{
  // Looked up at run time: which BLAS is loaded is the system's choice.
  struct Setting
  {
    const char *variable, *function;
    int value;
  };
  // CHOLMOD asks for four threads by name; no active level of parallelism stops that too.
  for (const Setting s : {Setting{"OPENBLAS_NUM_THREADS", "openblas_set_num_threads", 1},
                          Setting{"OMP_NUM_THREADS", "omp_set_num_threads", 1},
                          Setting{"OMP_NUM_THREADS", "omp_set_max_active_levels", 0}})
    if (std::getenv(s.variable) == nullptr)
      if (void *set = dlsym(RTLD_DEFAULT, s.function))
        reinterpret_cast<void (*)(int)>(set)(s.value);
}
} // namespace fe2
