// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/ordered_matrix.h>

#include <deal.II/base/mpi.h>

#include <algorithm>

namespace fe2
{
using namespace dealii;

OrderedMatrix::OrderedMatrix(PETScWrappers::MPI::SparseMatrix &matrix) : matrix_(matrix)
{
  matrix_ = 0;
  std::tie(first_, last_) = matrix.local_range();
}

void OrderedMatrix::add(const size_type row, const size_type column, const double value)
{
  add(row, 1, &column, &value);
}

void OrderedMatrix::add(const size_type row, const size_type n, const size_type *columns, const double *values,
                        const bool, const bool)
{
  if (row >= first_ && row < last_)
    matrix_.add(row, n, columns, values, false);
  else
    for (size_type i = 0; i < n; ++i)
      others_.push_back({row, columns[i], values[i]});
}

void OrderedMatrix::finish()
{
  const MPI_Comm comm = matrix_.get_mpi_communicator();
  const auto ends = Utilities::MPI::all_gather(comm, last_);
  std::map<unsigned int, std::vector<Entry>> to;
  for (const Entry &entry : others_)
    to[unsigned(std::upper_bound(ends.begin(), ends.end(), entry.row) - ends.begin())].push_back(entry);
  for (const auto &from : Utilities::MPI::some_to_some(comm, to)) // sorted by process
    for (const Entry &entry : from.second)
      matrix_.add(entry.row, entry.column, entry.value);
  others_.clear();
  matrix_.compress(VectorOperation::add);
}
} // namespace fe2
