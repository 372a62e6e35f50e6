// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Nodes of an RVE's surface in the place of another one, as where phases touch that were meshed apart: the phases are
 * not joined there.
 */
#ifndef fe2_rve_double_nodes_h
#define fe2_rve_double_nodes_h

#include <rve/finite_element/rve_mesh.h>

namespace fe2
{
/// `what`: "refuse" throws InputError with their number, "merge" makes one of them, "keep" leaves them. `tolerance` is
/// over the size of the cell, volume^(1/dim). Returns how many were merged.
template <int dim>
std::size_t treat_double_nodes(RveMesh<dim> &mesh, const double tolerance, const std::string &what,
                               const std::string &entry);
} // namespace fe2

#endif
