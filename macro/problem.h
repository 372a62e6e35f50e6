// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A two-scale run: the macroscale problem div <P> = -b on a mesh whose quadrature points are points of a pool.
 *
 * One increment: prescribed values -> [evaluate batch -> assemble -> solve -> update]* -> commit -> outputs. When a
 * point or Newton's method fails, all ranks roll back together and repeat with a smaller dt.
 *
 * Adaptive refinement stands between increments: points of refined cells clone the state of the parent's nearest point,
 * those of coarsened cells that of the nearest child's point, each with its own committed strain. The next increment
 * carries the jump.
 */
#ifndef fe2_macro_problem_h
#define fe2_macro_problem_h

#include <lib/io/csv_table.h>
#include <lib/io/result_folder.h>

#include <macro/assembler.h>
#include <macro/material_frame.h>
#include <macro/refinement.h>
#include <macro/settings.h>
#include <macro/temperature.h>

#include <deal.II/fe/fe_system.h>

namespace fe2
{
template <int dim>
class MacroOutput;

template <int dim>
class Problem
{
public:
  /// Builds mesh and unknowns and checks all names against the mesh; computes nothing. Throws InputError.
  Problem(const MPI_Comm comm, const MacroSettings &settings, Loads<dim> &loads, MicroPool &pool, Log &log);
  ~Problem();
  Problem(const Problem &) = delete;

  /// Memory of all points and shared operators in bytes.
  double estimate_bytes() const;
  std::size_t n_points() const { return n_points_; }
  dealii::types::global_dof_index n_unknowns() const { return dof_handler_.n_dofs(); }

  /// Computes and writes into the folder. Throws RunError when the least step fails.
  void run(const ResultFolder &folder);

private:
  friend class MacroOutput<dim>;
  using Vector = typename Assembler<dim>::Vector;

  void check_models();
  void choose_b_bar();
  void create_points();
  std::vector<PointDefinition> make_definitions();
  void check_regions();
  void set_up_system();
  std::size_t most_cells() const;
  bool adapt(const bool virgin);
  void transfer_points(const std::map<dealii::CellId, std::vector<std::size_t>> &old_cells,
                       const std::map<dealii::CellId, std::vector<dealii::CellId>> &old_children,
                       const std::vector<PointId> &old_ids, const std::vector<dealii::Point<3>> &old_positions);
  double out_of_balance();
  void check_loads();
  std::uint32_t model_of(const dealii::types::material_id material,
                         const std::map<unsigned int, unsigned int> &map) const;
  std::map<unsigned int, unsigned int> region_map() const;
  void make_constraints(const double time);
  NewtonResult solve_increment(const double time, const double dt);
  NewtonResidual compute_residual(const double time, const double dt, const bool lift, const bool want_tangent);
  double compute_direction();
  bool evaluate(const double time, const double dt, const bool want_tangent, std::string &message);
  bool tangents_unchanged();
  std::vector<double> temperatures(const double time) const;
  bool loads_are_zero(const double time) const;
  bool attempt(const double time, const double dt, unsigned int &iterations);

  MPI_Comm comm_;
  const MacroSettings &settings_;
  Loads<dim> &loads_;
  MicroPool &pool_;
  Log &log_;

  MacroMesh<dim> mesh_;
  std::unique_ptr<dealii::Mapping<dim>> mapping_;
  dealii::FESystem<dim> fe_;
  dealii::DoFHandler<dim> dof_handler_;
  std::unique_ptr<Assembler<dim>> assembler_;
  std::unique_ptr<MacroOutput<dim>> output_;
  dealii::AffineConstraints<double> hanging_nodes_, constraints_, zero_constraints_;
  Temperature<dim> temperature_;
  MaterialFrame<dim> frame_;
  std::map<PointId, std::uint32_t> instances_; ///< of the points of this process
  std::size_t n_points_ = 0;

  typename Assembler<dim>::Matrix matrix_;
  std::unique_ptr<LinearSolver> solver_;
  Vector solution_, base_, direction_, residual_, internal_, external_; ///< owned
  Vector ghosted_;
  std::vector<MicroResponse> responses_;
  double time_ = 0; ///< of the last committed state
  std::uint64_t matrix_key_ = 0;
  bool symmetric_ = true, linear_ = true, b_bar_ = false;
  double suggested_factor_ = 0.5;
  double accuracy_ = 0, noise_ = 0; ///< of the micro models' stresses; forces that this makes
  std::string direction_fault_;     ///< why there is no Newton direction

  // Statistics of the increment.
  unsigned int cutbacks_ = 0;
};
} // namespace fe2

#endif
