// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What the macroscale asks of a point.
 */
#ifndef fe2_lib_scale_micro_request_h
#define fe2_lib_scale_micro_request_h

#include <lib/base/kinematics.h>
#include <lib/base/tensors.h>

#include <deal.II/base/point.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace fe2
{
/// Stable name of a macroscale point: macro cell (deal.II's CellId in binary form) and quadrature index.
struct PointId
{
  std::array<unsigned int, 4> cell{};
  std::uint32_t quadrature = 0;

  bool operator<(const PointId &other) const
  {
    return cell != other.cell ? cell < other.cell : quadrature < other.quadrature;
  }
  bool operator==(const PointId &other) const { return cell == other.cell && quadrature == other.quadrature; }
};

/// A field at both ends of the increment; linear in time between them.
struct FieldValue
{
  double begin = 0, end = 0;
  bool operator==(const FieldValue &other) const { return begin == other.begin && end == other.end; }
  bool operator<(const FieldValue &other) const { return begin != other.begin ? begin < other.begin : end < other.end; }
};

/// Fields come in this order; a request may carry fewer, the rest are zero.
inline const std::vector<std::string> &field_names()
{
  static const std::vector<std::string> names = {"temperature"};
  return names;
}

/// What a point's operator may depend on besides its state. dt is a number of its own, never t1 - t0: equal steps give
/// equal bits. dt = 0 asks for the instantaneous response to a jump.
struct Increment
{
  double dt = 0;
  std::vector<FieldValue> fields;

  FieldValue field(const unsigned int i) const { return i < fields.size() ? fields[i] : FieldValue(); }
  bool operator==(const Increment &other) const { return dt == other.dt && fields == other.fields; }
  bool operator<(const Increment &other) const { return dt != other.dt ? dt < other.dt : fields < other.fields; }
};

/// What is wanted of an evaluation.
struct Wanted
{
  bool tangent = true;
  /// Bit j: column j of the tangent. A 2D small-strain macro model needs 3 of 6.
  std::uint32_t columns = 0xffffffff;
  bool column(const int j) const { return tangent && ((columns >> j) & 1u) != 0; }
};

struct MicroRequest
{
  PointId id;
  ComponentVector gradient; ///< at the end of the increment
  ComponentVector stress;   ///< mechanical stress; only data-driven models use it, else empty
  double time = 0;          ///< at the end of the increment
  Increment increment;
  Wanted wanted;
};

/// What is sent once when a point is created.
struct PointDefinition
{
  PointId id;
  std::uint32_t model = 0; ///< index of the micro model
  dealii::Point<3> position;
  Rotation frame = Rotation::Identity(); ///< columns: axes of the material frame
  std::uint32_t instance = 0;            ///< which of several RVEs
  double characteristic_length = 0;
  std::map<std::string, double> parameters; ///< such as a local volume fraction
};
} // namespace fe2

#endif
