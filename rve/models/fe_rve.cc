// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/fe_rve.h>

#include <lib/base/log.h>

#include <algorithm>

namespace fe2
{
template <int dim>
FeRve<dim>::FeRve(const RveMesh<dim> &mesh, const std::vector<Phase> &phases, const FeRveSettings &settings,
                  const MPI_Comm comm)
    : RveModel(phases, dim == 2 ? settings.prism_axis : 3, settings.linear_shortcut, settings.cached_operators),
      settings_(settings),
      space_(mesh, settings.degree, unsigned(phases.size()),
             settings.condition ? *settings.condition
                                : *Registry<BoundaryCondition>::factory(settings.boundary_condition)(),
             comm, settings.b_bar),
      matrix_(space_)
{
  set_points(space_.points());
  if (!all_linear_)
    tangent_ = space_.make_arrays(36);
  solver_ = std::make_unique<ConstrainedSolver>(
      make_rve_linear_solver(settings.linear_solver, space_.free_points(), symmetric_, comm), space_.constraints(),
      space_.n_free());
  if (space_.n_free() > 0)
    solver_->analyze(matrix_.matrix());
}

template <int dim>
Matrix6 FeRve<dim>::virgin_tangent(const Increment &increment)
{
  PhaseArrays zero = space_.make_arrays(6);
  const char *fault = evaluate_phases(increment, zero, virgin_history_, nullptr, &tangent_, nullptr);
  Matrix6 tangent;
  Vector6 unused;
  if (fault != nullptr || !homogenized_tangent(tangent, false, nullptr, unused))
    throw RunError(fault != nullptr ? fault : singular(*solver_));
  return tangent;
}

template <int dim>
void FeRve<dim>::evaluate_nonlinear(std::vector<BatchItem> &batch) const
{
  for (auto &item : batch)
    evaluate_newton(item);
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
  std::string why;

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
      r.noise = force_noise(stiffness_forces(), gradient, settings_.newton);
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
    {
      why = singular(*solver_);
      return std::numeric_limits<double>::infinity();
    }
    factorized = true;
    return relative_step(direction.norm(), w.norm());
  };
  problem.step = [&](const double alpha) { w = base + alpha * direction.col(0); };

  const NewtonResult result = solve_newton(settings_.newton, problem);
  auto &response = *item.response;
  response.iterations = result.iterations;
  Matrix6 tangent;
  Vector6 correction = Vector6::Zero();
  if (!result.converged || (request.wanted.tangent && !homogenized_tangent(tangent, factorized, &force, correction)))
  {
    fail(item, result.converged ? singular(*solver_) : "RVE: " + (why.empty() ? result.message : why));
    return;
  }
  fill_response(item, average_stress(stress_) + correction);
  if (request.wanted.tangent)
    response.tangent = to_sample(tangent);
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
bool FeRve<dim>::homogenized_tangent(Matrix6 &tangent, const bool factorized, const Eigen::VectorXd *residual,
                                     Vector6 &correction) const
{
  matrix_.assemble(tangent_);
  tangent = matrix_.average_tangent();
  correction.setZero();
  if (space_.n_free() == 0)
    return true;
  Eigen::MatrixXd columns(matrix_.loads().rows(), symmetric_ || residual == nullptr ? 6 : 7);
  columns.leftCols<6>() = -matrix_.loads();
  if (columns.cols() > 6)
    columns.col(6) = -*residual;
  if (!solve(columns, factorized, 1e-8))
    return false;
  const auto localization = columns.leftCols<6>();
  // <(e_i + B w_i) : D : (e_j + B w_j)>: the error is the square of that of w.
  if (factorized && symmetric_ && space_.constraints().rows.empty() && space_.n_ranks() == 1)
    tangent +=
        localization.transpose() * (matrix_.matrix().transpose() * localization + matrix_.loads()) / space_.volume();
  tangent += matrix_.left_loads().transpose() * localization / space_.volume();
  if (cancels(tangent))
  {
    if (factorized) // a nearby factor leaves errors that the stiff phase multiplies
      return homogenized_tangent(tangent, false, residual, correction);
    tangent = energy_tangent(localization,
                             [this](const unsigned int p, const std::size_t q)
                             {
                               Matrix6 d;
                               for (std::size_t k = 0; k < 36; ++k)
                                 d.data()[k] = tangent_[p][k * space_.n_points(p) + q];
                               return d;
                             });
  }
  if (symmetric_)
    tangent = (0.5 * (tangent + tangent.transpose())).eval();
  if (residual != nullptr)
    correction = (columns.cols() > 6 ? Vector6(matrix_.left_loads().transpose() * columns.col(6))
                                     : Vector6(localization.transpose() * *residual)) /
                 space_.volume();
  return true;
}

/// Rounding of <D> would show.
template <int dim>
bool FeRve<dim>::cancels(const Matrix6 &tangent) const
{
  return matrix_.average_tangent().norm() > 1e3 * tangent.norm();
}

template <int dim>
Matrix6 FeRve<dim>::energy_tangent(const Eigen::MatrixXd &localization, const Modulus &modulus) const
{
  std::vector<PhaseArrays> strains(6, space_.make_arrays(6));
  PhaseArrays stress = strains[0];
  Matrix6 tangent;
  for (int j = 0; j < 6; ++j)
    space_.strains(Vector6::Unit(j), localization.col(j).data(), strains[std::size_t(j)]);
  for (int j = 0; j < 6; ++j)
  {
    for (unsigned int p = 0; p < space_.n_phases(); ++p)
      for (std::size_t q = 0, n = space_.n_points(p); q < n; ++q)
      {
        const Matrix6 d = modulus(p, q);
        for (std::size_t i = 0; i < 6; ++i)
        {
          stress[p][i * n + q] = 0;
          for (std::size_t k = 0; k < 6; ++k)
            stress[p][i * n + q] += d(int(i), int(k)) * strains[std::size_t(j)][p][k * n + q];
        }
      }
    for (int i = 0; i < 6; ++i)
      tangent(i, j) = space_.work(strains[std::size_t(i)], stress).first;
  }
  return tangent;
}

template <int dim>
std::string FeRve<dim>::singular(const ConstrainedSolver &solver) const
{
  const std::string text = "the linear solver of the RVE failed: " + solver.fault().text;
  const long unknown = solver.failed_unknown();
  if (unknown < 0)
    return text;
  const auto &x = space_.free_points()[std::size_t(unknown / 3)];
  return text + ": a mechanism moves the node at (" + format(x[0], 6) + ", " + format(x[1], 6) + ", " +
         format(x[2], 6) + ") along axis " + std::to_string(unknown % 3 + 1) +
         "; is that part of the RVE connected by more than an edge or a corner, and not void?";
}

template <int dim>
std::size_t FeRve<dim>::shared_bytes() const
{
  const std::size_t matrix = std::size_t(matrix_.matrix().nonZeros()) * 12 + space_.n_free() * 12 * sizeof(double);
  return matrix + (all_linear_ ? 2 : 1) * (solver_->bytes() + space_.n_free() * 12 * sizeof(double));
}

/// Where a tangent is wanted the stress is corrected for the residual that Newton has left.
template <int dim>
Accuracy FeRve<dim>::accuracy() const
{
  const double newton = settings_.newton.relative_tolerance;
  return all_linear_ ? Accuracy() : Accuracy{std::max(1e-12, newton * newton), 1e-12};
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

template class FeRve<2>;
template class FeRve<3>;
} // namespace fe2
