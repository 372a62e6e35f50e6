// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/output.h>

#include <algorithm>
#include <filesystem>
#include <limits>

namespace fe2
{
using namespace dealii;

namespace
{
/// deal.II's name of a cell, fit for file names.
std::string cell_name(const PointId &id)
{
  std::string name = CellId(id.cell).to_string();
  std::replace(name.begin(), name.end(), ':', '-');
  return name;
}
} // namespace

template <int dim>
typename MacroOutput<dim>::MicroField MacroOutput<dim>::find_micro_field(const OutputSettings::NamedPoint &point) const
{
  MicroField field;
  Point<3> x;
  for (unsigned int d = 0; d < point.x.size(); ++d)
    x[d] = point.x[d];
  struct
  {
    double distance;
    int rank;
  } mine{std::numeric_limits<double>::max(), int(Utilities::MPI::this_mpi_process(problem_.comm_))}, nearest;
  std::size_t index = 0;
  for (std::size_t i = 0; i < problem_.assembler_->n_points(); ++i)
  {
    const PointId &id = problem_.assembler_->ids()[i];
    const bool chosen = point.cell == cell_name(id) && point.quadrature == id.quadrature;
    const double d = point.cell.empty() ? problem_.assembler_->positions()[i].distance(x) : chosen ? 0. : mine.distance;
    if (d < mine.distance * (1 - 1e-10))
    {
      mine.distance = d;
      index = i;
    }
  }
  MPI_Allreduce(&mine, &nearest, 1, MPI_DOUBLE_INT, MPI_MINLOC, problem_.comm_);
  if (nearest.distance == std::numeric_limits<double>::max())
    throw InputError("Output/Micro fields: the mesh has no cell '" + point.cell + "' with a point " +
                     std::to_string(point.quadrature) + "; names of cells stand in the names of earlier micro fields");
  field.mine = nearest.rank == mine.rank;
  std::string name;
  if (field.mine)
  {
    field.id = problem_.assembler_->ids()[index];
    name = point.name + "_cell_" + cell_name(field.id) + "_point_" + std::to_string(field.id.quadrature);
  }
  field.basename = Utilities::MPI::broadcast(problem_.comm_, name, unsigned(nearest.rank));
  return field;
}

template <int dim>
void MacroOutput<dim>::write_micro_fields(const unsigned int number)
{
  if (micro_fields_.empty())
    return;
  const std::string folder = folder_.subfolder("micro");
  for (const auto &field : micro_fields_)
    for (const char *ending : {"_*.vtu", ".pvd"})
      folder_.note("micro/" + field.basename + ending);
  std::vector<PointId> ids;
  std::vector<std::string> names;
  for (const auto &field : micro_fields_)
    if (field.mine)
    {
      ids.push_back(field.id);
      names.push_back(folder + field.basename + "_" + step_name(number));
    }
  problem_.pool_.write_fields(ids, names);
  MPI_Barrier(problem_.comm_);
  for (auto &field : micro_fields_)
  {
    const std::string file = field.basename + "_" + step_name(number) + ".vtu";
    if (!speaks_)
      continue;
    if (!std::filesystem::exists(folder + file))
    {
      if (without_fields_.insert(field.basename).second)
        problem_.log_.warning("Output/Micro fields: the micro model of " + field.basename +
                              " has no fields; nothing is written for it");
      continue;
    }
    field.files.emplace_back(problem_.time_, file);
    std::ofstream pvd(folder + field.basename + ".pvd");
    DataOutBase::write_pvd_record(pvd, field.files);
  }
  std::error_code code;
  if (speaks_ && std::filesystem::is_empty(folder, code))
    std::filesystem::remove(folder, code);
}

template typename MacroOutput<2>::MicroField MacroOutput<2>::find_micro_field(const OutputSettings::NamedPoint &) const;
template void MacroOutput<2>::write_micro_fields(const unsigned int);
template typename MacroOutput<3>::MicroField MacroOutput<3>::find_micro_field(const OutputSettings::NamedPoint &) const;
template void MacroOutput<3>::write_micro_fields(const unsigned int);
} // namespace fe2
