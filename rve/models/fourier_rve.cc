// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/fourier_rve.h>

#include <lib/base/log.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
FourierRve::FourierRve(const VoxelImage &image, const std::vector<Phase> &phases, const FourierRveSettings &settings,
                       const MPI_Comm comm)
    : RveModel(phases, image.dimension == 2 ? settings.prism_axis : 3,
               settings.linear_shortcut && std::all_of(phases.begin(), phases.end(),
                                                       [](const Phase &p) { return p.material->symmetric_tangent(); }),
               settings.cached_operators),
      settings_(settings), image_(image), grid_(image, unsigned(phases.size()), settings.b_bar, comm), green_(grid_),
      fractions_(image.fractions(unsigned(phases.size()))), work_(grid_), point_operator_(grid_, green_)
{
  std::vector<std::size_t> n_points;
  for (unsigned int p = 0; p < grid_.n_phases(); ++p)
    n_points.push_back(grid_.voxels(p).n * grid_.n_q());
  set_points(PhasePoints(comm, n_points));
  for (unsigned int p = 0; p < grid_.n_phases() && !all_linear_; ++p)
  {
    dyadic_[p] = phases[p].material->has_dyadic_tangent();
    forms_.push_back(dyadic_[p]                                ? kernels::TangentForm::dyadic
                     : phases[p].material->symmetric_tangent() ? kernels::TangentForm::symmetric
                                                               : kernels::TangentForm::general);
    const std::size_t rows = phases[p].material->is_linear() ? 0 : dyadic_[p] ? 9 : 36; // linear: constant moduli
    tangent_.emplace_back(rows * points_.n(p), 0.);
  }
  w_ = base_ = force_ = halo_ = grid_.make_field(1);
}

void FourierRve::strains(const Vector6 &gradient, const double *w, PhaseArrays &strain) const
{
  const double *u = w;
  if (grid_.n_ranks() > 1)
  {
    std::copy_n(w, n_unknowns(), halo_.begin());
    grid_.update_halo(halo_.data(), 1);
    u = halo_.data();
  }
  for (unsigned int p = 0; p < grid_.n_phases(); ++p)
    kernels::kernels().strains(grid_.elements(), grid_.voxels(p), gradient.data(), u, points_.n(p), strain[p].data());
}

double FourierRve::forces(const PhaseArrays &stress, VoxelField &force) const
{
  std::fill(force.begin(), force.end(), 0.);
  double squares = 0;
  for (unsigned int p = 0; p < grid_.n_phases(); ++p)
    squares +=
        kernels::kernels().forces(grid_.elements(), grid_.voxels(p), stress[p].data(), points_.n(p), force.data());
  grid_.add_halo(force.data(), 1);
  grid_.sum(&squares, 1);
  return std::sqrt(squares);
}

Vector6 FourierRve::average(const PhaseArrays &values, const unsigned int phase) const
{
  Vector6 sum = Vector6::Zero();
  const std::size_t n = points_.n(phase);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t q = 0; q < n; ++q)
      sum[int(i)] += values[phase][i * n + q];
  grid_.sum(sum.data(), 6);
  return sum / (double(grid_.n_all_nodes()) * grid_.n_q());
}

std::pair<double, double> FourierRve::work(const PhaseArrays &a, const PhaseArrays &b) const
{
  double both[2] = {0, 0};
  for (unsigned int p = 0; p < grid_.n_phases(); ++p)
    for (std::size_t q = 0, n = points_.n(p); q < n; ++q)
    {
      double product = 0;
      for (std::size_t i = 0; i < 6; ++i)
        product += a[p][i * n + q] * b[p][i * n + q];
      both[0] += product;
      both[1] += std::abs(product);
    }
  grid_.sum(both, 2);
  const double n = double(grid_.n_all_nodes()) * grid_.n_q();
  return {both[0] / n, both[1] / n};
}

unsigned int FourierRve::preconditioner_of(const Localization &point) const
{
  return settings_.preconditioner == "auto" ? point.better() : settings_.preconditioner == "green" ? 0 : 1;
}

double FourierRve::mark_of(const std::vector<double> &fluctuation)
{
  double sum = 0;
  for (const double x : fluctuation)
    sum += x;
  return sum;
}

void FourierRve::set_tangents(const Increment &increment, const unsigned int preconditioner) const
{
  std::vector<kernels::Moduli> moduli(phases_.size());
  for (unsigned int p = 0; p < phases_.size(); ++p)
    if (phases_[p].material->is_linear())
      moduli[p] = make_moduli(phases_[p].material->initial_tangent(increment));
  point_operator_.set(tangent_, forms_, moduli, symbol_, preconditioner == 1);
}

/// Norm of the voxels' forces under the elastic stresses.
double FourierRve::stiffness_forces(VoxelField &unused) const
{
  PhaseArrays elastic = points_.make_arrays(6);
  for (unsigned int p = 0; p < phases_.size(); ++p)
    for (std::size_t q = 0, n = points_.n(p); q < n; ++q)
      for (std::size_t i = 0; i < 6; ++i)
        for (std::size_t j = 0; j < 6; ++j)
          elastic[p][i * n + q] += elastic_tangents_[p](int(i), int(j)) * strain_[p][j * n + q];
  return forces(elastic, unused);
}

Matrix6 FourierRve::virgin_tangent(const Increment &increment)
{
  prepare(increment);
  if (elastic_.usable)
    return elastic_.op->tangent;
  const PhaseArrays zero = points_.make_arrays(6);
  const char *fault = evaluate_phases(increment, zero, virgin_history_, nullptr, &tangent_, nullptr);
  if (fault != nullptr)
    throw RunError(fault);
  Localization unused;
  set_tangents(increment, preconditioner_of(unused));
  Matrix6 tangent;
  Vector6 correction;
  if (!homogenized_tangent(unused, nullptr, tangent, correction))
    throw RunError("the linear solver of the RVE did not converge for its initial tangent");
  return tangent;
}

void FourierRve::evaluate_nonlinear(std::vector<BatchItem> &batch) const
{
  for (auto &item : batch)
    if (!answer_elastic(item))
      evaluate_newton(item);
}

void FourierRve::start_fields(const BatchItem &item, const Localization &last, const Vector6 &gradient,
                              VoxelField &w) const
{
  const PointState &from = !item.trial->fluctuation.empty() ? *item.trial : *item.committed;
  const auto n = n_unknowns();
  std::fill(w.begin(), w.end(), 0.);
  Vector6 change = Vector6::Zero();
  if (from.fluctuation.size() == n)
  {
    std::copy(from.fluctuation.begin(), from.fluctuation.end(), w.begin());
    if (mark_of(from.fluctuation) == last.mark)
      change = gradient - last.gradient;
  }
  else if (elastic_.usable)
  {
    const auto elastic = localize(*elastic_.op, gradient);
    std::copy(elastic.begin(), elastic.end(), w.begin());
    return;
  }
  if (!last.filled)
    return;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < 6; ++j)
      w[i] += double(last.fields[6 * i + j]) * change[int(j)];
}

NewtonResidual FourierRve::residual(const BatchItem &item, const Vector6 &gradient, VoxelField &w,
                                    VoxelField &force) const
{
  NewtonResidual r;
  strains(gradient, w.data(), strain_);
  const char *fault = evaluate_phases(item.request->increment, strain_, history_of(*item.committed), &stress_,
                                      &tangent_, &item.trial->history);
  r.valid = fault == nullptr;
  r.message = fault == nullptr ? "" : fault;
  if (has_initial_stress_)
    r.noise = force_noise(stiffness_forces(force), gradient, settings_.newton);
  r.reference = forces(stress_, force);
  const kernels::Run all{0, std::uint32_t(grid_.n_nodes())};
  kernels::kernels().dot({&all, 1}, 1, force.data(), force.data(), &r.norm);
  grid_.sum(&r.norm, 1);
  r.norm = std::sqrt(r.norm);
  return r;
}

void FourierRve::evaluate_newton(BatchItem &item) const
{
  const auto &request = *item.request;
  const Vector6 gradient = to_rve(request.gradient);
  LaneWork &work = work_.lanes(1);
  std::string why;
  unsigned int linear_iterations = 0;
  NewtonResidual last;
  double before = 0;
  auto *point = dynamic_cast<Localization *>(item.scratch->get());
  if (point == nullptr)
  {
    *item.scratch = std::make_unique<Localization>();
    point = static_cast<Localization *>(item.scratch->get());
  }
  start_fields(item, *point, gradient, w_);

  NewtonProblem problem;
  problem.residual = [&] { return last = residual(item, gradient, w_, force_); };
  problem.direction = [&]
  {
    const unsigned int preconditioner = preconditioner_of(*point);
    set_tangents(request.increment, preconditioner);
    // Eisenstat and Walker's second choice, not tighter than Newton's own tolerance needs.
    const double ratio = before > 0 ? last.norm / before : 0.3;
    const double needed = 0.3 * settings_.newton.relative_tolerance * last.reference / last.norm;
    const double forcing = std::min(0.1, std::max({1e-4, 0.9 * ratio * ratio, needed}));
    before = last.norm;
    std::fill(work.x.begin(), work.x.end(), 0.);
    for (std::size_t i = 0; i < work.r.size(); ++i)
      work.r[i] = -force_[i];
    KrylovGoal goal;
    goal.residual[0] = forcing * last.norm;
    const auto solved = point_operator_.solve(work, goal, symmetric_, settings_.max_iterations);
    linear_iterations += solved.iterations;
    if (solved.converged && solved.iterations > 0)
      point->rates[preconditioner] =
          std::max(1e-6, std::log10(last.norm / std::max(solved.residual[0], 1e-300)) / solved.iterations);
    if (!solved.converged)
    {
      why = solved.indefinite ? "the tangent of the RVE is not positive definite, or too badly conditioned"
                              : "the linear solver of the RVE did not converge in " +
                                    std::to_string(settings_.max_iterations) + " iterations";
      return std::numeric_limits<double>::infinity();
    }
    base_ = w_;
    return 1.;
  };
  problem.step = [&](const double alpha)
  {
    for (std::size_t i = 0; i < w_.size(); ++i)
      w_[i] = base_[i] + alpha * work.x[i];
  };
  const NewtonResult result = solve_newton(settings_.newton, problem);
  item.response->iterations = result.iterations;
  if (!result.converged)
  {
    fail(item, "RVE: " + (why.empty() ? result.message : why));
    return;
  }
  Vector6 stress = average_stress(stress_);
  if (request.wanted.tangent)
  {
    set_tangents(request.increment, preconditioner_of(*point));
    Matrix6 tangent;
    Vector6 correction;
    if (!homogenized_tangent(*point, force_.data(), tangent, correction))
    {
      fail(item, "the linear solver of the RVE did not converge for its tangent");
      return;
    }
    stress += correction;
    item.response->tangent = to_sample(tangent);
  }
  else if (point->filled && symmetric_)
    stress += stress_correction(*point, force_.data());
  fill_response(item, stress);
  item.trial->fluctuation.assign(w_.begin(), w_.begin() + long(n_unknowns()));
  item.trial->scalars = scalars(gradient, strain_, stress_, linear_iterations, 0);
  point->gradient = gradient;
  point->mark = mark_of(item.trial->fluctuation);
  const auto &history = item.trial->history;
  double yielded = std::all_of(history.begin(), history.end(), [](const double x) { return x == 0; }) ? 0. : 1.;
  grid_.sum(&yielded, 1);
  if (elastic_.usable && yielded == 0)
  {
    item.trial->history.clear();
    item.trial->fluctuation.clear();
  }
}

PointState FourierRve::whole_state(const PointDefinition &definition, const PointState &part) const
{
  PointState state = RveModel::whole_state(definition, part);
  double size = double(part.fluctuation.size()); // a process may have no planes
  grid_.sum(&size, 1);
  if (size > 0 && grid_.n_ranks() > 1)
  {
    state.fluctuation.assign(3 * grid_.n_all_nodes(), 0.);
    std::copy(part.fluctuation.begin(), part.fluctuation.end(),
              state.fluctuation.begin() + 3 * long(grid_.n()[0]) * grid_.n()[1] * grid_.first_plane());
    grid_.sum(state.fluctuation.data(), state.fluctuation.size());
  }
  return state;
}

PointState FourierRve::part_of_state(const PointDefinition &definition, const PointState &whole) const
{
  PointState state = RveModel::part_of_state(definition, whole);
  if (!whole.fluctuation.empty() && grid_.n_ranks() > 1)
  {
    const auto begin = whole.fluctuation.begin() + 3 * long(grid_.n()[0]) * grid_.n()[1] * grid_.first_plane();
    state.fluctuation.assign(begin, begin + long(n_unknowns()));
  }
  return state;
}

std::size_t FourierRve::scratch_bytes() const
{
  return RveModel::scratch_bytes() + (all_linear_ ? 0 : 6 * n_unknowns() * sizeof(float));
}

std::size_t FourierRve::shared_bytes() const
{
  std::size_t points = 0;
  for (const auto &t : tangent_)
    points += t.size();
  for (unsigned int p = 0; p < phases_.size(); ++p)
    points += 12 * points_.n(p);
  const std::size_t fields = all_linear_ ? 7 * 16 + load_lanes : 7 * (1 + load_lanes) + load_lanes;
  return sizeof(double) * (points + n_unknowns() * fields + 9 * grid_.n_nodes());
}

/// Linear phases: stresses of histories follow the localization fields. Otherwise the residual that Newton has left is
/// corrected by localization fields (symmetric tangents), whose square is in the tangent.
Accuracy FourierRve::accuracy() const
{
  const double newton = settings_.newton.relative_tolerance, fields = settings_.tangent_tolerance;
  if (all_linear_)
    return {needs_own_solve() ? std::min(settings_.tolerance, 1e-8) : 1e-13, 1e-13};
  return symmetric_ ? Accuracy{std::max(1e-13, newton * fields), std::max(1e-13, fields * fields)}
                    : Accuracy{newton, 1e-3 * fields};
}

std::string FourierRve::describe() const
{
  std::string text = "fourier_rve, " + std::string(grid_.prism() ? "prism, " : "3D, ");
  for (unsigned int d = 0; d < image_.dimension; ++d)
    text += (d > 0 ? " x " : "") + std::to_string(grid_.n()[d]);
  text += std::string(" voxels") + (settings_.b_bar ? " (B-bar)" : "") + ", " +
          std::to_string(3 * grid_.n_all_nodes()) + " unknowns, kernels " + kernels::kernels().name + ", fractions";
  for (unsigned int p = 0; p < phases_.size(); ++p)
    text += " " + phases_[p].name + " " + format(fractions_[p], 5);
  return text + (settings_.note.empty() ? "" : "; " + settings_.note);
}
} // namespace fe2
