// SPDX-License-Identifier: LGPL-2.1-or-later
#ifndef fe2_lib_base_threads_h
#define fe2_lib_base_threads_h

namespace fe2
{
/// One thread for BLAS and OpenMP in this process: every core has an MPI rank, and threads of small solves only wait
/// for each other. OPENBLAS_NUM_THREADS or OMP_NUM_THREADS in the environment are obeyed.
void use_one_library_thread();
} // namespace fe2

#endif
