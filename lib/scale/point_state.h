// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Everything a point remembers between increments. Vectors are in global cell (or voxel) order, so that their bytes do
 * not depend on how many ranks compute the point. A state is virgin until its first commit and then holds nothing.
 */
#ifndef fe2_lib_scale_point_state_h
#define fe2_lib_scale_point_state_h

#include <lib/base/byte_buffer.h>

#include <memory>
#include <vector>

namespace fe2
{
struct PointState
{
  std::vector<double> gradient;    ///< committed macroscale gradient
  std::vector<double> stress;      ///< committed average stress
  std::vector<double> history;     ///< of the phases; read only during an increment
  std::vector<double> fluctuation; ///< last fluctuation field, the initial guess
  std::vector<double> scalars;     ///< MicroModel::scalar_names of the committed state
  std::vector<double> fields;      ///< such as the temperature, when it was committed

  bool virgin() const { return gradient.empty(); }
  std::size_t bytes() const
  {
    return sizeof(double) *
           (gradient.size() + stress.size() + history.size() + fluctuation.size() + scalars.size() + fields.size());
  }
  void pack(ByteWriter &writer) const
  {
    for (const auto *v : {&gradient, &stress, &history, &fluctuation, &scalars, &fields})
      writer.put(*v);
  }
  static PointState unpack(ByteReader &reader)
  {
    PointState state;
    for (auto *v : {&state.gradient, &state.stress, &state.history, &state.fluctuation, &state.scalars, &state.fields})
      *v = reader.get_many<std::vector<double>>();
    return state;
  }
};

/// Droppable at any time and never saved: it may change the cost, and the answer only within the solver tolerance.
struct Scratch
{
  virtual ~Scratch() = default;
  /// Of use in later increments too (such as the last localization fields).
  virtual bool outlives_increment() const { return false; }
};
} // namespace fe2

#endif
