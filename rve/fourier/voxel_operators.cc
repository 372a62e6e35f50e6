// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/voxel_operators.h>

#include <lib/base/errors.h>

#include <Eigen/Eigenvalues>

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

const double *unit_gradients()
{
  static const auto values = []
  {
    std::array<double, 6 * load_lanes> v{};
    for (std::size_t j = 0; j < 6; ++j)
      v[load_lanes * j + j] = 1;
    return v;
  }();
  return values.data();
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

double smallest_ratio(const Matrix6 &a, const Matrix6 &b)
{
  const Eigen::GeneralizedSelfAdjointEigenSolver<Matrix6> solver(0.5 * (a + a.transpose()), 0.5 * (b + b.transpose()),
                                                                 Eigen::EigenvaluesOnly);
  return std::max(solver.eigenvalues()[0], 1e-12);
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
  mean_ = Matrix6::Zero();
  coercivity_ = 1;
  for (unsigned int p = 0; p < tangents.size(); ++p)
  {
    const auto &tangent = tangents[p];
    moduli_.push_back(make_moduli(tangent));
    differences_.push_back(make_moduli(tangent - reference()));
    double share = double(grid.voxels(p).n) / double(grid.n_all_nodes());
    grid.sum(&share, 1);
    mean_ += share * tangent;
    if (!is_void(tangent) && share > 0)
      coercivity_ = std::min(coercivity_, smallest_ratio(tangent, reference()));
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
  std::vector<unsigned char> used(grid_.n_nodes(), 0), held(used);
  for (unsigned int p = 0; p < grid_.n_phases(); ++p)
  {
    const bool differs = !(tangents_[p] - reference()).isZero(0), solid = !is_void(tangents_[p]);
    const auto voxels = grid_.voxels(p);
    for (std::size_t i = 0; i < voxels.n; ++i)
    {
      const std::size_t v = voxels.index[i], x = v % nx, y = v / nx % ny, z = v / nx / ny;
      for (std::size_t c = 0; c < 8; ++c)
      {
        const std::size_t node = ((z + (c >> 2)) % nz * ny + (y + (c >> 1 & 1)) % ny) * nx + (x + (c & 1)) % nx;
        used[node] = used[node] || differs;
        held[node] = held[node] || solid;
      }
    }
  }
  const auto extend = [](std::vector<kernels::Run> &runs, const std::size_t node)
  {
    if (runs.empty() || runs.back().end != node)
      runs.push_back({std::uint32_t(node), std::uint32_t(node)});
    runs.back().end = std::uint32_t(node + 1);
  };
  lines_.line.assign(ny * nz, 0);
  lines_.plane.assign(nz, 0);
  for (std::size_t n = 0; n < used.size(); ++n)
    if (used[n] != 0)
    {
      lines_.line[n / nx] = 1;
      lines_.plane[n / nx / ny] = 1;
      extend(runs_, n);
      if (held[n] == 0)
        extend(free_, n);
    }
}

void UniformOperator::clear_free_nodes(const unsigned int lanes, double *q) const
{
  for (const auto &run : free_)
    std::fill(q + std::size_t(3) * lanes * run.begin, q + std::size_t(3) * lanes * run.end, 0.);
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
  if (!free_.empty())
    system.clear_free_nodes = [this, lanes](double *q) { clear_free_nodes(lanes, q); };
  system.precondition = [this, lanes](const double *r, const double *norm, double *z)
  { green_.apply_lanes(*symbol_, lanes, norm, r, z, lines_, lines_); };
  return system;
}

KrylovResult UniformOperator::solve(LaneWork &work, const SolverSettings &settings, const double *rounding) const
{
  const auto &k = kernels::kernels();
  const unsigned int lanes = work.lanes;
  const kernels::Run all{0, std::uint32_t(grid_.n_nodes())};
  double norm[16];
  k.dot({&all, 1}, lanes, work.r.data(), work.r.data(), norm);
  grid_.sum(norm, lanes);
  KrylovGoal goal;
  goal.tolerance = settings.tolerance;
  goal.coercivity = coercivity_;
  for (unsigned int l = 0; l < lanes; ++l)
  {
    norm[l] = std::sqrt(norm[l]);
    // A lane without load catches rounding errors of its partner.
    goal.residual[l] = norm[l] == 0 ? std::numeric_limits<double>::max() : rounding[l];
  }
  const KrylovSystem system = make_system(lanes);
  if (!split_)
  {
    std::fill(work.x.begin(), work.x.end(), 0.);
    return work.krylov.cg(system, work.x.data(), work.r.data(), goal, settings.max_iterations);
  }
  // x_0 = K_0^-1 b leaves a residual -dK x_0 in the other phases alone; then x = K_0^-1 (b + sum alpha s).
  green_.apply_lanes(*symbol_, lanes, norm, work.r.data(), work.x.data(), green_.everywhere(), lines_);
  std::swap(work.total, work.r);
  std::fill(work.r.begin(), work.r.end(), 0.);
  system.apply(work.x.data(), work.r.data());
  for (double &r : work.r)
    r = -r;
  clear_free_nodes(lanes, work.r.data());
  const KrylovResult result =
      work.krylov.cg(system, work.x.data(), work.r.data(), goal, settings.max_iterations, work.total.data());
  green_.apply_lanes(*symbol_, lanes, norm, work.total.data(), work.x.data(), green_.everywhere(), green_.everywhere());
  return result;
}

/// r = int B^T D (gradient + B x), with the sums of the stresses if wanted.
void UniformOperator::apply(const std::vector<kernels::Moduli> &moduli, LaneWork &work,
                            const kernels::Average &average) const
{
  const auto &k = kernels::kernels();
  std::fill(work.r.begin(), work.r.end(), 0.);
  grid_.update_halo(work.x.data(), work.lanes);
  for (unsigned int phase = 0; phase < grid_.n_phases(); ++phase)
    if (!is_void(Eigen::Map<const Matrix6>(moduli[phase].tangent)))
      k.apply_uniform(grid_.elements(), grid_.voxels(phase), moduli[phase], work.lanes, work.x.data(), work.r.data(),
                      average);
  grid_.add_halo(work.r.data(), work.lanes);
}

/// Leaves x on the nodes of the other phases alone, if split, and K_0 x in work.total.
KrylovResult UniformOperator::solve_for_fluctuations(LaneWork &work, const double *gradients,
                                                     const SolverSettings &settings) const
{
  const unsigned int lanes = work.lanes;
  // int B^T D_0 E = 0: loads come from the other phases alone.
  std::fill(work.x.begin(), work.x.end(), 0.);
  apply(differences_, work, {gradients, nullptr});
  for (double &r : work.r)
    r = -r;
  clear_free_nodes(lanes, work.r.data());
  double stiffest = 0;
  for (const auto &tangent : tangents_)
    stiffest = std::max(stiffest, tangent.cwiseAbs().maxCoeff());
  const double rounding = force_rounding(grid_, stiffest);
  KrylovGoal goal;
  goal.tolerance = settings.tolerance;
  goal.coercivity = coercivity_;
  for (unsigned int l = 0; l < lanes; ++l)
  {
    Vector6 strain;
    for (int i = 0; i < 6; ++i)
      strain[i] = gradients[std::size_t(i) * lanes + l];
    goal.energy[l] = grid_.volume() * strain.dot(mean_ * strain);
    goal.residual[l] =
        goal.energy[l] > 0 ? rounding * strain.cwiseAbs().maxCoeff() : std::numeric_limits<double>::max();
  }
  if (split_)
    std::fill(work.total.begin(), work.total.end(), 0.);
  return work.krylov.cg(make_system(lanes), work.x.data(), work.r.data(), goal, settings.max_iterations,
                        split_ ? work.total.data() : nullptr);
}

/// x everywhere from K_0 x.
void UniformOperator::extend_fluctuations(LaneWork &work) const
{
  double norm[16];
  kernels::kernels().dot({runs_.data(), runs_.size()}, work.lanes, work.total.data(), work.total.data(), norm);
  for (double &x : norm)
    x = std::sqrt(x);
  green_.apply_lanes(*symbol_, work.lanes, norm, work.total.data(), work.x.data(), lines_, green_.everywhere());
}

KrylovResult UniformOperator::localize(LaneWork &work, const double *gradients, double *stresses,
                                       const bool fluctuations, const SolverSettings &settings) const
{
  const unsigned int lanes = work.lanes;
  const auto result = solve_for_fluctuations(work, gradients, settings);
  std::fill_n(stresses, 6 * lanes, 0.);
  apply(differences_, work, {gradients, stresses});
  grid_.sum(stresses, 6 * lanes);
  for (unsigned int l = 0; l < lanes; ++l)
    for (int i = 0; i < 6; ++i)
    {
      stresses[std::size_t(i) * lanes + l] /= grid_.volume();
      for (int j = 0; j < 6; ++j)
        stresses[std::size_t(i) * lanes + l] += reference()(i, j) * gradients[std::size_t(j) * lanes + l];
    }
  if (fluctuations && split_)
    extend_fluctuations(work);
  return result;
}

KrylovResult UniformOperator::homogenize(LaneWork &work, Matrix6 &stiffness, const SolverSettings &settings) const
{
  const auto result = solve_for_fluctuations(work, unit_gradients(), settings);
  double stresses[6 * load_lanes] = {}, gram[load_lanes * load_lanes] = {};
  // The residual K W + F in work.r; where W is known K_0 W is.
  apply(split_ ? differences_ : moduli_, work, {unit_gradients(), stresses});
  if (split_)
    for (std::size_t i = 0; i < work.r.size(); ++i)
      work.r[i] += work.total[i];
  kernels::kernels().gram({runs_.data(), runs_.size()}, work.x.data(), work.r.data(), gram);
  grid_.sum(stresses, 6 * load_lanes);
  grid_.sum(gram, load_lanes * load_lanes);
  for (int i = 0; i < 6; ++i)
    for (int j = 0; j < 6; ++j)
      stiffness(i, j) = (stresses[load_lanes * i + j] + gram[load_lanes * i + j]) / grid_.volume();
  if (split_)
    stiffness += reference();
  stiffness = (0.5 * (stiffness + stiffness.transpose())).eval();
  if (split_)
    extend_fluctuations(work);
  return result;
}
} // namespace fe2
