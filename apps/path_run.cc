// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/path_run.h>
#include <apps/rve_fields.h>

#include <lib/scale/point_driver.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fe2
{
PreparedPath::PreparedPath(Case &c) : time(c.path.time)
{
  Parameters &p = c.parameters();
  const ParameterScope scope(p, "Path");
  path.emplace(c.comm, c.path, p);
  Faults faults;
  time.start = path->start();
  time.end = std::max(path->end(), std::nextafter(path->start(), HUGE_VAL)); // a path may be one jump
  time.validate(p, faults);
  faults.throw_if_any(p.tree().file());
}

void run_path(const PreparedPath &prepared, Case &c, const std::shared_ptr<MicroModel> &model, const std::string &name,
              const ResultFolder &folder, Log &log)
{
  const auto &path = prepared.path;
  LocalPool pool({model}, {name});
  PointDefinition point;
  pool.create({point});
  const auto scalars = model->scalar_names();
  std::vector<std::string> names = {"time"};
  for (const char *quantity : {"strain_", "stress_"})
    for (const auto &component : component_names(Kinematics::small_strain))
      names.push_back(quantity + component);
  if (path->has_temperature())
    names.push_back("temperature");
  names.insert(names.end(), scalars.begin(), scalars.end());

  CsvWriter table, tangents;
  if (log.speaks())
    table.open(folder.file("averages.csv"), "units: " + c.macro.units + "; shear strains are tensor components", names);
  if (log.speaks() && c.path.tangents)
  {
    std::vector<std::string> columns = {"time"};
    for (const auto &i : component_names(Kinematics::small_strain))
      for (const auto &j : component_names(Kinematics::small_strain))
        columns.push_back("C_" + i + "_" + j);
    tangents.open(folder.file("tangents.csv"), "units: " + c.macro.units + "; Mandel components", columns);
  }
  LargestValues largest(c, folder, "largest.csv", {"time"}, log.speaks());
  unsigned int increments = 0, iterations = 0;
  double gap = 0;
  PointDriver driver(pool, point.id, *path, prepared.time, log);
  driver.run(
      [&](const DriverRow &row)
      {
        std::vector<double> values = {row.time};
        for (const auto *v : {&row.strain, &row.stress})
          for (int i = 0; i < 6; ++i)
            values.push_back((*v)[i] / mandel::factor(i));
        if (path->has_temperature())
          values.push_back(row.temperature);
        auto extra = pool.query({point.id}, scalars).front();
        std::replace_if(
            extra.begin(), extra.end(), [](const double x) { return std::isnan(x); }, 0.);
        values.insert(values.end(), extra.begin(), extra.end());
        if (log.speaks())
          table.append(values);
        largest.append(*model, pool, point.id, {row.time});
        if (log.speaks() && c.path.tangents && row.tangent.size() == 36)
        {
          std::vector<double> entries = {row.time};
          entries.insert(entries.end(), row.tangent.data(), row.tangent.data() + 36);
          tangents.append(entries);
        }
        if (row.dt > 0 || row.iterations > 0)
          ++increments;
        iterations += row.iterations;
        gap = std::max(gap, row.hill_mandel_gap);
      });
  if (c.homogenize.fields == "path end" || c.homogenize.fields == "both")
  {
    pool.write_fields({point.id}, {folder.subfolder("fields") + "path_end"});
    folder.note("fields/path_end.vtu");
  }
  log.line("Path: " + std::to_string(increments) + " increments, " + std::to_string(iterations) +
           " Newton iterations for the given stresses, largest Hill-Mandel gap " + format(gap, 2) + "; " +
           folder.path("averages.csv"));
}
} // namespace fe2
