// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/nodal_forces.h>

#include <deal.II/dofs/dof_tools.h>

namespace fe2
{
using namespace dealii;

template <int dim>
NodalForces make_nodal_forces(const DoFHandler<dim> &dof_handler)
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dof_handler, relevant);
  return NodalForces(dof_handler.locally_owned_dofs(), relevant, dof_handler.get_communicator());
}

void add_to(PETScWrappers::MPI::Vector &sum, NodalForces &forces)
{
  forces.compress(VectorOperation::add);
  sum.compress(VectorOperation::add);
  double *values = nullptr;
  VecGetArray(sum, &values);
  for (unsigned int i = 0; i < forces.locally_owned_size(); ++i)
    values[i] += forces.local_element(i);
  VecRestoreArray(sum, &values);
}

template NodalForces make_nodal_forces(const DoFHandler<2> &);
template NodalForces make_nodal_forces(const DoFHandler<3> &);
} // namespace fe2
