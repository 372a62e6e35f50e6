// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Adaptive refinement: which cells to refine and to coarsen. Indicators are rounded, so that they do not depend on the
 * number of processes.
 *
 * kelly: jumps of the displacement gradient over faces (Kelly, Gago, Zienkiewicz, Babuska, Int. J. Numer. Meth. Eng. 19
 * (1983) 1593). stress_recovery: int |sigma* - sigma|^2 over a cell, sigma* the stresses of the points averaged at the
 * nodes (Zienkiewicz and Zhu, Int. J. Numer. Meth. Eng. 24 (1987) 337).
 */
#ifndef fe2_macro_refinement_h
#define fe2_macro_refinement_h

#include <macro/assembler.h>
#include <macro/mesh.h>

namespace fe2
{
struct RefinementSettings
{
  std::string estimator = "none";
  unsigned int every = 1, start_cycles = 0, largest_level = 3;
  double refine_fraction = 0.2, coarsen_fraction = 0.05, memory = 0;
  unsigned int most_points = 0;

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults);
  bool active() const { return estimator != "none"; }
};

/// Indicators of all active cells (zero for those of others).
template <int dim>
dealii::Vector<float> refinement_indicators(const std::string &estimator, const dealii::Mapping<dim> &mapping,
                                            const dealii::DoFHandler<dim> &dof_handler, const Assembler<dim> &assembler,
                                            const typename Assembler<dim>::Vector &displacement,
                                            const std::vector<MicroResponse> &responses);

/// Sets the flags within the limits; false if no cell changes. Cells are not coarsened below the level `least_level` of
/// the initial mesh. Collective.
template <int dim>
bool flag_cells(MacroMesh<dim> &mesh, const dealii::Vector<float> &indicators, const RefinementSettings &settings,
                const unsigned int least_level, const std::size_t most_cells);
} // namespace fe2

#endif
