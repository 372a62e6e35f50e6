// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/output.h>

#include <deal.II/dofs/dof_tools.h>

#include <algorithm>

namespace fe2
{
using namespace dealii;

namespace
{
const char axis_names[] = "xyz";
} // namespace

std::string step_name(const unsigned int number)
{
  const std::string digits = std::to_string(number);
  return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
}

template <int dim>
MacroOutput<dim>::MacroOutput(const Problem<dim> &problem)
    : problem_(problem), speaks_(Utilities::MPI::this_mpi_process(problem.comm_) == 0)
{
  const auto &s = problem.settings_.output;
  history_names_ = {"time"};
  for (const auto &boundary : s.reactions)
    for (unsigned int d = 0; d < dim; ++d)
      history_names_.push_back("reaction_" + boundary + "_" + axis_names[d]);
  for (const auto &point : s.displacement_points)
    for (unsigned int d = 0; d < dim; ++d)
      history_names_.push_back("displacement_" + point.name + "_" + axis_names[d]);
  for (const char *quantity : {"strain_", "stress_"})
    for (const auto &c : component_names(Kinematics::small_strain))
      history_names_.push_back(quantity + c);
  for (const auto &point : s.stress_points)
    for (const char *quantity : {"strain_", "stress_"})
      for (const auto &c : component_names(Kinematics::small_strain))
        history_names_.push_back(quantity + point.name + "_" + c);
  locate();
}

template <int dim>
void MacroOutput<dim>::locate()
{
  const auto &s = problem_.settings_.output;
  reaction_dofs_.clear();
  probes_.clear();
  const auto before = std::move(micro_fields_);
  micro_fields_.clear();
  for (const auto &boundary : s.reactions)
    for (unsigned int d = 0; d < dim; ++d)
    {
      ComponentMask mask(dim, false);
      mask.set(d, true);
      IndexSet dofs = DoFTools::extract_boundary_dofs(problem_.dof_handler_, mask, {problem_.mesh_.boundary(boundary)});
      dofs = dofs & problem_.dof_handler_.locally_owned_dofs();
      reaction_dofs_.push_back(dofs);
    }
  for (const auto &point : s.displacement_points)
    probes_.push_back(find_probe(point));
  for (const auto &point : s.micro_field_points)
  {
    if (vanished_.count(point.name) > 0)
      continue;
    if (point.cell.empty())
      find_probe(point);
    try
    {
      micro_fields_.push_back(find_micro_field(point));
    }
    catch (const InputError &e)
    {
      if (!located_)
        throw;
      // A cell that the adapted mesh no longer has must not end the run.
      problem_.log_.warning(std::string(e.what()) + "; its micro fields end here");
      vanished_.insert(point.name);
    }
  }
  locate_stresses();
  located_ = true;
  for (auto &field : micro_fields_)
    for (const auto &old : before)
      if (old.basename == field.basename)
        field.files = old.files;
  if (owners_ != MPI_COMM_NULL)
    MPI_Comm_free(&owners_);
  MPI_Comm_split(problem_.comm_, problem_.assembler_->cells().empty() ? MPI_UNDEFINED : 0, 0, &owners_);
}

template <int dim>
MacroOutput<dim>::~MacroOutput()
{
  if (owners_ != MPI_COMM_NULL)
    MPI_Comm_free(&owners_);
}

template <int dim>
void MacroOutput<dim>::open(const ResultFolder &folder)
{
  folder_ = folder;
  const std::string shared = shared_reactions();
  if (!speaks_)
    return;
  if (!shared.empty())
    problem_.log_.line("Output/Reactions: " + shared);
  history_.open(folder_.file("history.csv"),
                units_comment() + "; strain and stress: averages over the mesh" +
                    (shared.empty() ? "" : "; reactions: " + shared),
                history_names_);
  increments_.open(folder_.file("increments.csv"), units_comment() + "; seconds: wall clock",
                   {"increment", "time", "dt", "cutbacks", "newton_iterations", "residual", "micro_iterations",
                    "hill_mandel_gap", "imbalance", "seconds", "points"});
  open_lines();
}

/// Which boundaries with reactions meet: the force of a node on both is part of both.
template <int dim>
std::string MacroOutput<dim>::shared_reactions() const
{
  const auto &names = problem_.settings_.output.reactions;
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t k = i + 1; k < names.size(); ++k)
    {
      const auto mine = (reaction_dofs_[dim * i] & reaction_dofs_[dim * k]).n_elements();
      if (const auto n = Utilities::MPI::sum(std::size_t(mine), problem_.comm_); n > 0)
        text += (text.empty() ? "" : ", ") + names[i] + " and " + names[k] + " share " + std::to_string(n) +
                (n == 1 ? " node" : " nodes");
    }
  return text.empty() ? "" : text + ", whose forces count in both: their sum is not the force on the union";
}

template <int dim>
std::string MacroOutput<dim>::units_comment() const
{
  return "units: " + problem_.settings_.units;
}

template <int dim>
typename MacroOutput<dim>::Probe MacroOutput<dim>::find_probe(const OutputSettings::NamedPoint &point) const
{
  Probe probe;
  Point<dim> x;
  for (unsigned int d = 0; d < dim; ++d)
    x[d] = point.x[d];
  const auto rank = Utilities::MPI::this_mpi_process(problem_.comm_);
  unsigned int lowest = numbers::invalid_unsigned_int;
  // Beside a curved boundary a point may leave the mesh when that is refined.
  for (double tolerance = 1e-6; lowest == numbers::invalid_unsigned_int && tolerance < (located_ ? 1. : 1e-5);
       tolerance *= 30)
    lowest = Utilities::MPI::min(find_probe_here(x, tolerance, probe) ? rank : lowest, problem_.comm_);
  if (lowest == numbers::invalid_unsigned_int)
    throw InputError("Output: the point '" + point.name + "' lies outside of the mesh");
  probe.mine = lowest == rank;
  return probe;
}

template <int dim>
bool MacroOutput<dim>::find_probe_here(const Point<dim> &x, const double tolerance, Probe &probe) const
{
  for (const auto &cell : problem_.assembler_->cells())
  {
    auto box = cell.iterator->bounding_box();
    box.extend((0.1 + tolerance) * cell.iterator->diameter());
    if (!box.point_inside(x))
      continue;
    try
    {
      const Point<dim> unit = problem_.mapping_->transform_real_to_unit_cell(cell.iterator, x);
      if (!GeometryInfo<dim>::is_inside_unit_cell(unit, tolerance))
        continue;
      probe.cell = cell.iterator;
      probe.unit = GeometryInfo<dim>::project_to_unit_cell(unit);
      return true;
    }
    catch (const typename Mapping<dim>::ExcTransformationFailed &)
    {
    }
  }
  return false;
}

template <int dim>
void MacroOutput<dim>::increment(const unsigned int number, const double dt, const unsigned int cutbacks,
                                 const NewtonResult &newton, const PoolStatistics &statistics, const double seconds)
{
  if (speaks_)
    increments_.append({double(number), problem_.time_, dt, double(cutbacks), double(newton.iterations),
                        newton.residual(), double(statistics.iterations), statistics.hill_mandel_gap,
                        statistics.imbalance, seconds, double(statistics.points)});
  problem_.log_.line("increment " + std::to_string(number) + "  time " + format(problem_.time_, 6) + "  dt " +
                     format(dt) + "  newton " + std::to_string(newton.iterations) + "  residual " +
                     format(newton.residual(), 2) + "  micro " + std::to_string(statistics.iterations) +
                     "  Hill-Mandel gap " + format(statistics.hill_mandel_gap, 2) + "  imbalance " +
                     format(statistics.imbalance, 3) + "  " + format(seconds, 3) + " s");
}

template <int dim>
void MacroOutput<dim>::history()
{
  std::vector<double> sums;
  for (const auto &dofs : reaction_dofs_)
  {
    double sum = 0;
    for (const auto i : dofs)
      sum += problem_.internal_(i) - problem_.external_(i);
    sums.push_back(sum);
  }
  std::vector<types::global_dof_index> indices(problem_.fe_.n_dofs_per_cell());
  for (const auto &probe : probes_)
  {
    Tensor<1, dim> u;
    if (probe.mine)
    {
      probe.cell->get_dof_indices(indices);
      for (unsigned int i = 0; i < indices.size(); ++i)
        u[problem_.fe_.system_to_component_index(i).first] +=
            problem_.ghosted_(indices[i]) * problem_.fe_.shape_value(i, probe.unit);
    }
    for (unsigned int d = 0; d < dim; ++d)
      sums.push_back(u[d]);
  }
  double volume = 0;
  std::vector<double> averages(12, 0.);
  for (std::size_t i = 0; i < problem_.responses_.size(); ++i)
  {
    const double w = problem_.assembler_->weights()[i];
    volume += w;
    for (int c = 0; c < 6; ++c)
    {
      averages[std::size_t(c)] += w * problem_.responses_[i].gradient[c] / mandel::factor(c);
      averages[std::size_t(c) + 6] += w * problem_.responses_[i].stress[c] / mandel::factor(c);
    }
  }
  sums.insert(sums.end(), averages.begin(), averages.end());
  sums.push_back(volume);
  Utilities::MPI::sum(sums, problem_.comm_, sums);
  for (std::size_t i = sums.size() - 13; i + 1 < sums.size(); ++i)
    sums[i] /= sums.back();
  sums.pop_back();
  sums.insert(sums.begin(), problem_.time_);
  append_stresses(sums);
  if (speaks_)
    history_.append(sums);
}

template <int dim>
void MacroOutput<dim>::add_cell_fields(DataOut<dim> &out)
{
  const unsigned int n = problem_.mesh_.triangulation().n_active_cells();
  cell_vectors_.clear();
  const auto add = [&](const std::string &name) -> Vector<double> &
  {
    cell_vectors_.emplace_back(name, Vector<double>(n));
    return cell_vectors_.back().second;
  };
  std::vector<std::string> phase_names;
  if (problem_.settings_.output.phase_averages)
    for (unsigned int m = 0; m < problem_.pool_.model_names().size(); ++m)
      for (const auto &name : problem_.pool_.model(m).scalar_names())
        if (name.find('_') != std::string::npos && (name.rfind("strain_", 0) == 0 || name.rfind("stress_", 0) == 0) &&
            std::find(phase_names.begin(), phase_names.end(), name) == phase_names.end())
          phase_names.push_back(name);
  auto queried = phase_names;
  queried.push_back("iterations");
  const auto scalars = problem_.pool_.query(problem_.assembler_->ids(), queried);

  cell_vectors_.reserve(64 + queried.size());
  const auto &names = component_names(Kinematics::small_strain);
  std::vector<Vector<double> *> strain, stress, phases;
  for (const auto &c : names)
    strain.push_back(&add("strain_" + c));
  for (const auto &c : names)
    stress.push_back(&add("stress_" + c));
  for (const auto &c : phase_names)
    phases.push_back(&add(c));
  auto &von_mises = add("von_mises"), &owner = add("owner"), &cost = add("micro_cost"),
       &iterations = add("micro_iterations"), &material = add("material_id");
  for (const auto &cell : problem_.assembler_->cells())
  {
    const unsigned int index = cell.iterator->active_cell_index();
    double volume = 0;
    for (const double w : cell.weights)
      volume += w;
    for (std::size_t q = 0; q < cell.b.size(); ++q)
    {
      const std::size_t i = cell.first_point + q;
      const auto &r = problem_.responses_[i];
      const double w = cell.weights[q] / volume;
      for (unsigned int c = 0; c < 6; ++c)
      {
        (*strain[c])[index] += w * r.gradient[int(c)] / mandel::factor(int(c));
        (*stress[c])[index] += w * r.stress[int(c)] / mandel::factor(int(c));
      }
      for (std::size_t k = 0; k < phases.size(); ++k)
        (*phases[k])[index] += w * scalars[i][k];
      von_mises[index] += w * mandel::von_mises(Vector6(r.stress));
      const auto [home, seconds] = problem_.pool_.home(r.id);
      owner[index] = home;
      cost[index] += seconds;
      if (std::isfinite(scalars[i].back()))
        iterations[index] += scalars[i].back();
    }
    material[index] = cell.iterator->material_id();
  }
  for (const auto &[name, vector] : cell_vectors_)
    out.add_data_vector(vector, name, DataOut<dim>::type_cell_data);
}

template <int dim>
void MacroOutput<dim>::fields(const unsigned int number)
{
  const auto &s = problem_.settings_.output;
  write_micro_fields(number);
  if (!s.vtu && !s.hdf5)
    return;
  DataOut<dim> out;
  DataOutBase::VtkFlags flags;
  flags.time = problem_.time_;
  flags.cycle = number;
  out.set_flags(flags);
  out.attach_dof_handler(problem_.dof_handler_);
  out.add_data_vector(problem_.ghosted_, std::vector<std::string>(dim, "displacement"), DataOut<dim>::type_dof_data,
                      std::vector<DataComponentInterpretation::DataComponentInterpretation>(
                          dim, DataComponentInterpretation::component_is_part_of_vector));
  add_cell_fields(out);
  out.build_patches(*problem_.mapping_, problem_.fe_.degree, DataOut<dim>::curved_inner_cells);
  const std::string name = "fields_" + step_name(number);
  if (s.vtu)
  {
    const std::string folder = folder_.subfolder("vtu");
    for (const char *pattern : {"vtu/fields_*.vtu", "vtu/fields_*.pvtu"})
      folder_.note(pattern);
    const std::string file = out.write_vtu_with_pvtu_record(folder, "fields", number, problem_.comm_, 5, 1);
    pvd_.emplace_back(problem_.time_, "vtu/" + file);
    if (speaks_)
    {
      std::ofstream pvd(folder_.file("fields.pvd"));
      DataOutBase::write_pvd_record(pvd, pvd_);
    }
  }
  if (s.hdf5)
    write_hdf5(out, name + ".h5");
}

template <int dim>
void MacroOutput<dim>::write_hdf5(DataOut<dim> &out, const std::string &name)
{
  folder_.subfolder("hdf5");
  folder_.note("hdf5/fields_*.h5");
  if (owners_ == MPI_COMM_NULL)
    return; // deal.II's writer crashes where a rank owns no cell
  DataOutBase::DataOutFilter filter(DataOutBase::DataOutFilterFlags(false, true));
  out.write_filtered_data(filter);
  out.write_hdf5_parallel(filter, folder_.path("hdf5/" + name), owners_);
  xdmf_.push_back(out.create_xdmf_entry(filter, "hdf5/" + name, problem_.time_, owners_));
  out.write_xdmf_file(xdmf_, folder_.file("fields.xdmf"), owners_);
}

template class MacroOutput<2>;
template class MacroOutput<3>;
} // namespace fe2
