// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Strain and stress at any point of the macroscale, from the quadrature points.
 *
 * In each cell that holds the point a polynomial of the elements' degree along each unit axis is fitted to the
 * quadrature points by least squares (with one point more than the degree along each axis it goes through their values)
 * and evaluated at the point (Hinton and Campbell, Int. J. Numer. Meth. Eng. 8 (1974) 461). Where cells meet, their
 * mean is taken; where regions (material ids) meet, that of the lowest id, since stresses jump there.
 */
#ifndef fe2_macro_probe_h
#define fe2_macro_probe_h

#include <lib/base/log.h>

#include <macro/assembler.h>

namespace fe2
{
template <int dim>
class StressProbe
{
public:
  struct Place
  {
    std::string name; ///< for messages
    dealii::Point<dim> x;
  };
  /// Collective. Throws InputError if a place lies outside of the mesh; `lenient`: takes the nearest cell of a mesh
  /// that has been refined beside a curved boundary.
  void locate(const MPI_Comm comm, const Assembler<dim> &assembler, const dealii::Mapping<dim> &mapping,
              const std::vector<Place> &places, const bool lenient, Log &log);

  /// Twelve tensor components of strain and stress at each place, on all processes. Collective.
  std::vector<std::array<double, 12>> values(const std::vector<MicroResponse> &responses) const;

private:
  struct Share ///< of a cell of this process in the value at a place
  {
    std::size_t place, first_point;
    std::vector<double> weights; ///< of the cell's quadrature points
  };
  using Cell = typename Assembler<dim>::Cell;
  /// Cells of this process that hold a point, with its unit coordinates.
  static std::vector<std::pair<const Cell *, dealii::Point<dim>>> holders(const Assembler<dim> &assembler,
                                                                          const dealii::Mapping<dim> &mapping,
                                                                          const dealii::Point<dim> &x,
                                                                          const double tolerance);

  MPI_Comm comm_ = MPI_COMM_NULL;
  std::size_t n_places_ = 0;
  std::vector<Share> shares_;
};
} // namespace fe2

#endif
