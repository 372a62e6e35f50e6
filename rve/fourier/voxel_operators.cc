// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/voxel_operators.h>

#include <lib/base/errors.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
LaneWork &VoxelWork::lanes(const unsigned int n)
{
  auto &work = work_[n];
  if (work == nullptr)
    work = std::make_unique<LaneWork>(grid_, n);
  return *work;
}

kernels::Moduli make_moduli(const Matrix6 &tangent)
{
  kernels::Moduli m;
  std::copy_n(tangent.data(), 36, m.tangent);
  m.mu = 0.5 * tangent(3, 3);
  m.lambda = tangent(0, 1);
  const Matrix6 isotropic = mandel::isotropic(m.lambda + 2. / 3 * m.mu, m.mu);
  m.isotropic = (tangent - isotropic).cwiseAbs().maxCoeff() <= 1e-14 * tangent.cwiseAbs().maxCoeff();
  return m;
}

bool is_void(const Matrix6 &tangent)
{
  return tangent.isZero(0);
}

double force_rounding(const VoxelGrid &grid, const double stiffest)
{
  const auto &h = grid.elements().h;
  return 1e-14 * stiffest * std::max({h[0] * h[1], h[0] * h[2], h[1] * h[2]}) * std::sqrt(double(grid.n_all_nodes()));
}

UniformOperator::UniformOperator(const VoxelGrid &grid, const GreenOperator &green,
                                 const std::vector<Matrix6> &tangents)
    : grid_(grid), green_(green), tangents_(tangents), split_(grid.n_ranks() == 1)
{
  choose_reference();
  for (const auto &tangent : tangents)
  {
    moduli_.push_back(make_moduli(tangent));
    differences_.push_back(make_moduli(tangent - reference()));
  }
  symbol_ = green.make_symbol(reference(), !split_, split_);
  find_nodes();
}

void UniformOperator::choose_reference()
{
  std::vector<double> share;
  for (unsigned int p = 0; p < grid_.n_phases(); ++p)
    share.push_back(is_void(tangents_[p]) ? -1. : double(grid_.voxels(p).n));
  if (grid_.n_ranks() > 1)
    for (double &s : share)
    {
      const bool empty = s < 0;
      grid_.sum(&s, 1);
      s = empty ? -1. : s;
    }
  reference_ = unsigned(std::max_element(share.begin(), share.end()) - share.begin());
  if (!(share[reference_] > 0))
    throw RunError("all phases of the RVE are void: there is nothing to carry a stress");
}

void UniformOperator::find_nodes()
{
  if (!split_)
  {
    runs_ = {{0, std::uint32_t(grid_.n_nodes())}};
    lines_ = green_.everywhere();
    return;
  }
  const std::size_t nx = grid_.n()[0], ny = grid_.n()[1], nz = grid_.n()[2];
  std::vector<unsigned char> used(grid_.n_nodes(), 0);
  for (unsigned int p = 0; p < grid_.n_phases(); ++p)
  {
    if ((tangents_[p] - reference()).isZero(0))
      continue;
    const auto voxels = grid_.voxels(p);
    for (std::size_t i = 0; i < voxels.n; ++i)
    {
      const std::size_t v = voxels.index[i], x = v % nx, y = v / nx % ny, z = v / nx / ny;
      for (std::size_t c = 0; c < 8; ++c)
        used[((z + (c >> 2)) % nz * ny + (y + (c >> 1 & 1)) % ny) * nx + (x + (c & 1)) % nx] = 1;
    }
  }
  lines_.line.assign(ny * nz, 0);
  lines_.plane.assign(nz, 0);
  for (std::size_t n = 0; n < used.size(); ++n)
    if (used[n] != 0)
    {
      lines_.line[n / nx] = 1;
      lines_.plane[n / nx / ny] = 1;
      if (runs_.empty() || runs_.back().end != n)
        runs_.push_back({std::uint32_t(n), std::uint32_t(n)});
      runs_.back().end = std::uint32_t(n + 1);
    }
}

KrylovSystem UniformOperator::make_system(const unsigned int lanes) const
{
  const auto &k = kernels::kernels();
  KrylovSystem system;
  system.lanes = lanes;
  system.runs = {runs_.data(), runs_.size()};
  system.split = split_;
  system.sum = [this](double *values, const std::size_t n) { grid_.sum(values, n); };
  system.apply = [this, &k, lanes](const double *p, double *q)
  {
    if (!split_)
    {
      std::fill_n(q, 3 * grid_.n_field_nodes() * lanes, 0.);
      grid_.update_halo(const_cast<double *>(p), lanes);
    }
    for (unsigned int phase = 0; phase < grid_.n_phases(); ++phase)
      if (!split_ || !is_void(Eigen::Map<const Matrix6>(differences_[phase].tangent)))
        k.apply_uniform(grid_.elements(), grid_.voxels(phase), split_ ? differences_[phase] : moduli_[phase], lanes, p,
                        q, {nullptr, nullptr});
    grid_.add_halo(q, lanes);
  };
  system.precondition = [this, lanes](const double *r, const double *norm, double *z)
  { green_.apply_lanes(*symbol_, lanes, norm, r, z, lines_, lines_); };
  return system;
}

KrylovResult UniformOperator::solve(LaneWork &work, const SolverSettings &settings, const double *rounding) const
{
  const auto &k = kernels::kernels();
  const unsigned int lanes = work.lanes;
  const kernels::Run all{0, std::uint32_t(grid_.n_nodes())};
  double norm[16], target[16];
  k.dot({&all, 1}, lanes, work.r.data(), work.r.data(), norm);
  grid_.sum(norm, lanes);
  for (unsigned int l = 0; l < lanes; ++l)
  {
    norm[l] = std::sqrt(norm[l]);
    target[l] = std::max(settings.tolerance * norm[l], rounding[l]);
    if (norm[l] == 0)
      target[l] = std::numeric_limits<double>::max(); // a lane without load catches rounding errors of its partner
  }
  const KrylovSystem system = make_system(lanes);
  if (!split_)
  {
    std::fill(work.x.begin(), work.x.end(), 0.);
    return work.krylov.cg(system, work.x.data(), work.r.data(), target, settings.max_iterations);
  }
  // x_0 = K_0^-1 b leaves a residual -dK x_0 in the other phases alone; then x = K_0^-1 (b + sum alpha s).
  green_.apply_lanes(*symbol_, lanes, norm, work.r.data(), work.x.data(), green_.everywhere(), lines_);
  std::swap(work.total, work.r);
  std::fill(work.r.begin(), work.r.end(), 0.);
  system.apply(work.x.data(), work.r.data());
  for (double &r : work.r)
    r = -r;
  const KrylovResult result =
      work.krylov.cg(system, work.x.data(), work.r.data(), target, settings.max_iterations, work.total.data());
  green_.apply_lanes(*symbol_, lanes, norm, work.total.data(), work.x.data(), green_.everywhere(), green_.everywhere());
  return result;
}

KrylovResult UniformOperator::localize(LaneWork &work, const double *gradients, double *stresses,
                                       const bool fluctuations, const SolverSettings &settings) const
{
  const auto &k = kernels::kernels();
  const unsigned int lanes = work.lanes;
  const auto apply = [&](const kernels::Average &average)
  {
    std::fill(work.r.begin(), work.r.end(), 0.);
    grid_.update_halo(work.x.data(), lanes);
    for (unsigned int phase = 0; phase < grid_.n_phases(); ++phase)
      if (!is_void(Eigen::Map<const Matrix6>(differences_[phase].tangent)))
        k.apply_uniform(grid_.elements(), grid_.voxels(phase), differences_[phase], lanes, work.x.data(), work.r.data(),
                        average);
    grid_.add_halo(work.r.data(), lanes);
  };
  // int B^T D_0 E = 0: loads and average stresses come from the other phases alone.
  std::fill(work.x.begin(), work.x.end(), 0.);
  apply({gradients, nullptr});
  for (double &r : work.r)
    r = -r;
  double stiffest = 0;
  for (const auto &tangent : tangents_)
    stiffest = std::max(stiffest, tangent.cwiseAbs().maxCoeff());
  const double rounding = force_rounding(grid_, stiffest);
  KrylovResult result;
  const KrylovSystem system = make_system(lanes);
  double target[16];
  k.dot(system.runs, lanes, work.r.data(), work.r.data(), target);
  grid_.sum(target, lanes);
  double norm[16];
  for (unsigned int l = 0; l < lanes; ++l)
  {
    double strain = 0;
    for (std::size_t i = l; i < 6 * lanes; i += lanes)
      strain = std::max(strain, std::abs(gradients[i]));
    norm[l] = std::sqrt(target[l]);
    target[l] =
        norm[l] > 0 ? std::max(settings.tolerance * norm[l], rounding * strain) : std::numeric_limits<double>::max();
  }
  if (split_)
    std::fill(work.total.begin(), work.total.end(), 0.);
  result = work.krylov.cg(system, work.x.data(), work.r.data(), target, settings.max_iterations,
                          split_ ? work.total.data() : nullptr);
  std::fill_n(stresses, 6 * lanes, 0.);
  apply({gradients, stresses});
  grid_.sum(stresses, 6 * lanes);
  for (unsigned int l = 0; l < lanes; ++l)
    for (int i = 0; i < 6; ++i)
    {
      stresses[std::size_t(i) * lanes + l] /= grid_.volume();
      for (int j = 0; j < 6; ++j)
        stresses[std::size_t(i) * lanes + l] += reference()(i, j) * gradients[std::size_t(j) * lanes + l];
    }
  if (fluctuations && split_)
    green_.apply_lanes(*symbol_, lanes, norm, work.total.data(), work.x.data(), lines_, green_.everywhere());
  return result;
}

PointOperator::PointOperator(const VoxelGrid &grid, const GreenOperator &green)
    : grid_(grid), green_(green), all_{0, std::uint32_t(grid.n_nodes())}
{
}

void PointOperator::set(const PhaseArrays &tangent, const std::vector<kernels::TangentForm> &forms,
                        const std::vector<kernels::Moduli> &moduli,
                        const std::shared_ptr<const GreenOperator::Symbol> &symbol, const bool jacobi)
{
  tangent_ = &tangent;
  forms_ = forms;
  moduli_ = moduli;
  symbol_ = symbol;
  jacobi_ = jacobi;
  if (jacobi)
    set_jacobi();
}

/// Diagonal of the mean tangent of a voxel.
void PointOperator::stiffness_of(const unsigned int phase, const std::size_t voxel, double (&d)[6]) const
{
  const auto &tangent = (*tangent_)[phase];
  const std::size_t n_q = grid_.n_q(), n = grid_.voxels(phase).n * n_q;
  for (std::size_t i = 0; i < 6; ++i)
  {
    d[i] = tangent.empty() ? moduli_[phase].tangent[7 * i] : 0.;
    for (std::size_t q = voxel * n_q; q < (voxel + 1) * n_q && !tangent.empty(); ++q)
      if (forms_[phase] == kernels::TangentForm::dyadic)
      {
        const double normal = tangent[(3 + i) * n + q];
        d[i] += ((i < 3 ? tangent[q] : 0.) + tangent[n + q] + tangent[2 * n + q] * normal * normal) / double(n_q);
      }
      else
        d[i] += tangent[7 * i * n + q] / double(n_q);
  }
}

void PointOperator::set_jacobi()
{
  root_.resize(3 * grid_.n_field_nodes());
  std::fill(root_.begin(), root_.end(), 0.);
  const auto &g = grid_.elements();
  const std::size_t nx = g.n[0], ny = g.n[1];
  for (unsigned int phase = 0; phase < grid_.n_phases(); ++phase)
  {
    const auto voxels = grid_.voxels(phase);
    for (std::size_t v = 0; v < voxels.n; ++v)
    {
      double d[6];
      stiffness_of(phase, v, d);
      const std::size_t x = voxels.index[v] % nx, y = voxels.index[v] / nx % ny, z = voxels.index[v] / nx / ny,
                        next = z + 1 == g.n[2] ? g.last_plane : z + 1;
      for (std::size_t k = 0; k < 3; ++k)
      {
        double sum = 0;
        for (std::size_t e = 0; e < 3; ++e)
          if (!(grid_.prism() && e == 2))
            sum += (e == k ? d[k] : 0.5 * d[k + e + 2]) / (g.h[e] * g.h[e]);
        for (std::size_t c = 0; c < 8; ++c)
          root_[3 * (((c >> 2 ? next : z) * ny + (y + (c >> 1 & 1)) % ny) * nx + (x + (c & 1)) % nx) + k] += sum;
      }
    }
  }
  grid_.add_halo(root_.data(), 1);
  // Nothing but ratios counts; nodes inside of voids have none.
  double most = 0;
  for (std::size_t i = 0; i < 3 * grid_.n_nodes(); ++i)
    most = std::max(most, root_[i]);
  MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, MPI_MAX, grid_.comm());
  for (double &x : root_)
    x = x > 1e-8 * most ? std::sqrt(most / x) : 1.;
}

void PointOperator::apply(const unsigned int lanes, double *x, double *f, const kernels::Average &average) const
{
  const auto &k = kernels::kernels();
  std::fill_n(f, 3 * grid_.n_field_nodes() * lanes, 0.);
  grid_.update_halo(x, lanes);
  for (unsigned int phase = 0; phase < grid_.n_phases(); ++phase)
  {
    const auto &tangent = (*tangent_)[phase];
    const auto voxels = grid_.voxels(phase);
    const kernels::Tangent at_points = {tangent.data(), voxels.n * grid_.n_q(), forms_[phase]};
    if (tangent.empty())
      k.apply_uniform(grid_.elements(), voxels, moduli_[phase], lanes, x, f, average);
    else if (lanes == 1 && average.gradient == nullptr && average.stress == nullptr)
      k.apply_single(grid_.elements(), voxels, at_points, x, f);
    else
      k.apply_points(grid_.elements(), voxels, at_points, lanes, x, f, average);
  }
  grid_.add_halo(f, lanes);
}

KrylovResult PointOperator::solve(LaneWork &work, const double *target, const bool symmetric,
                                  const unsigned int max_iterations) const
{
  KrylovSystem system;
  system.lanes = work.lanes;
  system.runs = {&all_, 1};
  system.sum = [this](double *values, const std::size_t n) { grid_.sum(values, n); };
  system.apply = [&](const double *p, double *q) { apply(work.lanes, const_cast<double *>(p), q, {nullptr, nullptr}); };
  system.precondition = [&](const double *r, const double *norm, double *z)
  {
    if (jacobi_)
    {
      kernels::kernels().scale(system.runs, work.lanes, root_.data(), r, work.total.data());
      r = work.total.data();
    }
    if (work.lanes == 1)
      green_.apply(*symbol_, r, z);
    else
      green_.apply_lanes(*symbol_, work.lanes, norm, r, z, green_.everywhere(), green_.everywhere());
    if (jacobi_)
      kernels::kernels().scale(system.runs, work.lanes, root_.data(), z, z);
  };
  return symmetric ? work.krylov.cg(system, work.x.data(), work.r.data(), target, max_iterations)
                   : work.krylov.bicgstab(system, work.x.data(), work.r.data(), target, max_iterations);
}
} // namespace fe2
