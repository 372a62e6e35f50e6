// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Fields of an RVE from 'fe2 homogenize', and their largest values in each phase with their places.
 */
#ifndef fe2_apps_rve_fields_h
#define fe2_apps_rve_fields_h

#include <apps/case.h>

#include <lib/pool/local_pool.h>

namespace fe2
{
/// Throws InputError if fields are asked of a model that has none, or under unit strains of one that is not linear.
void check_fields(const Case &c, const std::string &name, const MicroModel &model);

/// Under the six unit strains: fields/strain_11.vtu, ..., largest_unit_strains.csv. Collective.
void write_unit_strains(const Case &c, const std::shared_ptr<MicroModel> &model, const std::string &name,
                        const Increment &increment, const ResultFolder &folder, Log &log);

/// A row with the largest values of a committed state.
class LargestValues
{
public:
  /// `first`: names of the first columns. Does nothing if the case does not ask for it.
  LargestValues(const Case &c, const ResultFolder &folder, const std::string &file,
                const std::vector<std::string> &first, const bool speaks);
  /// Collective.
  void append(const MicroModel &model, LocalPool &pool, const PointId &id, const std::vector<double> &first);

private:
  bool wanted_, speaks_;
  std::string file_, comment_;
  std::vector<std::string> names_;
  CsvWriter table_;
};
} // namespace fe2

#endif
