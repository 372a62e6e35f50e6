// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/linear_solver.h>
#include <macro/output.h>
#include <macro/problem.h>

#include <lib/scale/tangent_id.h>

#include <deal.II/base/quadrature_lib.h>
#include <deal.II/dofs/dof_tools.h>
#include <deal.II/fe/fe_q.h>
#include <deal.II/fe/mapping_q.h>
#include <deal.II/lac/dynamic_sparsity_pattern.h>
#include <deal.II/lac/sparsity_tools.h>

#include <Eigen/LU>

#include <cmath>
#include <set>

namespace fe2
{
using namespace dealii;

template <int dim>
Problem<dim>::Problem(const MPI_Comm comm, const MacroSettings &settings, Loads<dim> &loads, MicroPool &pool, Log &log)
    : comm_(comm), settings_(settings), loads_(loads), pool_(pool), log_(log), mesh_(comm, settings.mesh, log),
      mapping_(std::make_unique<MappingQ<dim>>(settings.discretization.degree)),
      fe_(FE_Q<dim>(settings.discretization.degree), dim), dof_handler_(mesh_.triangulation())
{
  temperature_.initialize(comm, settings.temperature, settings.temperature_file, settings.constants);
  frame_.initialize(settings.material_frame, mesh_, settings.constants);
  loads_.attach(mesh_);
  for (const auto &name : settings.output.reactions)
    mesh_.boundary(name);
  dof_handler_.distribute_dofs(fe_);
  choose_b_bar();
  assembler_ = std::make_unique<Assembler<dim>>(*mapping_, dof_handler_,
                                                QGauss<dim>(settings.discretization.quadrature_points), b_bar_);
  create_points();
  if (settings.linear_solver.method == "cg" && !symmetric_)
    throw InputError("Linear solver/Method = 'cg': a micro model has unsymmetric tangents; use gmres or mumps");
  output_ = std::make_unique<MacroOutput<dim>>(*this);
  check_loads();
}

template <int dim>
void Problem<dim>::choose_b_bar()
{
  const auto &s = settings_.discretization;
  b_bar_ = s.b_bar == "true";
  if (s.b_bar != "auto" || s.degree > 1)
    return;
  std::string locks;
  bool plane_stress = false;
  for (const auto &entry : region_map())
  {
    const auto &model = pool_.model(entry.second);
    plane_stress = plane_stress || model.is_plane_stress();
    if (model.may_lock())
      locks = pool_.model_names()[entry.second];
  }
  b_bar_ = !locks.empty() && !plane_stress;
  if (b_bar_)
    log_.line("B-bar on the macroscale, because micro model '" + locks +
              "' may deform at constant volume (Discretization/B-bar = false turns it off)");
}

template <int dim>
Problem<dim>::~Problem() = default;

template <int dim>
void Problem<dim>::make_constraints(const double time)
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dof_handler_, relevant);
  AffineConstraints<double> prescribed(relevant);
  prescribed.merge(hanging_nodes_);
  loads_.constrain({mesh_, *mapping_, dof_handler_, hanging_nodes_}, time, prescribed);
  prescribed.close();
  constraints_.clear();
  constraints_.reinit(relevant);
  zero_constraints_.clear();
  zero_constraints_.reinit(relevant);
  // u_i = sum a_j u_j + b: what is missing of it now is the change to be prescribed.
  for (const auto &line : prescribed.get_lines())
  {
    double missing = line.inhomogeneity - ghosted_(line.index);
    for (const auto &[other, factor] : line.entries)
      missing += factor * ghosted_(other);
    for (auto *c : {&constraints_, &zero_constraints_})
    {
      c->add_line(line.index);
      c->add_entries(line.index, line.entries);
    }
    if (missing != 0)
      constraints_.set_inhomogeneity(line.index, missing);
  }
  constraints_.close();
  zero_constraints_.close();
}

template <int dim>
std::vector<double> Problem<dim>::temperatures(const double time) const
{
  std::vector<double> values;
  if (temperature_.given())
    for (const auto &x : assembler_->positions())
    {
      Point<dim> p;
      for (unsigned int d = 0; d < dim; ++d)
        p[d] = x[d];
      values.push_back(temperature_.value(p, time));
    }
  return values;
}

template <int dim>
bool Problem<dim>::evaluate(const double time, const double dt, const bool want_tangent, std::string &message)
{
  const auto strains = assembler_->strains(ghosted_);
  const auto begin = temperatures(time_), end = temperatures(time);
  std::vector<MicroRequest> requests(assembler_->n_points());
  for (std::size_t i = 0; i < requests.size(); ++i)
  {
    auto &r = requests[i];
    r.id = assembler_->ids()[i];
    r.gradient = strains[i];
    r.time = time;
    r.increment.dt = dt;
    if (!end.empty())
      r.increment.fields = {{begin[i], end[i]}};
    r.wanted.tangent = want_tangent;
    r.wanted.columns = assembler_->wanted_columns();
  }
  responses_ = pool_.evaluate(requests);

  // The first failure in the order of ranks is told; everybody rolls back.
  int failed_rank = std::numeric_limits<int>::max();
  std::string text;
  double factor = 1;
  for (std::size_t i = 0; i < responses_.size(); ++i)
    if (responses_[i].status == Status::failed)
    {
      failed_rank = int(Utilities::MPI::this_mpi_process(comm_));
      factor = std::min(factor, responses_[i].dt_factor);
      if (text.empty())
        text = "the micro model of the point at (" + format(assembler_->positions()[i][0]) + ", " +
               format(assembler_->positions()[i][1]) + ", " + format(assembler_->positions()[i][2]) +
               ") failed: " + responses_[i].message;
    }
  failed_rank = Utilities::MPI::min(failed_rank, comm_);
  if (failed_rank == std::numeric_limits<int>::max())
    return true;
  suggested_factor_ = Utilities::MPI::min(factor, comm_);
  message = Utilities::MPI::broadcast(comm_, text, unsigned(failed_rank));
  return false;
}

template <int dim>
NewtonResidual Problem<dim>::compute_residual(const double time, const double dt, const bool lift,
                                              const bool want_tangent)
{
  NewtonResidual r;
  ghosted_ = solution_;
  r.valid = evaluate(time, dt, want_tangent, r.message);
  if (!r.valid)
    return r;
  const auto &constraints = lift ? constraints_ : zero_constraints_;
  residual_ = external_;
  zero_constraints_.set_zero(residual_);
  residual_.compress(VectorOperation::insert);
  internal_ = 0;
  const double squares = assembler_->residual(responses_, constraints, hanging_nodes_, lift, residual_, internal_);
  r.norm = residual_.l2_norm();
  r.reference = std::sqrt(Utilities::MPI::sum(squares, comm_)) + external_.l2_norm();
  if (want_tangent)
    noise_ = accuracy_ * std::sqrt(Utilities::MPI::sum(assembler_->stiffness_squares(responses_), comm_));
  r.noise = noise_;
  return r;
}

template <int dim>
bool Problem<dim>::tangents_unchanged()
{
  std::uint64_t key = 1;
  for (const auto &r : responses_)
    key = r.tangent_id == 0 || key == 0 ? 0 : mix_hash(key, r.tangent_id);
  const bool same = key != 0 && key == matrix_key_;
  matrix_key_ = key;
  return Utilities::MPI::min(same ? 1u : 0u, comm_) == 1;
}

template <int dim>
double Problem<dim>::compute_direction()
{
  if (!tangents_unchanged())
  {
    assembler_->matrix(responses_, zero_constraints_, matrix_);
    std::vector<std::unique_ptr<Vector>> modes;
    if (!settings_.linear_solver.is_direct())
      modes = rigid_body_modes(*mapping_, dof_handler_, zero_constraints_);
    std::vector<Vec> vectors;
    for (const auto &m : modes)
      vectors.push_back(*m);
    solver_->set_matrix(matrix_, symmetric_, vectors, modes.empty() ? 1 : dim);
  }
  direction_ = 0;
  const LinearFault fault = solver_->solve(residual_, direction_).fault;
  if (!fault)
    return 0;
  direction_fault_ = "the linear solver failed: " + fault.text;
  if (fault.kind == LinearFault::Kind::singular)
    direction_fault_ += "; are rigid-body motions held, and has every part of the mesh a stiffness?";
  matrix_key_ = 0;
  return std::numeric_limits<double>::infinity();
}

template <int dim>
NewtonResult Problem<dim>::solve_increment(const double time, const double dt)
{
  make_constraints(time);
  external_ = 0;
  loads_.add_forces({mesh_, *mapping_, dof_handler_, hanging_nodes_}, time, external_);
  double change = 0;
  for (const auto &line : constraints_.get_lines())
    change = std::max(change, std::abs(line.inhomogeneity));
  change = Utilities::MPI::max(change, comm_);

  bool lift = true; // prescribed changes enter with the first step
  NewtonProblem problem;
  problem.first_step_needed = change > 0;
  // The tangent of a nonlinear model costs as much as an iteration: it is asked for only when a step follows.
  problem.residual = [&] { return compute_residual(time, dt, lift, linear_ || lift); };
  problem.direction = [&]
  {
    if (!linear_ && !lift && !evaluate(time, dt, true, direction_fault_))
      return std::numeric_limits<double>::infinity();
    base_ = solution_;
    if (!std::isfinite(compute_direction()))
      return std::numeric_limits<double>::infinity();
    (lift ? constraints_ : zero_constraints_).distribute(direction_);
    lift = false;
    return relative_step(direction_.l2_norm(), solution_.l2_norm());
  };
  problem.step = [&](const double alpha)
  {
    solution_ = base_;
    solution_.add(alpha, direction_);
  };
  direction_fault_.clear();
  NewtonResult result = solve_newton(settings_.newton, problem);
  if (!result.converged && !direction_fault_.empty())
    result.message = direction_fault_;
  return result;
}

template <int dim>
bool Problem<dim>::loads_are_zero(const double time) const
{
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dof_handler_, relevant);
  AffineConstraints<double> prescribed(relevant);
  const LoadContext<dim> context{mesh_, *mapping_, dof_handler_, hanging_nodes_};
  loads_.constrain(context, time, prescribed);
  prescribed.close();
  double largest = 0;
  for (const auto &line : prescribed.get_lines())
    largest = std::max(largest, std::abs(line.inhomogeneity));
  Vector forces(dof_handler_.locally_owned_dofs(), comm_);
  loads_.add_forces(context, time, forces);
  return Utilities::MPI::max(largest, comm_) == 0 && forces.linfty_norm() == 0;
}

template <int dim>
void Problem<dim>::set_up_system()
{
  const IndexSet owned = dof_handler_.locally_owned_dofs();
  IndexSet relevant;
  DoFTools::extract_locally_relevant_dofs(dof_handler_, relevant);
  for (auto *v : {&solution_, &base_, &direction_, &residual_, &internal_, &external_})
    v->reinit(owned, comm_);
  ghosted_.reinit(owned, relevant, comm_);
  hanging_nodes_.clear();
  hanging_nodes_.reinit(relevant);
  DoFTools::make_hanging_node_constraints(dof_handler_, hanging_nodes_);
  hanging_nodes_.close();
  make_constraints(time_);
  DynamicSparsityPattern pattern(relevant);
  DoFTools::make_sparsity_pattern(dof_handler_, pattern, zero_constraints_, true);
  SparsityTools::distribute_sparsity_pattern(pattern, owned, comm_, relevant);
  matrix_.reinit(owned, owned, pattern, comm_);
  solver_ = make_linear_solver(comm_, settings_.linear_solver, "macro_", dof_handler_.n_dofs());
  matrix_key_ = 0;
}

template <int dim>
void Problem<dim>::run(const ResultFolder &folder)
{
  time_ = settings_.time.start;
  set_up_system();
  MacroOutput<dim> &output = *output_;
  output.open(folder);
  TimeStepper stepper(settings_.time);
  unsigned int increment = 0, start_cycles = settings_.refinement.start_cycles;
  const auto attempt = [&](const double time, const double dt)
  {
    const double begin = log_.seconds();
    base_ = solution_;
    Vector start = solution_;
    NewtonResult result = solve_increment(time, dt);
    for (; result.converged && start_cycles > 0; --start_cycles)
    {
      const bool changed = adapt(true);
      start_cycles = changed ? start_cycles : 1;
      start = solution_;
      result = solve_increment(time, dt);
    }
    if (!result.converged)
    {
      pool_.rollback();
      solution_ = start;
      ghosted_ = solution_;
      return result;
    }
    pool_.commit();
    time_ = time;
    const auto statistics = pool_.statistics();
    output.increment(++increment, dt, cutbacks_, result, statistics, log_.seconds() - begin);
    output.history();
    const unsigned int every = settings_.output.every;
    if (time >= settings_.time.end || (every > 0 && increment % every == 0))
      output.fields(increment);
    const auto &refinement = settings_.refinement;
    const bool adapted = refinement.active() && refinement.every > 0 && increment % refinement.every == 0 &&
                         time < settings_.time.end && adapt(false);
    if (settings_.rebalance > 0 && (adapted || statistics.imbalance > settings_.rebalance))
      pool_.rebalance();
    cutbacks_ = 0;
    return result;
  };

  bool jump = !loads_are_zero(time_);
  if (!jump)
  {
    std::string message;
    ghosted_ = solution_;
    if (!evaluate(time_, 0, false, message))
      throw RunError("the initial state cannot be evaluated: " + message);
    internal_ = 0;
    assembler_->residual(responses_, zero_constraints_, hanging_nodes_, false, residual_, internal_);
    pool_.rollback();
    double largest = 0;
    for (const auto &r : responses_)
      largest = std::max(largest, r.stress.norm());
    jump = Utilities::MPI::max(largest, comm_) > 0; // eigenstrains, or not the stress-free temperature
    if (!jump)
      output.history();
  }
  if (jump)
    if (const auto result = attempt(time_, 0); !result.converged)
      throw RunError("the jump at the start (loads, eigenstrains or thermal strains that are not zero at time " +
                     format(time_) + ") failed: " + result.message);
  while (!stepper.done())
  {
    suggested_factor_ = 0.5;
    const auto result = attempt(stepper.next_time(), stepper.dt());
    if (result.converged)
    {
      stepper.accept(result.iterations);
      log_.progress((stepper.time() - settings_.time.start) / (settings_.time.end - settings_.time.start),
                    "increment " + std::to_string(increment) + ", time " + format(stepper.time()));
    }
    else
    {
      ++cutbacks_;
      log_.warning("increment to time " + format(stepper.next_time()) + " with dt = " + format(stepper.dt()) +
                   " failed (" + result.message + "); cutting dt");
      if (!stepper.reject(suggested_factor_))
        throw RunError("the increment after time " + format(stepper.time(), 8) +
                       " failed at the least step (Time/Least step); results until then are kept. " + result.message +
                       (!linear_ && external_.l2_norm() > 0 && result.message.find("finite") == std::string::npos
                            ? "; if the load exceeds what the structure carries, no step is small enough: prescribe "
                              "displacements to follow it, or lower the load"
                            : ""));
    }
  }
}

template class Problem<2>;
template class Problem<3>;
} // namespace fe2
