// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/solve/trilinos_solver.h>

#include <Amesos.h>
#include <AztecOO.h>
#include <Epetra_CrsMatrix.h>
#include <Epetra_LinearProblem.h>
#include <Epetra_MpiComm.h>
#include <Epetra_Vector.h>
#include <Teuchos_ParameterList.hpp>
#include <ml_MultiLevelPreconditioner.h>

#include <algorithm>
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
  bool factorized = true;
};

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
    const std::string name = settings_.method == "klu" ? "Amesos_Klu" : "Amesos_Mumps";
    p.direct.reset(Amesos().Create(name, *p.problem));
    if (!p.direct)
      throw RunError("this Trilinos was built without " + name);
    Teuchos::ParameterList list;
    list.set("PrintStatus", false);
    list.set("OutputLevel", 0);
    p.direct->SetParameters(list);
    p.factorized = p.direct->SymbolicFactorization() == 0 && p.direct->NumericFactorization() == 0;
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
  bool good = true;
  if (p.direct)
    good = p.factorized && p.direct->Solve() == 0;
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
      good = solver.Iterate(int(settings_.max_iterations), settings_.tolerance) == 0;
    result.iterations = unsigned(std::max(0, solver.NumIters()));
  }
  double norms[3];
  p.matrix->Multiply(false, x, rest);
  rest.Update(1., b, -1.);
  rest.Norm2(&norms[0]);
  b.Norm2(&norms[1]);
  x.Norm2(&norms[2]);
  // A direct solver does not tell of a singular matrix, an iteration may stop by a recursive residual.
  const double accepted = p.direct ? 1e-6 : 10 * settings_.tolerance;
  result.converged = good && std::isfinite(norms[2]) && norms[0] <= accepted * norms[1];
  if (!result.converged)
    result.message =
        "the linear solver (" + settings_.method + " of Trilinos) did not converge" +
        (p.direct ? ": the matrix is singular" : " after " + std::to_string(result.iterations) + " iterations") +
        "; are rigid-body motions held?";
  double *out;
  VecGetArray(solution, &out);
  std::copy_n(x.Values(), p.map->NumMyElements(), out);
  VecRestoreArray(solution, &out);
  return result;
}
} // namespace fe2
