// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Sums of the forces of cells on several processes. deal.II's vectors add in the order of processes, PETSc's in that of
 * messages, which differs from run to run where three processes meet.
 */
#ifndef fe2_macro_nodal_forces_h
#define fe2_macro_nodal_forces_h

#include <deal.II/dofs/dof_handler.h>
#include <deal.II/lac/la_parallel_vector.h>
#include <deal.II/lac/petsc_vector.h>

namespace fe2
{
using NodalForces = dealii::LinearAlgebra::distributed::Vector<double>;

/// Zero; also takes what belongs to neighbours.
template <int dim>
NodalForces make_nodal_forces(const dealii::DoFHandler<dim> &dof_handler);

/// Exchanges the neighbours' shares and adds all to `sum`, which ends compressed. Collective.
void add_to(dealii::PETScWrappers::MPI::Vector &sum, NodalForces &forces);
} // namespace fe2

#endif
