// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Assembly of a PETSc matrix on several processes in the order of processes: rows of others are collected, exchanged
 * and added at the end. (PETSc adds them in the order of messages, and two runs differ in their last bits.)
 */
#ifndef fe2_macro_ordered_matrix_h
#define fe2_macro_ordered_matrix_h

#include <deal.II/lac/petsc_sparse_matrix.h>

#include <map>
#include <vector>

namespace fe2
{
/// The interface that deal.II's constraints write through.
class OrderedMatrix
{
public:
  using value_type = double;
  using size_type = dealii::types::global_dof_index;

  virtual ~OrderedMatrix() = default; // deal.II asks for the type at run time
  /// Sets the matrix to zero.
  explicit OrderedMatrix(dealii::PETScWrappers::MPI::SparseMatrix &matrix);
  size_type m() const { return matrix_.m(); }
  size_type n() const { return matrix_.n(); }
  void add(const size_type row, const size_type column, const double value);
  void add(const size_type row, const size_type n, const size_type *columns, const double *values, const bool = true,
           const bool = false);
  /// Collective.
  void finish();

private:
  struct Entry
  {
    size_type row, column;
    double value;
    template <class Archive>
    void serialize(Archive &archive, const unsigned int)
    {
      archive &row &column &value;
    }
  };
  dealii::PETScWrappers::MPI::SparseMatrix &matrix_;
  size_type first_, last_;
  std::vector<Entry> others_;
};
} // namespace fe2

#endif
