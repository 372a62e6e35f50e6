// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Rigid-body modes of the macroscale as near null space of algebraic multigrid.
 */
#ifndef fe2_macro_linear_solver_h
#define fe2_macro_linear_solver_h

#include <deal.II/dofs/dof_handler.h>
#include <deal.II/fe/mapping.h>
#include <deal.II/lac/affine_constraints.h>
#include <deal.II/lac/petsc_vector.h>

#include <memory>

namespace fe2
{
/// 3 (2D) or 6 (3D) orthonormal modes, zero at constrained unknowns.
template <int dim>
std::vector<std::unique_ptr<dealii::PETScWrappers::MPI::Vector>>
rigid_body_modes(const dealii::Mapping<dim> &mapping, const dealii::DoFHandler<dim> &dof_handler,
                 const dealii::AffineConstraints<double> &constraints);
} // namespace fe2

#endif
