// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * One parameter file serves all commands: materials, micro models, macroscale, path, homogenization. Each command
 * validates the sections that it uses.
 */
#ifndef fe2_apps_case_h
#define fe2_apps_case_h

#include <lib/io/result_folder.h>
#include <lib/pool/local_pool.h>
#include <lib/scale/load_path.h>

#include <macro/load.h>
#include <macro/settings.h>

#include <rve/micro_model_library.h>

#include <apps/command_line.h>
#include <apps/commands.h>

#include <optional>

namespace fe2
{
struct HomogenizeSettings
{
  std::string model;
  double dt = 0;
  bool has_temperature = false;
  double temperature = 0;
  std::vector<double> study_sizes;
  unsigned int study_seeds = 5;
  double study_tolerance = 0.02;
  bool equilibrium = false, largest_values = false;
  std::vector<double> frequencies;
  unsigned int frequencies_per_decade = 0;
  std::string fields = "none";

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults) const;
};

/// All sections of a parameter file.
struct Sections
{
  MaterialLibrary materials;
  MicroModelLibrary models;
  MacroSettings macro;
  Loads<2> loads_2d;
  Loads<3> loads_3d;
  LoadPathSettings path;
  HomogenizeSettings homogenize;
  std::string point_material;
  std::vector<std::string> plugins;
  bool three_dimensional = false;

  void declare(Parameters &parameters);
};

class Case : public Sections
{
public:
  /// Reads and declares; throws InputError for faults of syntax and unknown types.
  Case(const MPI_Comm comm, const CommandLine &line);

  enum class Needs
  {
    materials,
    micro_models,
    macroscale
  };
  /// Parses and validates what a command needs; throws one InputError with all faults.
  void parse(const Needs needs);
  /// Makes the result folder with parameters.prm (the resolved input) and log.txt.
  ResultFolder open_results(Log &log) const;

  Parameters &parameters() { return *parameters_; }
  bool has_path() const { return !path.file.empty() || !path.rows.empty(); }

  MPI_Comm comm;

private:
  const CommandLine &line_;
  std::optional<Parameters> parameters_;
};

/// Options that every command with a parameter file has.
std::vector<Option> case_options();

/// The resolved names and values of a whole file with one section of every kind: reference.prm.
void print_reference(std::ostream &out);
} // namespace fe2

#endif
