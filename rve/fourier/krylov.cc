// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/krylov.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
using Scalars = std::array<double, 16>;

Scalars dot(const KrylovSystem &system, const double *a, const double *b)
{
  Scalars sum{};
  kernels::kernels().dot(system.runs, system.lanes, a, b, sum.data());
  system.sum(sum.data(), system.lanes);
  return sum;
}

void combine(const KrylovSystem &system, const Scalars &alpha, const double *x, const Scalars &beta, double *y)
{
  kernels::kernels().combine(system.runs, system.lanes, alpha.data(), x, beta.data(), y);
}

Scalars all(const double value)
{
  Scalars s;
  s.fill(value);
  return s;
}

Scalars minus(const Scalars &a)
{
  Scalars s;
  for (std::size_t l = 0; l < s.size(); ++l)
    s[l] = -a[l];
  return s;
}

/// Lanes that have not converged.
struct Lanes
{
  unsigned int n;
  const KrylovGoal &goal;
  std::array<bool, 16> active{};
  Scalars norm{};
  Scalars energy = goal.energy;
  Scalars won{}, won_before{}, rest{}; ///< energies of the last two steps; estimate of what is left

  Lanes(const unsigned int lanes, const KrylovGoal &g) : n(lanes), goal(g) {}

  /// After a step of cg.
  void add(const Scalars &alpha, const Scalars &rz)
  {
    for (unsigned int l = 0; l < n; ++l)
      if (alpha[l] > 0)
      {
        const double before = std::max(won[l], won_before[l]);
        won_before[l] = won[l];
        won[l] = alpha[l] * rz[l];
        energy[l] -= won[l];
        const double ratio = before > 0 ? std::clamp(std::sqrt(won[l] / before), 0.1, 0.9) : 0.9;
        rest[l] = won[l] * ratio / (1 - ratio);
      }
  }
  /// r . r, and r . K_0^-1 r of the last residual for which it is known. True if no lane is left.
  bool update(const Scalars &squares, const Scalars &rz, const Scalars &rz_squares)
  {
    bool done = true;
    for (unsigned int l = 0; l < n; ++l)
    {
      norm[l] = std::sqrt(squares[l]);
      const double allowed = goal.tolerance * goal.tolerance * std::abs(energy[l]);
      const bool small_error =
          allowed > 0 && rest[l] <= allowed && rz[l] * squares[l] <= allowed * goal.coercivity * rz_squares[l];
      active[l] = !(norm[l] <= goal.residual[l]) && !small_error; // what is no number has not converged
      done = done && !active[l];
    }
    return done;
  }
};
} // namespace

KrylovSolver::KrylovSolver(const VoxelGrid &grid, const unsigned int lanes)
    : z_(grid.make_field(lanes)), p_(z_), q_(z_), s_(z_)
{
}

KrylovResult KrylovSolver::cg(const KrylovSystem &system, double *x, double *r, const KrylovGoal &goal,
                              const unsigned int max_iterations, double *total)
{
  KrylovResult result;
  Lanes lanes(system.lanes, goal);
  Scalars rz_before = all(0), squares = dot(system, r, r);
  result.converged = lanes.update(squares, all(1), all(0));
  while (!result.converged && result.iterations < max_iterations)
  {
    system.precondition(r, lanes.norm.data(), z_.data());
    const Scalars rz = dot(system, r, z_.data());
    Scalars beta = all(0), alpha = all(0);
    for (unsigned int l = 0; l < lanes.n; ++l)
      if (lanes.active[l] && rz_before[l] > 0)
        beta[l] = rz[l] / rz_before[l];
    rz_before = rz;
    kernels::kernels().direct(system.runs, system.lanes, beta.data(), z_.data(), r, p_.data(),
                              system.split ? s_.data() : nullptr, q_.data());
    system.apply(p_.data(), q_.data());
    if (system.clear_free_nodes)
      system.clear_free_nodes(q_.data());
    const Scalars pq = dot(system, p_.data(), q_.data());
    ++result.iterations;
    for (unsigned int l = 0; l < lanes.n; ++l)
      if (lanes.active[l])
      {
        if (!(pq[l] > 0) || !(rz[l] > 0))
        {
          result.indefinite = true;
          break;
        }
        alpha[l] = rz[l] / pq[l];
      }
    if (result.indefinite)
      break;
    const Scalars squares_before = squares;
    kernels::kernels().step(system.runs, system.lanes, alpha.data(), p_.data(), q_.data(),
                            system.split ? s_.data() : nullptr, x, r, total, squares.data());
    system.sum(squares.data(), system.lanes);
    lanes.add(alpha, rz);
    result.converged = lanes.update(squares, rz, squares_before);
  }
  result.residual = lanes.norm;
  if (!result.converged) // the vectors may hold what is no number; a new start multiplies it by zero
    clear();
  return result;
}

void KrylovSolver::clear()
{
  for (auto *field : {&z_, &p_, &q_, &s_, &more_[0], &more_[1], &more_[2]})
    std::fill(field->begin(), field->end(), 0.);
}

KrylovResult KrylovSolver::bicgstab(const KrylovSystem &system, double *x, double *r, const KrylovGoal &goal,
                                    const unsigned int max_iterations)
{
  for (auto &field : more_)
    field.resize(z_.size());
  double *shadow = more_[0].data(), *v = more_[1].data(), *t = more_[2].data(), *p = p_.data();
  KrylovResult result;
  Lanes lanes(system.lanes, goal);
  Scalars rho = all(1), alpha = all(1), omega = all(1);
  combine(system, all(1), r, all(0), shadow);
  std::fill(more_[1].begin(), more_[1].end(), 0.);
  std::fill(p_.begin(), p_.end(), 0.);
  result.converged = lanes.update(dot(system, r, r), all(1), all(0));
  const auto ratio = [&](const Scalars &a, const Scalars &b)
  {
    Scalars s = all(0);
    for (unsigned int l = 0; l < lanes.n; ++l)
      if (lanes.active[l] && b[l] != 0)
        s[l] = a[l] / b[l];
    return s;
  };
  bool broken = false;
  while (!result.converged && !broken && result.iterations < max_iterations)
  {
    const Scalars rho_now = dot(system, shadow, r);
    Scalars beta = ratio(rho_now, rho);
    for (unsigned int l = 0; l < lanes.n; ++l)
      beta[l] = omega[l] != 0 ? beta[l] * alpha[l] / omega[l] : 0.;
    rho = rho_now;
    combine(system, minus(omega), v, all(1), p);
    combine(system, all(1), r, beta, p);
    system.precondition(p, lanes.norm.data(), z_.data());
    system.apply(z_.data(), v);
    alpha = ratio(rho, dot(system, shadow, v));
    combine(system, alpha, z_.data(), all(1), x);
    combine(system, minus(alpha), v, all(1), r);
    system.precondition(r, lanes.norm.data(), z_.data());
    Scalars middle = all(0), rz = all(1);
    if (goal.tolerance > 0)
    {
      middle = dot(system, r, r);
      rz = dot(system, r, z_.data());
    }
    system.apply(z_.data(), t);
    omega = ratio(dot(system, t, r), dot(system, t, t));
    combine(system, omega, z_.data(), all(1), x);
    combine(system, minus(omega), t, all(1), r);
    ++result.iterations;
    const Scalars squares = dot(system, r, r);
    result.converged = lanes.update(squares, rz, middle);
    for (unsigned int l = 0; l < lanes.n; ++l)
      broken = broken || !std::isfinite(squares[l]) || (lanes.active[l] && rho[l] == 0);
  }
  result.residual = lanes.norm;
  if (!result.converged)
    clear();
  return result;
}
} // namespace fe2
