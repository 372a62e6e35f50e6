// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/stiffness_output.h>

#include <lib/io/csv_table.h>

namespace fe2
{
void write_stiffness(const Matrix6 &c, const std::string &file, const std::string &comment)
{
  std::vector<std::string> names = {"row"};
  for (const auto &n : component_names(Kinematics::small_strain))
    names.push_back("mandel_" + n);
  for (const char *n : {"xx", "yy", "zz", "yz", "xz", "xy"})
    names.push_back(std::string("voigt_") + n);
  CsvWriter out;
  out.open(file, comment, names);
  const Matrix6 v = mandel::to_voigt(c);
  for (int i = 0; i < 6; ++i)
  {
    std::vector<double> row = {double(i + 1)};
    for (int j = 0; j < 6; ++j)
      row.push_back(c(i, j));
    for (int j = 0; j < 6; ++j)
      row.push_back(v(i, j));
    out.append(row);
  }
}

void write_row(const std::string &file, const std::string &comment, const NamedValues &row)
{
  std::vector<std::string> names;
  std::vector<double> values;
  for (const auto &[name, value] : row)
  {
    names.push_back(name);
    values.push_back(value);
  }
  CsvWriter out;
  out.open(file, comment, names);
  out.append(values);
}
} // namespace fe2
