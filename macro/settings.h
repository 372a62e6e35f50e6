// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The macroscale sections of a parameter file, without the dimension.
 */
#ifndef fe2_macro_settings_h
#define fe2_macro_settings_h

#include <lib/solve/linear_solver.h>
#include <lib/solve/newton.h>
#include <lib/solve/time_stepper.h>

#include <macro/material_frame.h>
#include <macro/mesh.h>
#include <macro/refinement.h>

namespace fe2
{
struct DiscretizationSettings
{
  unsigned int degree = 1;
  unsigned int quadrature_points = 0; ///< along each axis; 0: degree + 1
  std::string b_bar = "auto";

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults);
};

struct OutputSettings
{
  std::string folder = "results";
  bool vtu = true, hdf5 = true;
  unsigned int every = 1;
  bool phase_averages = false;
  std::vector<std::string> reactions;
  std::string displacements;
  std::string micro_points;
  std::string stress_points_text, stress_lines_text;

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults, const unsigned int dimension);
  void parse_lines(Parameters &parameters, Faults &faults, const unsigned int dimension);

  struct NamedPoint
  {
    std::string name;
    std::vector<double> x;
    std::string cell;            ///< instead of coordinates: as in the names of the files, such as 39_0-
    unsigned int quadrature = 0; ///< point of that cell
  };
  std::vector<NamedPoint> displacement_points, micro_field_points, stress_points;
  struct NamedLine
  {
    std::string name;
    std::vector<double> from, to;
    unsigned int n = 0; ///< points, with both ends
  };
  std::vector<NamedLine> stress_lines;
};

struct MacroSettings
{
  std::string title, units = "the user's own";
  std::map<std::string, double> constants = {{"pi", 3.14159265358979323846}};
  MeshSettings mesh;
  std::string regions;
  std::string temperature, temperature_file;
  MaterialFrameSettings material_frame;
  RefinementSettings refinement;
  DiscretizationSettings discretization;
  TimeSettings time;
  NewtonSettings newton;
  LinearSolverSettings linear_solver;
  OutputSettings output;
  double rebalance = 0;
  unsigned int ranks_per_rve = 1;

  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults);

private:
  std::string constants_text_;
};
} // namespace fe2

#endif
