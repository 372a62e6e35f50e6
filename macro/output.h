// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What a run writes: increments.csv, history.csv (a row each increment) and line_NAME.csv (rows each increment), fields
 * as PVTU + PVD and HDF5 + XDMF, micro fields of chosen points as VTU + PVD, named by cell and point.
 */
#ifndef fe2_macro_output_h
#define fe2_macro_output_h

#include <macro/probe.h>
#include <macro/problem.h>

#include <deal.II/numerics/data_out.h>

namespace fe2
{
/// Number of an increment in names of files.
std::string step_name(const unsigned int number);

template <int dim>
class MacroOutput
{
public:
  /// Finds all points. Throws InputError if one of the history lies outside of the mesh.
  explicit MacroOutput(const Problem<dim> &problem);
  ~MacroOutput();
  void open(const ResultFolder &folder);
  /// Finds all points again, after the mesh has changed.
  void locate();

  void increment(const unsigned int number, const double dt, const unsigned int cutbacks, const NewtonResult &newton,
                 const PoolStatistics &statistics, const double seconds);
  void history();
  void fields(const unsigned int number);

private:
  struct Probe ///< a point whose displacement is recorded; on one rank only
  {
    bool mine = false;
    typename dealii::DoFHandler<dim>::active_cell_iterator cell;
    dealii::Point<dim> unit;
  };
  struct MicroField
  {
    PointId id;
    bool mine = false;
    std::string basename;
    std::vector<std::pair<double, std::string>> files;
  };
  Probe find_probe(const OutputSettings::NamedPoint &point) const;
  bool find_probe_here(const dealii::Point<dim> &x, const double tolerance, Probe &probe) const;
  MicroField find_micro_field(const OutputSettings::NamedPoint &point) const;
  void add_cell_fields(dealii::DataOut<dim> &out);
  static dealii::Point<dim> place_on(const OutputSettings::NamedLine &line, const unsigned int i);
  void open_lines();
  void locate_stresses();
  void append_stresses(std::vector<double> &row);
  void write_hdf5(dealii::DataOut<dim> &out, const std::string &name);
  void write_micro_fields(const unsigned int number);
  std::string units_comment() const;
  std::string shared_reactions() const;

  const Problem<dim> &problem_;
  ResultFolder folder_;
  bool speaks_;
  bool located_ = false;                 ///< once: what the user named is right
  std::set<std::string> vanished_;       ///< micro fields whose cell an adapted mesh no longer has
  std::set<std::string> without_fields_; ///< of models that write none
  CsvWriter increments_, history_;
  std::vector<std::string> history_names_;
  std::vector<Probe> probes_;
  StressProbe<dim> stresses_; ///< at the stress points, then along the lines
  std::vector<CsvWriter> lines_;
  std::vector<MicroField> micro_fields_;
  std::vector<dealii::IndexSet> reaction_dofs_; ///< by boundary and component
  std::vector<std::pair<double, std::string>> pvd_;
  std::vector<dealii::XDMFEntry> xdmf_;
  MPI_Comm owners_ = MPI_COMM_NULL; ///< ranks that own cells
  std::vector<std::pair<std::string, dealii::Vector<double>>> cell_vectors_;
};
} // namespace fe2

#endif
