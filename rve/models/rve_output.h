// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Micro fields of an RVE as one VTU file: displacement at nodes; phase, strain, stress, von Mises stress and histories
 * by cell, in the RVE's axes.
 */
#ifndef fe2_rve_models_rve_output_h
#define fe2_rve_models_rve_output_h

#include <lib/base/tensors.h>

#include <rve/finite_element/rve_mesh.h>

#include <functional>
#include <map>
#include <string>

namespace fe2
{
/// `fluctuation(node, component)`; strain and stress: Mandel components, each by cell.
template <int dim>
void write_rve_fields(const std::string &basename, const RveMesh<dim> &mesh, const Vector6 &gradient,
                      const std::function<double(std::size_t, unsigned int)> &fluctuation,
                      const std::array<std::vector<double>, 6> &strain,
                      const std::array<std::vector<double>, 6> &stress,
                      const std::map<std::string, std::vector<double>> &histories);
} // namespace fe2

#endif
