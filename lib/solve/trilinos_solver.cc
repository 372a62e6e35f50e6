// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/trilinos_solver.h>

#include <lib/base/log.h>

#include <Amesos.h>
#include <Amesos_Mumps.h>
#include <AztecOO.h>
#include <Epetra_CrsMatrix.h>
#include <Epetra_LinearProblem.h>
#include <Epetra_MpiComm.h>
#include <Epetra_Vector.h>
#include <Teuchos_ParameterList.hpp>
#include <ml_MultiLevelPreconditioner.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace fe2
{
struct TrilinosSolver::Parts
{
  explicit Parts(const MPI_Comm mpi) : comm(mpi) {}
  Epetra_MpiComm comm;
  std::unique_ptr<Epetra_Map> map;
  std::unique_ptr<Epetra_CrsMatrix> matrix;
  std::vector<double> modes; ///< one after the other
  std::unique_ptr<ML_Epetra::MultiLevelPreconditioner> multigrid;
  std::unique_ptr<Epetra_LinearProblem> problem;
  std::unique_ptr<Amesos_BaseSolver> direct;
  Mat source = nullptr;
  int reserve = mumps::first_reserve; ///< percents of MUMPS' workspace
  LinearFault fault;                  ///< of the factorization

  void factorize(const std::string &name);
  LinearFault direct_fault(const int code) const;
  LinearFault solve_directly();
};

namespace
{
/// MUMPS' INFOG, which its host knows alone; zeros for others.
std::array<int, 2> infog(const Epetra_Comm &comm, Amesos_BaseSolver &solver)
{
  std::array<int, 2> info = {0, 0};
  auto *mumps = dynamic_cast<Amesos_Mumps *>(&solver);
  if (mumps != nullptr && comm.MyPID() == 0)
    info = {mumps->GetINFOG()[0], mumps->GetINFOG()[1]};
  comm.Broadcast(info.data(), 2, 0);
  return info;
}
} // namespace

LinearFault TrilinosSolver::Parts::direct_fault(const int code) const
{
  using Kind = LinearFault::Kind;
  if (const auto info = infog(comm, *direct); info[0] < 0)
    return mumps::fault(info[0], info[1]);
  int worst = 0; // of all processes
  comm.MinAll(const_cast<int *>(&code), &worst, 1);
  if (worst == 0)
    return {};
  if (worst == StructurallySingularMatrixError || worst == NumericallySingularMatrixError)
    return {Kind::singular, "the matrix is singular: a pivot is zero"};
  return {Kind::other, "the direct solver of Trilinos failed with the code " + std::to_string(worst)};
}

void TrilinosSolver::Parts::factorize(const std::string &name)
{
  for (;; reserve = std::min(2 * reserve, mumps::largest_reserve))
  {
    direct.reset(Amesos().Create(name, *problem));
    if (!direct)
      throw RunError("this Trilinos was built without " + name);
    Teuchos::ParameterList list;
    list.set("PrintStatus", false);
    list.set("OutputLevel", 0);
    direct->SetParameters(list);
    if (auto *mumps = dynamic_cast<Amesos_Mumps *>(direct.get()))
      mumps->SetICNTL(14, reserve);
    const int symbolic = direct->SymbolicFactorization();
    fault = direct_fault(symbolic != 0 ? symbolic : direct->NumericFactorization());
    if (!mumps::workspace_is_full(infog(comm, *direct)[0]) || reserve >= mumps::largest_reserve)
      return;
  }
}

LinearFault TrilinosSolver::Parts::solve_directly()
{
  while (!fault)
  {
    const LinearFault failed = direct_fault(direct->Solve());
    if (!failed || !mumps::workspace_is_full(infog(comm, *direct)[0]) || reserve >= mumps::largest_reserve)
      return failed;
    reserve = std::min(2 * reserve, mumps::largest_reserve);
    factorize("Amesos_Mumps");
  }
  return fault;
}

namespace
{
LinearFault iteration_fault(const double why, const bool cg)
{
  using Kind = LinearFault::Kind;
  switch (int(why))
  {
  case AZ_normal:
    return {};
  case AZ_maxits:
    return {Kind::no_convergence, "no convergence"};
  case AZ_breakdown:
    return cg ? LinearFault{Kind::indefinite, "the matrix or the preconditioner is not positive definite"}
              : LinearFault{Kind::no_convergence, "the iteration broke down"};
  case AZ_loss:
    return {Kind::no_convergence, "the iteration lost its precision"};
  case AZ_ill_cond:
    return {Kind::no_convergence, "the matrix is too badly conditioned for the iteration"};
  default:
    return {Kind::other, "AztecOO stopped with the status " + std::to_string(int(why))};
  }
}
} // namespace

TrilinosSolver::TrilinosSolver(const MPI_Comm comm, const LinearSolverSettings &settings)
    : comm_(comm), settings_(settings)
{
  if (settings_.preconditioner == "auto")
    settings_.preconditioner = "ml";
}

TrilinosSolver::~TrilinosSolver() = default;

void TrilinosSolver::set_matrix(const Mat matrix, const bool symmetric, const std::vector<Vec> &near_null_space,
                                const int block_size)
{
  if (settings_.method == "cg" && !symmetric)
    throw InputError("Linear solver/Method = 'cg': the tangents are not symmetric; use gmres, klu or mumps");
  parts_ = std::make_unique<Parts>(comm_);
  Parts &p = *parts_;
  p.source = matrix;
  p.reserve = reserve_;
  int first, last, n, columns;
  MatGetOwnershipRange(matrix, &first, &last);
  MatGetSize(matrix, &n, &columns);
  p.map = std::make_unique<Epetra_Map>(n, last - first, 0, p.comm);
  std::vector<int> lengths;
  for (int row = first; row < last; ++row)
  {
    int length;
    MatGetRow(matrix, row, &length, nullptr, nullptr);
    lengths.push_back(length);
    MatRestoreRow(matrix, row, &length, nullptr, nullptr);
  }
  p.matrix = std::make_unique<Epetra_CrsMatrix>(Copy, *p.map, lengths.data(), true);
  for (int row = first; row < last; ++row)
  {
    int length;
    const int *indices;
    const double *values;
    MatGetRow(matrix, row, &length, &indices, &values);
    p.matrix->InsertGlobalValues(row, length, values, indices);
    MatRestoreRow(matrix, row, &length, &indices, &values);
  }
  p.matrix->FillComplete();
  p.problem = std::make_unique<Epetra_LinearProblem>();
  p.problem->SetOperator(p.matrix.get());

  if (settings_.is_direct())
  {
    p.factorize(settings_.method == "klu" ? "Amesos_Klu" : "Amesos_Mumps");
  }
  else if (settings_.preconditioner == "ml")
  {
    Teuchos::ParameterList list;
    ML_Epetra::SetDefaults("SA", list);
    list.set("ML output", 0);
    list.set("smoother: type", symmetric ? "symmetric Gauss-Seidel" : "Gauss-Seidel");
    list.set("smoother: sweeps", 2);
    list.set("coarse: type", "Amesos-KLU");
    list.set("PDE equations", block_size);
    if (!near_null_space.empty())
    {
      for (const Vec v : near_null_space)
      {
        const double *entries;
        VecGetArrayRead(v, &entries);
        p.modes.insert(p.modes.end(), entries, entries + (last - first));
        VecRestoreArrayRead(v, &entries);
      }
      list.set("null space: type", "pre-computed");
      list.set("null space: dimension", int(near_null_space.size()));
      list.set("null space: vectors", p.modes.data());
    }
    p.multigrid = std::make_unique<ML_Epetra::MultiLevelPreconditioner>(*p.matrix, list);
  }
}

LinearSolveResult TrilinosSolver::solve(const Vec rhs, const Vec solution)
{
  Parts &p = *parts_;
  LinearSolveResult result;
  const double *in;
  VecGetArrayRead(rhs, &in);
  Epetra_Vector b(Copy, *p.map, const_cast<double *>(in)), x(*p.map, true), rest(*p.map, true);
  VecRestoreArrayRead(rhs, &in);
  p.problem->SetLHS(&x);
  p.problem->SetRHS(&b);
  if (p.direct)
    result.fault = p.solve_directly();
  else
  {
    AztecOO solver(*p.problem);
    solver.SetAztecOption(AZ_solver, settings_.method == "cg" ? AZ_cg : AZ_gmres);
    solver.SetAztecOption(AZ_kspace, 100);
    solver.SetAztecOption(AZ_output, AZ_none);
    solver.SetAztecOption(AZ_conv, AZ_rhs);
    if (p.multigrid)
      solver.SetPrecOperator(p.multigrid.get());
    else
      solver.SetAztecOption(AZ_precond, settings_.preconditioner == "jacobi" ? AZ_Jacobi : AZ_none);
    double norm = 0;
    b.Norm2(&norm);
    if (norm > 0)
    {
      solver.Iterate(int(settings_.max_iterations), settings_.tolerance);
      result.fault = iteration_fault(solver.GetAztecStatus()[AZ_why], settings_.method == "cg");
    }
    result.iterations = unsigned(std::max(0, solver.NumIters()));
  }
  reserve_ = p.reserve;
  double residual = 0, norm = 0;
  p.matrix->Multiply(false, x, rest);
  rest.Update(1., b, -1.);
  rest.Norm2(&residual);
  b.Norm2(&norm);
  const double relative = norm > 0 ? residual / norm : residual;
  if (!std::isfinite(relative) || result.fault)
    if (const LinearFault deeper = not_finite(p.source, rhs))
      result.fault = deeper;
  // A direct solver does not tell of a matrix that is nearly singular, an iteration may stop by a recursive residual.
  if (!result.fault && p.direct && !(relative <= largest_residual))
    result.fault = inexact_solution(relative, true);
  if (!result.fault && !p.direct && !(relative <= 10 * settings_.tolerance))
    result.fault = {LinearFault::Kind::no_convergence, "no convergence"};
  if (result.fault && !p.direct)
    result.fault.text += " (" + settings_.method + " of Trilinos, " + std::to_string(result.iterations) +
                         " iterations, residual " + format(relative, 2) + " of the right-hand side)";
  double *out;
  VecGetArray(solution, &out);
  std::copy_n(x.Values(), p.map->NumMyElements(), out);
  VecRestoreArray(solution, &out);
  return result;
}
} // namespace fe2
