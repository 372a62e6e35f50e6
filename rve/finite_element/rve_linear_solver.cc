// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/finite_element/rve_linear_solver.h>

namespace fe2
{
namespace
{
/// Unknowns above which multigrid is taken. Factors of plane meshes stay thin (120,000 unknowns: 2.5 s, multigrid 28
/// s).
std::size_t large(const std::vector<dealii::Point<3>> &points)
{
  const bool plane = std::all_of(points.begin(), points.end(), [](const auto &p) { return p[2] == 0; });
  return plane ? 2000000 : 100000;
}
} // namespace

std::unique_ptr<RveLinearSolver> make_rve_linear_solver(const std::string &name,
                                                        const std::vector<dealii::Point<3>> &points,
                                                        const bool symmetric, const MPI_Comm comm)
{
  int n_ranks;
  MPI_Comm_size(comm, &n_ranks);
  std::string chosen = name;
  if (name == "auto")
    chosen = symmetric && 3 * points.size() > large(points) ? "cg_gamg"
             : n_ranks > 1                                  ? "mumps"
             : symmetric                                    ? "cholmod"
                                                            : "umfpack";
  if (n_ranks > 1 && (chosen == "cholmod" || chosen == "umfpack"))
    throw InputError(
        "Linear solver = '" + chosen + "' works on one process, but " + std::to_string(n_ranks) +
        " compute the RVE together (Pool/Ranks per RVE, or homogenize under mpirun); use mumps, cg_gamg or "
        "auto");
  if (!symmetric && (chosen == "cholmod" || chosen == "cg_gamg"))
    throw InputError("Linear solver = '" + chosen + "': the tangents are not symmetric; use umfpack, mumps or auto");
  return Registry<RveLinearSolver>::factory(chosen)(points, comm);
}
} // namespace fe2
