// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/fe_rve.h>

#include <lib/base/log.h>
#include <lib/scale/tangent_id.h>

#include <algorithm>

namespace fe2
{
namespace
{
/// Axes of the RVE in the sample: for a prism along `axis`, its plane is spanned by the two cyclically next axes.
Matrix6 axes_matrix(const unsigned int axis)
{
  Rotation r = Rotation::Zero();
  for (unsigned int k = 0; k < 3; ++k)
    r((axis + k) % 3, k) = 1;
  return mandel::rotation(r);
}
} // namespace

template <int dim>
FeRve<dim>::FeRve(const RveMesh<dim> &mesh, const std::vector<Phase> &phases, const FeRveSettings &settings,
                  const MPI_Comm comm)
    : settings_(settings), phases_(phases),
      space_(mesh, settings.degree, unsigned(phases.size()),
             settings.condition ? *settings.condition
                                : *Registry<BoundaryCondition>::factory(settings.boundary_condition)(),
             comm, settings.b_bar),
      fingerprint_(next_fingerprint()), axes_(dim == 2 ? axes_matrix(settings.prism_axis) : Matrix6::Identity()),
      matrix_(space_), strain_(space_.make_arrays(6)), stress_(space_.make_arrays(6))
{
  std::size_t n_history = 0;
  for (unsigned int p = 0; p < phases.size(); ++p)
  {
    uses_temperature_ = uses_temperature_ || phases[p].material->uses_temperature();
    tangent_uses_temperature_ = tangent_uses_temperature_ || phases[p].material->tangent_uses_temperature();
    has_initial_stress_ = has_initial_stress_ || phases[p].material->has_initial_stress();
    has_history_ = has_history_ || !phases[p].material->history_names().empty();
    all_linear_ = all_linear_ && phases[p].material->is_linear();
    symmetric_ = symmetric_ && phases[p].material->symmetric_tangent();
    n_history_.push_back(phases[p].material->history_names().size());
    n_history += n_history_[p] * space_.n_points(p);
  }
  all_linear_ = all_linear_ && settings.linear_shortcut;
  virgin_history_.assign(n_history, 0.);
  if (!all_linear_)
    tangent_ = space_.make_arrays(36);
  solver_ = std::make_unique<ConstrainedSolver>(
      make_rve_linear_solver(settings.linear_solver, space_.free_points(), symmetric_, comm), space_.constraints(),
      space_.n_free());
  if (space_.n_free() > 0)
    solver_->analyze(matrix_.matrix());
}

template <int dim>
ComponentMatrix FeRve<dim>::initial_tangent(const Increment &increment)
{
  if (all_linear_)
  {
    prepare(increment);
    const auto op = find_operator(increment);
    if (!op->fault.empty())
      throw RunError(op->fault);
    return op->sample_tangent;
  }
  PhaseArrays zero = space_.make_arrays(6);
  const char *fault = evaluate_phases(increment, zero, virgin_history_, nullptr, &tangent_, nullptr);
  Matrix6 tangent;
  if (fault != nullptr || !homogenized_tangent(tangent, false))
    throw RunError(fault != nullptr ? fault : singular(*solver_));
  return axes_ * tangent * axes_.transpose();
}

template <int dim>
void FeRve<dim>::evaluate(std::vector<BatchItem> &batch) const
{
  if (!all_linear_)
  {
    for (auto &item : batch)
      evaluate_newton(item);
    return;
  }
  const auto op = find_operator(batch.front().request->increment);
  if (op->fault.empty())
    evaluate_linear(batch, *op);
  else
    for (auto &item : batch)
    {
      item.response->status = Status::failed;
      item.response->message = op->fault;
    }
}

template <int dim>
void FeRve<dim>::fill_response(BatchItem &item, const Vector6 &stress) const
{
  auto &response = *item.response;
  response.gradient = item.request->gradient;
  response.stress = axes_ * stress;
  response.tangent_kind = {symmetric_, true};
  item.trial->gradient.assign(response.gradient.data(), response.gradient.data() + 6);
  item.trial->stress.assign(response.stress.data(), response.stress.data() + 6);
}

template <int dim>
void FeRve<dim>::evaluate_newton(BatchItem &item) const
{
  const auto &request = *item.request;
  const Vector6 gradient = to_rve(request.gradient);
  const auto n = Eigen::Index(space_.n_free());
  const auto &history = history_of(*item.committed);
  const auto &start = !item.trial->fluctuation.empty() ? item.trial->fluctuation : item.committed->fluctuation;
  Eigen::VectorXd w = start.size() == std::size_t(n)
                          ? Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(start.data(), n))
                          : Eigen::VectorXd(Eigen::VectorXd::Zero(n));
  Eigen::VectorXd base = w, force(n);
  Eigen::MatrixXd direction(n, 1);
  bool factorized = false;

  NewtonProblem problem;
  problem.residual = [&]
  {
    NewtonResidual r;
    space_.strains(gradient, w.data(), strain_);
    const char *fault = evaluate_phases(request.increment, strain_, history, &stress_, &tangent_, &item.trial->history);
    force.setZero();
    r.valid = fault == nullptr;
    r.message = fault == nullptr ? "" : fault;
    r.reference = space_.forces(stress_, force.data());
    if (has_initial_stress_)
      r.reference = std::max(r.reference, stiffness_forces()); // the solution may be free of stress
    solver_->project(force);
    r.norm = force.norm();
    return r;
  };
  problem.direction = [&]
  {
    matrix_.assemble(tangent_);
    direction = -force;
    base = w;
    if (!solve(direction, factorized, 1e-6))
      return std::numeric_limits<double>::infinity();
    factorized = true;
    return direction.norm() / std::max(w.norm(), 1e-300);
  };
  problem.step = [&](const double alpha) { w = base + alpha * direction.col(0); };

  const NewtonResult result = solve_newton(settings_.newton, problem);
  auto &response = *item.response;
  response.iterations = result.iterations;
  Matrix6 tangent;
  if (!result.converged || (request.wanted.tangent && !homogenized_tangent(tangent, factorized)))
  {
    response.status = Status::failed;
    response.message = result.converged ? singular(*solver_) : "RVE: " + result.message;
    return;
  }
  Vector6 stress = Vector6::Zero();
  for (unsigned int p = 0; p < space_.n_phases(); ++p)
    stress += space_.average(stress_, p);
  fill_response(item, stress);
  if (request.wanted.tangent)
    response.tangent = axes_ * tangent * axes_.transpose();
  item.trial->fluctuation.assign(w.data(), w.data() + n);
  item.trial->scalars = scalars(gradient, strain_, stress_, result.iterations, 0);
}

/// Norm of the cells' forces under D eps.
template <int dim>
double FeRve<dim>::stiffness_forces() const
{
  PhaseArrays elastic = space_.make_arrays(6);
  for (unsigned int p = 0; p < space_.n_phases(); ++p)
    for (std::size_t q = 0, n = space_.n_points(p); q < n; ++q)
      for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j)
          elastic[p][i * n + q] += tangent_[p][(6 * i + j) * n + q] * strain_[p][j * n + q];
  std::vector<double> unused(space_.n_free(), 0.);
  return space_.forces(elastic, unused.data());
}

template <int dim>
bool FeRve<dim>::solve(Eigen::MatrixXd &columns, const bool factorized, const double tolerance) const
{
  if (symmetric_ && factorized && solver_->solve_nearby(matrix_.matrix(), columns, tolerance))
    return true;
  return solver_->factorize(matrix_.matrix(), symmetric_) && solver_->solve(columns);
}

template <int dim>
bool FeRve<dim>::homogenized_tangent(Matrix6 &tangent, const bool factorized) const
{
  matrix_.assemble(tangent_);
  tangent = matrix_.average_tangent();
  if (space_.n_free() == 0)
    return true;
  Eigen::MatrixXd columns = -matrix_.loads();
  if (!solve(columns, factorized, 1e-8))
    return false;
  // <(e_i + B w_i) : D : (e_j + B w_j)>: the error is the square of that of w.
  if (factorized && symmetric_ && space_.constraints().rows.empty() && space_.n_ranks() == 1)
    tangent += columns.transpose() * (matrix_.matrix().transpose() * columns + matrix_.loads()) / space_.volume();
  tangent += matrix_.left_loads().transpose() * columns / space_.volume();
  if (symmetric_)
    tangent = (0.5 * (tangent + tangent.transpose())).eval();
  return true;
}

template <int dim>
std::string FeRve<dim>::singular(const ConstrainedSolver &solver) const
{
  std::string text = "the stiffness matrix of the RVE is singular or not positive definite";
  const long unknown = solver.failed_unknown();
  if (unknown < 0)
    return text;
  const auto &x = space_.free_points()[std::size_t(unknown / 3)];
  return text + ": a mechanism moves the node at (" + format(x[0], 6) + ", " + format(x[1], 6) + ", " +
         format(x[2], 6) + ") along axis " + std::to_string(unknown % 3 + 1) +
         "; is that part of the RVE connected by more than an edge or a corner, and not void?";
}

/// A failure on one process is one of all.
template <int dim>
const char *FeRve<dim>::evaluate_phases(const Increment &increment, const PhaseArrays &strain,
                                        const std::vector<double> &history, PhaseArrays *stress, PhaseArrays *tangent,
                                        std::vector<double> *new_history) const
{
  const char *fault = evaluate_phases_here(increment, strain, history, stress, tangent, new_history);
  double failed = fault != nullptr ? 1. : 0.;
  space_.sum(&failed, 1);
  return failed == 0 || fault != nullptr ? fault : "a material failed on another process of this RVE";
}

template <int dim>
const char *FeRve<dim>::evaluate_phases_here(const Increment &increment, const PhaseArrays &strain,
                                             const std::vector<double> &history, PhaseArrays *stress,
                                             PhaseArrays *tangent, std::vector<double> *new_history) const
{
  if (new_history != nullptr)
    new_history->resize(history.size());
  std::size_t offset = 0;
  for (unsigned int p = 0; p < phases_.size(); ++p)
  {
    const std::size_t n = space_.n_points(p);
    MaterialPoints points;
    points.n = points.stride = n;
    points.gradient = strain[p].data();
    points.old_history = history.data() + offset;
    points.new_history = new_history == nullptr ? nullptr : new_history->data() + offset;
    points.stress = stress == nullptr ? nullptr : (*stress)[p].data();
    points.tangent = tangent == nullptr ? nullptr : (*tangent)[p].data();
    if (const char *fault = phases_[p].material->evaluate(increment, points))
      return fault;
    offset += n_history_[p] * n;
  }
  return nullptr;
}

template <int dim>
const std::vector<double> &FeRve<dim>::history_of(const PointState &state) const
{
  return state.virgin() ? virgin_history_ : state.history;
}

template <int dim>
std::vector<std::string> FeRve<dim>::scalar_names() const
{
  std::vector<std::string> names = {"hill_mandel_gap", "iterations"};
  for (const auto &phase : phases_)
    for (const char *quantity : {"strain", "stress"})
      for (const auto &c : component_names(Kinematics::small_strain))
        names.push_back(std::string(quantity) + "_" + c + "_" + phase.name);
  return names;
}

template <int dim>
std::vector<double> FeRve<dim>::scalars(const Vector6 &gradient, const PhaseArrays &strain, const PhaseArrays &stress,
                                        const unsigned int iterations, const double energy) const
{
  Vector6 mean_stress = Vector6::Zero();
  std::vector<double> values = {0, double(iterations)};
  for (unsigned int p = 0; p < phases_.size(); ++p)
    for (const bool is_strain : {true, false})
    {
      const Vector6 a = space_.average(is_strain ? strain : stress, p);
      if (!is_strain)
        mean_stress += a;
      const Vector6 sample = axes_ * a / (space_.fraction(p) > 0 ? space_.fraction(p) : 1.);
      for (int i = 0; i < 6; ++i)
        values.push_back(sample[i] / mandel::factor(i));
    }
  const auto [work, absolute] = space_.work(stress, strain);
  const double scale = std::max(absolute, 1e-6 * std::abs(energy));
  values[0] = scale > 0 ? std::abs(work - mean_stress.dot(gradient)) / scale : 0.;
  return values;
}

template <int dim>
std::size_t FeRve<dim>::state_bytes() const
{
  return sizeof(double) * (12 + virgin_history_.size() + space_.n_free() + scalar_names().size());
}

template <int dim>
std::size_t FeRve<dim>::scratch_bytes() const
{
  return needs_own_solve() && all_linear_ ? sizeof(double) * (space_.n_free() + 6) : state_bytes();
}

template <int dim>
std::size_t FeRve<dim>::shared_bytes() const
{
  const std::size_t matrix = std::size_t(matrix_.matrix().nonZeros()) * 12 + space_.n_free() * 12 * sizeof(double);
  return matrix + (all_linear_ ? 2 : 1) * (solver_->bytes() + space_.n_free() * 12 * sizeof(double));
}

template <int dim>
std::string FeRve<dim>::describe() const
{
  std::string text = "fe_rve, " + std::string(dim == 2 ? "prism, " : "3D, ") + std::to_string(space_.mesh().n_cells()) +
                     (space_.mesh().kind == CellKind::simplex ? " simplices" : " cells") + " of degree " +
                     std::to_string(space_.mesh().degree) + (settings_.b_bar ? " (B-bar)" : "") + ", " +
                     std::to_string(space_.n_free()) + " unknowns, " + settings_.boundary_condition + ", fractions";
  for (unsigned int p = 0; p < phases_.size(); ++p)
    text += " " + phases_[p].name + " " + format(space_.fraction(p), 5);
  return text + (settings_.note.empty() ? "" : "; " + settings_.note);
}

template <int dim>
std::vector<PhaseTangent> FeRve<dim>::phase_tangents(const Increment &increment) const
{
  std::vector<PhaseTangent> result;
  for (unsigned int p = 0; p < phases_.size(); ++p)
  {
    PhaseTangent phase;
    phase.name = phases_[p].name;
    phase.fraction = space_.fraction(p);
    phase.tangent = axes_ * phases_[p].material->initial_tangent(increment) * axes_.transpose();
    result.push_back(phase);
  }
  return result;
}

template <int dim>
PointState FeRve<dim>::whole_state(const PointDefinition &, const PointState &part) const
{
  PointState state = part;
  if (!part.virgin() && space_.n_ranks() > 1)
    state.history = space_.gather(part.history, n_history_);
  return state;
}

template <int dim>
PointState FeRve<dim>::part_of_state(const PointDefinition &, const PointState &whole) const
{
  PointState state = whole;
  if (!whole.virgin() && space_.n_ranks() > 1)
    state.history = space_.scatter(whole.history, n_history_);
  return state;
}

template class FeRve<2>;
template class FeRve<3>;
} // namespace fe2
