// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/scale/point_driver.h>

#include <Eigen/LU>

#include <limits>

namespace fe2
{
namespace
{
/// Of the strain in an iteration: more is no small strain, or a hundred times what there is.
double largest_step(const double strain)
{
  return std::max(0.5, 100 * strain);
}
constexpr double very_soft = 100;              ///< times as soft as at the start
constexpr unsigned int most_soft_failures = 4; ///< in a row
} // namespace

PointDriver::PointDriver(MicroPool &pool, const PointId &id, const LoadPath &path, const TimeSettings &time, Log &log)
    : pool_(pool), id_(id), path_(path), time_(time), log_(log)
{
  time_.start = path.start();
  time_.end = path.end();
  time_.stops = path.times();
  strain_ = ComponentVector::Zero(int(path.stress_controlled().size()));
  if (path.has_temperature())
    temperature_ = path.at(path.start(), false).temperature;
  for (unsigned int m = 0; m < pool.model_names().size(); ++m)
    accuracy_ = std::max(accuracy_, pool.model(m).accuracy().stress);
}

NewtonResult PointDriver::solve(const double time, const double dt, const LoadPath::Values &target)
{
  const auto &controlled = path_.stress_controlled();
  std::vector<int> unknowns;
  for (std::size_t i = 0; i < controlled.size(); ++i)
    if (controlled[i])
      unknowns.push_back(int(i));
  const int n = int(unknowns.size());

  ComponentVector strain = strain_, base = strain_;
  for (int i = 0; i < int(strain.size()); ++i)
    if (!controlled[std::size_t(i)])
      strain[i] = target.target[i];
  Eigen::VectorXd residual(n), direction(n);

  NewtonProblem problem;
  std::string why;
  problem.residual = [&]
  {
    MicroRequest request;
    request.id = id_;
    request.gradient = strain;
    request.time = time;
    request.increment.dt = dt;
    if (path_.has_temperature())
      request.increment.fields = {{temperature_, target.temperature}};
    response_ = pool_.evaluate({request}).front();
    NewtonResidual r;
    r.valid = response_.status == Status::converged;
    r.message = response_.message;
    if (!r.valid)
      return r;
    for (int i = 0; i < n; ++i)
      residual[i] = target.target[unknowns[std::size_t(i)]] - response_.stress[unknowns[std::size_t(i)]];
    r.norm = residual.norm();
    r.reference = response_.stress.norm();
    for (const int i : unknowns)
      r.reference = std::max(r.reference, std::abs(target.target[i]));
    r.noise = accuracy_ * (response_.tangent * strain).norm() / std::max(1., 10 * strain.norm());
    return r;
  };
  problem.direction = [&]
  {
    const auto solve = [&](const ComponentMatrix &tangent)
    {
      Eigen::MatrixXd c(n, n);
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j)
          c(i, j) = tangent(unknowns[std::size_t(i)], unknowns[std::size_t(j)]);
      return Eigen::VectorXd(c.fullPivLu().solve(residual));
    };
    if (virgin_.size() == 0)
      virgin_ = response_.tangent;
    direction = solve(response_.tangent);
    const double elastic = solve(virgin_).norm();
    softening_ = std::max(softening_, direction.norm() / std::max(elastic, 1e-300));
    base = strain;
    if (!(direction.norm() < largest_step(std::max(elastic, strain.norm()))))
    {
      why = "the tangent is nearly singular: a Newton step would strain it by " + format(direction.norm(), 2);
      return std::numeric_limits<double>::infinity();
    }
    return relative_step(direction.norm(), strain.norm());
  };
  problem.step = [&](const double alpha)
  {
    strain = base;
    for (int i = 0; i < n; ++i)
      strain[unknowns[std::size_t(i)]] += alpha * direction[i];
  };
  NewtonSettings settings;
  settings.relative_tolerance = std::max(1e-11, 10 * accuracy_);
  settings.max_iterations = 30;
  softening_ = 1;
  NewtonResult result = solve_newton(settings, problem);
  if (result.converged)
    strain_ = strain;
  else if (!why.empty())
    result.message = why;
  return result;
}

/// Eigenstrains, or a temperature that is not the stress-free one.
bool PointDriver::is_stressed()
{
  MicroRequest request;
  request.id = id_;
  request.gradient = strain_;
  request.time = path_.start();
  if (path_.has_temperature())
    request.increment.fields = {{temperature_, temperature_}};
  const auto response = pool_.evaluate({request}).front();
  pool_.rollback();
  return response.status == Status::converged && response.stress.norm() > 0;
}

/// The virgin state, so that a table begins with the path.
DriverRow PointDriver::start_row() const
{
  DriverRow row;
  row.time = path_.start();
  row.strain = row.stress = strain_;
  row.temperature = temperature_;
  return row;
}

void PointDriver::run(const std::function<void(const DriverRow &)> &output)
{
  const auto attempt = [&](const double time, const double dt, const bool after_jump)
  {
    const auto target = path_.at(time, after_jump);
    const NewtonResult result = solve(time, dt, target);
    if (!result.converged)
    {
      pool_.rollback();
      return result;
    }
    pool_.commit();
    temperature_ = target.temperature;
    reached_ = response_.stress.norm();
    DriverRow row;
    row.time = time;
    row.dt = dt;
    row.strain = response_.gradient; // in plane stress with the out-of-plane strains
    row.stress = response_.stress;
    row.tangent = response_.tangent;
    row.temperature = temperature_;
    row.iterations = result.iterations;
    row.hill_mandel_gap = pool_.statistics().hill_mandel_gap;
    output(row);
    return result;
  };
  const auto jump = [&](const double time)
  {
    if (path_.rows_at(time) < 2)
      return;
    const auto result = attempt(time, 0, true);
    if (!result.converged)
      throw RunError("the jump at time " + format(time) + " failed: " + result.message);
  };
  // The first row is a state of its own, also where a jump follows at the same time.
  if (!path_.starts_at_zero() || is_stressed())
  {
    if (const auto result = attempt(path_.start(), 0, false); !result.converged)
      throw RunError("the state at the start failed: " + result.message);
  }
  else if (path_.rows_at(path_.start()) < 2)
    output(start_row());
  jump(path_.start());
  if (path_.end() <= path_.start())
    return;
  TimeStepper stepper(time_);
  unsigned int soft_failures = 0;
  while (!stepper.done())
  {
    const auto result = attempt(stepper.next_time(), stepper.dt(), false);
    if (result.converged)
    {
      soft_failures = 0;
      stepper.accept(result.iterations);
      log_.progress((stepper.time() - time_.start) / (time_.end - time_.start), "path");
      jump(stepper.time());
    }
    else
    {
      // Where the point yields more and more to less and less, smaller steps only come nearer to the limit.
      const bool limit = softening_ > very_soft && ++soft_failures >= most_soft_failures;
      if (limit || !stepper.reject(response_.dt_factor))
        throw RunError("the increment to time " + format(stepper.next_time()) + " failed" +
                       (limit ? ": " : " at the least step: ") + result.message +
                       (softening_ > very_soft ? limit_load() : ""));
    }
  }
}

std::string PointDriver::limit_load() const
{
  return "; the prescribed stresses may exceed what the micro model carries, which has become " +
         format(softening_, 2) + " times as soft as at the start (last stress reached: " + format(reached_, 5) +
         ", its norm). Prescribe strains, or lower the stresses";
}
} // namespace fe2
