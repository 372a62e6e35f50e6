// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/case.h>

#include <lib/base/entry_folder.h>

#include <rve/microstructure.h>

#include <fstream>

namespace fe2
{
void HomogenizeSettings::declare(Parameters &p)
{
  const ParameterScope scope(p, "Homogenize");
  p.add("Micro model", model, "Which one; empty: the first.");
  p.add("dt", dt, "Stiffness of an increment of this length; 0: instantaneous [time].", Range::non_negative);
  has_temperature = p.given("Temperature");
  p.add("Study sizes", study_sizes,
        "RVE-size study of a random microstructure: values of its 'Size', rising; empty: no study.", Range::positive);
  p.add("Study seeds", study_seeds, "Realizations of each size.", 2);
  p.add("Study tolerance", study_tolerance,
        "The mean is good enough when it changes less than this between the last two sizes and its standard error is "
        "less; a single RVE is large enough when its standard deviation is less too.",
        Range::tolerance);
  p.add("Equilibrium", equilibrium, "Of linear (visco)elastic phases: write the relaxed stiffness, t to infinity.");
  p.add("Frequencies", frequencies,
        "Angular frequencies (2 pi f) of the complex moduli of linear (visco)elastic phases, to complex_moduli.csv; "
        "empty: none [1 / time].",
        Range::positive);
  p.add("Frequencies per decade", frequencies_per_decade,
        "So many from the first to the last of two 'Frequencies'; 0: those given.", 0);
  p.add_selection("Fields", fields,
                  "VTU files of the fields inside the RVE: under the six unit strains (linear phases), at the end of "
                  "the path, or both.",
                  "none|unit strains|path end|both");
  p.add("Largest values", largest_values,
        "Tables of the largest von Mises stress, principal stress and strain, and equivalent plastic strain in each "
        "phase, with their places, along the path (largest.csv) and under unit strains.");
  p.add("Temperature", temperature, "Constant during the increment; not given: the reference temperature.", Range::any);
}

void HomogenizeSettings::validate(Parameters &p, Faults &faults) const
{
  const ParameterScope scope(p, "Homogenize");
  if (frequencies_per_decade > 0 && (frequencies.size() != 2 || !(frequencies[0] < frequencies[1])))
    faults.add(p.where("Frequencies"), "", "with 'Frequencies per decade' it must be two rising numbers");
  if (frequencies_per_decade > 1000)
    faults.add(p.where("Frequencies per decade"), std::to_string(frequencies_per_decade), "must not exceed 1000");
}

void Sections::declare(Parameters &p)
{
  p.add("Plugins", plugins, "Shared libraries with further materials, micro models, microstructures or loads.");
  macro.declare(p);
  materials.declare(p);
  models.declare(p);
  {
    const ParameterScope scope(p, "Mesh");
    three_dimensional = p.peek("Dimension", "2") == "3";
  }
  if (three_dimensional)
    loads_3d.declare(p);
  else
    loads_2d.declare(p);
  {
    const ParameterScope scope(p, "Path");
    path.declare(p);
  }
  {
    const ParameterScope scope(p, "Point");
    p.add("Material", point_material, "Of 'fe2 point'; empty: the first.");
  }
  homogenize.declare(p);
}

Case::Case(const MPI_Comm communicator, const CommandLine &line) : comm(communicator), line_(line)
{
  ParameterTree tree = ParameterTree::read(comm, line.positional(0));
  for (const auto &assignment : line.all("--set"))
    tree.set(assignment);
  parameters_.emplace(tree);
  // Plugins register further types before these are looked up.
  std::vector<std::string> files;
  for (const auto &file : split(parameters_->peek("Plugins", ""), ','))
    files.push_back(resolve_path(folder_of(tree.find({}, "Plugins"), tree), file));
  load_plugins(files);
  declare(*parameters_);
}

void Case::parse(const Needs needs)
{
  Parameters &p = *parameters_;
  Faults faults;
  p.parse(faults);
  materials.validate(p, faults);
  if (needs != Needs::materials)
    models.validate(p, faults, materials);
  homogenize.validate(p, faults);
  if (needs == Needs::materials && materials.names().empty())
    faults.add("Materials", "", "the file has no material");
  if (needs != Needs::materials && models.names().empty())
    faults.add("Micro models", "", "the file has no micro model");
  if (needs == Needs::macroscale)
  {
    macro.validate(p, faults);
    if (three_dimensional)
      loads_3d.validate(p, faults, macro.constants);
    else
      loads_2d.validate(p, faults, macro.constants);
  }
  faults.throw_if_any(p.tree().file());
}

ResultFolder Case::open_results(Log &log) const
{
  const ResultFolder folder(comm, line_.value("--output", macro.output.folder), line_.has("--overwrite"));
  log.open(folder.file("log.txt"));
  if (const auto &kept = folder.kept(); !kept.empty())
  {
    std::string list;
    for (std::size_t i = 0; i < kept.size() && i < 8; ++i)
      list += (i == 0 ? "" : ", ") + kept[i];
    log.warning("kept in " + folder.path("") + ", since no manifest of a run of fe2 names them: " + list +
                (kept.size() > 8 ? " and " + std::to_string(kept.size() - 8) + " more" : ""));
  }
  if (log.speaks())
  {
    std::ofstream out(folder.file("parameters.prm"));
    parameters_->print(out);
  }
  return folder;
}

std::vector<Option> case_options()
{
  return {{"--set", true, "replaces an entry: --set \"Section/Entry=value\" (may be repeated)"},
          {"--output", true, "folder for the results"},
          {"--overwrite", false, "write into a folder that holds results"},
          {"--help", false, "this text"}};
}

namespace
{
template <class Part>
void add_all(ParameterTree &tree, const std::string &section)
{
  for (const auto &name : Registry<Part>::names())
    tree.set({section, "a " + name}, "Type", name, "");
}
} // namespace

void print_reference(std::ostream &out)
{
  ParameterTree tree;
  add_all<PhaseMaterial>(tree, "Materials");
  add_all<MicroModelBuilder>(tree, "Micro models");
  add_all<Load<2>>(tree, "Loads");
  for (const auto &name : Registry<Microstructure>::names())
  {
    tree.set({"Micro models", "a fe_rve with " + name}, "Type", "fe_rve", "");
    tree.set({"Micro models", "a fe_rve with " + name, "Microstructure"}, "Type", name, "");
  }
  tree.set({"Micro models", "a fe_rve"}, "Boundary conditions", "weak_periodic", "");
  for (const char *model : {"a fe_rve", "a fourier_rve"})
    tree.set({"Micro models", model, "Microstructure"}, "Type", "laminate", "");
  Parameters p(tree);
  Sections sections;
  sections.declare(p);
  Faults faults;
  p.parse(faults);
  p.print(out, true);
}
} // namespace fe2
