// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Measured data as fe2 fit-prony reads them: columns, selected rows, units; what is not used is told.
 */
#ifndef fe2_apps_fit_data_h
#define fe2_apps_fit_data_h

#include <apps/command_line.h>

#include <lib/base/log.h>

#include <rve/prony_fit/prony_fit.h>

#include <mpi.h>

namespace fe2
{
/// Collective. By the options --kind, --columns, --select, --hertz, --log10-shift. Throws InputError.
ViscoelasticData read_data(const MPI_Comm comm, const CommandLine &line, const std::string &file, Log &log);
} // namespace fe2

#endif
