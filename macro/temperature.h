// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The temperature of the macroscale: an expression in x, y, z, t, or a table.
 *
 * A table (CSV) has a column "temperature" and any of "time", "x", "y", "z"; it must be a full grid of the values that
 * occur in these columns. Linear between the values, constant outside.
 */
#ifndef fe2_macro_temperature_h
#define fe2_macro_temperature_h

#include <macro/load.h>

namespace fe2
{
template <int dim>
class Temperature
{
public:
  /// One of both may be empty. Throws InputError.
  void initialize(const MPI_Comm comm, const std::string &expression, const std::string &file,
                  const std::map<std::string, double> &constants);
  bool given() const { return function_.n_components() > 0 || !values_.empty(); }
  double value(const dealii::Point<dim> &x, const double time) const;

private:
  void read(const MPI_Comm comm, const std::string &file);

  SpaceTimeFunction<dim> function_;
  std::vector<unsigned int> axes_;         ///< of each column: 0 to dim - 1 for x, y, z; dim for time
  std::vector<std::vector<double>> ticks_; ///< rising values of each column
  std::vector<double> values_;             ///< the first column runs fastest
};
} // namespace fe2

#endif
