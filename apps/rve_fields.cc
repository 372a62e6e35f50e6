// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/rve_fields.h>

namespace fe2
{
void check_fields(const Case &c, const std::string &name, const MicroModel &model)
{
  const auto &s = c.homogenize;
  const bool unit = s.fields == "unit strains" || s.fields == "both";
  if ((s.fields != "none" || s.largest_values) && c.models.microstructure(name) == nullptr)
    throw InputError("Homogenize/" + std::string(s.fields != "none" ? "Fields" : "Largest values") +
                     ": the micro model '" + name + "' has no microstructure, and so no fields inside");
  if (unit && !model.is_linear())
    throw InputError("Homogenize/Fields = '" + s.fields + "': the micro model '" + name +
                     "' is not linear, its fields under a strain of 1 mean nothing; set it to 'path end' and give a "
                     "Path");
  if ((s.fields == "path end" || s.fields == "both") && !c.has_path())
    throw InputError("Homogenize/Fields = '" + s.fields + "': the file has no Path");
}

LargestValues::LargestValues(const Case &c, const ResultFolder &folder, const std::string &file,
                             const std::vector<std::string> &first, const bool speaks)
    : wanted_(c.homogenize.largest_values), speaks_(speaks), file_(wanted_ ? folder.file(file) : ""),
      comment_("units: " + c.macro.units +
               "; largest of the quadrature points of each phase, with their places in the RVE; axes of the RVE"),
      names_(first)
{
}

void LargestValues::append(const MicroModel &model, LocalPool &pool, const PointId &id,
                           const std::vector<double> &first)
{
  if (!wanted_)
    return;
  const auto &record = pool.store().at(id);
  const auto values = model.largest_values(record.definition, record.committed);
  if (!speaks_)
    return;
  if (!table_.is_open())
  {
    auto names = names_;
    for (const auto &v : values)
      for (const char *prefix : {"", "x_", "y_", "z_"})
        names.push_back(prefix + v.name);
    table_.open(file_, comment_, names);
  }
  std::vector<double> row = first;
  for (const auto &v : values)
    row.insert(row.end(), {v.value, v.place[0], v.place[1], v.place[2]});
  table_.append(row);
}

void write_unit_strains(const Case &c, const std::shared_ptr<MicroModel> &model, const std::string &name,
                        const Increment &increment, const ResultFolder &folder, Log &log)
{
  if (c.homogenize.fields != "unit strains" && c.homogenize.fields != "both")
    return;
  LocalPool pool({model}, {name});
  std::vector<PointDefinition> points(6);
  std::vector<MicroRequest> requests(6);
  std::vector<PointId> ids;
  std::vector<std::string> files;
  const std::string fields = folder.subfolder("fields");
  folder.note("fields/strain_*.vtu");
  for (unsigned int i = 0; i < 6; ++i)
  {
    points[i].id.quadrature = i;
    requests[i].id = points[i].id;
    requests[i].gradient = mandel::factor(int(i)) * Vector6::Unit(int(i));
    requests[i].increment = increment;
    ids.push_back(points[i].id);
    files.push_back(fields + "strain_" + component_names(Kinematics::small_strain)[i]);
  }
  pool.create(points);
  for (const auto &response : pool.evaluate(requests))
    if (response.status != Status::converged)
      throw RunError("the fields under unit strains were not found: " + response.message);
  pool.commit();
  pool.write_fields(ids, files);
  LargestValues largest(c, folder, "largest_unit_strains.csv", {"strain"}, log.speaks());
  for (unsigned int i = 0; i < 6; ++i)
    largest.append(*model, pool, ids[i], {double(i + 1)});
  log.line("Fields under unit strains (tensor components 11, 22, 33, 12, 13, 23): " + fields + "strain_*.vtu");
}
} // namespace fe2
