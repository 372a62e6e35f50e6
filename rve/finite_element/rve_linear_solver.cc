// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/rve_linear_solver.h>
#include <rve/finite_element/solver_chain.h>

#include <algorithm>

namespace fe2
{
namespace
{
/// Unknowns of solid meshes: below the first the direct solver stands alone, above the second multigrid is tried first.
/// Measured (fe2 homogenize, spheres of contrast 100, seconds of the processor and memory; cholmod, then cg_gamg):
/// 53,000 unknowns of tetrahedra 13 and 20 s, 1.3 and 0.6 GB; 144,000 of them 61 and 68 s, 4.4 and 1.5 GB; 81,000 of
/// voxels 17 and 35 s, 2.0 and 0.4 GB.
constexpr std::size_t direct_alone = 50000, multigrid_first = 150000;
/// Factors of plane meshes stay thin (120,000 unknowns: 2.5 s, multigrid 28 s).
constexpr std::size_t plane_multigrid_first = 2000000;

std::vector<std::string> choose(const std::vector<dealii::Point<3>> &points, const bool symmetric, const int n_ranks)
{
  const std::string direct = n_ranks > 1 ? "mumps" : symmetric ? "cholmod" : "umfpack";
  const bool plane = std::all_of(points.begin(), points.end(), [](const auto &p) { return p[2] == 0; });
  const std::size_t n = 3 * points.size();
  if (!symmetric || n <= (plane ? plane_multigrid_first : direct_alone))
    return {direct};
  if (plane || n > multigrid_first)
    return {"cg_gamg", direct};
  return {direct, "cg_gamg"};
}
} // namespace

bool RveLinearSolver::fail(const LinearFault::Kind kind, const std::string &text, const Matrix *matrix)
{
  fault_ = {kind, text};
  if (matrix != nullptr && kind != LinearFault::Kind::memory && !matrix->coeffs().allFinite())
    fault_ = {LinearFault::Kind::not_finite, "the matrix holds numbers that are not finite"};
  return false;
}

std::unique_ptr<RveLinearSolver> make_rve_linear_solver(const std::string &name,
                                                        const std::vector<dealii::Point<3>> &points,
                                                        const bool symmetric, const MPI_Comm comm)
{
  int n_ranks;
  MPI_Comm_size(comm, &n_ranks);
  const std::vector<std::string> chosen =
      name == "auto" ? choose(points, symmetric, n_ranks) : std::vector<std::string>{name};
  if (n_ranks > 1 && (name == "cholmod" || name == "umfpack"))
    throw InputError(
        "Linear solver = '" + name + "' works on one process, but " + std::to_string(n_ranks) +
        " compute the RVE together (Pool/Ranks per RVE, or homogenize under mpirun); use mumps, cg_gamg or "
        "auto");
  if (!symmetric && (name == "cholmod" || name == "cg_gamg"))
    throw InputError("Linear solver = '" + name + "': the tangents are not symmetric; use umfpack, mumps or auto");
  if (chosen.size() == 1)
    return Registry<RveLinearSolver>::factory(chosen.front())(points, comm);
  SolverChain::Makers makers;
  for (const auto &one : chosen)
    makers.emplace_back(one, [one, points, comm] { return Registry<RveLinearSolver>::factory(one)(points, comm); });
  return std::make_unique<SolverChain>(makers);
}
} // namespace fe2
