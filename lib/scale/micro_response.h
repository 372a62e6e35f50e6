// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What a micro model answers.
 */
#ifndef fe2_lib_scale_micro_response_h
#define fe2_lib_scale_micro_response_h

#include <lib/scale/micro_request.h>

namespace fe2
{
enum class Status : std::uint8_t
{
  converged,
  failed
};

struct TangentKind
{
  bool symmetric = true;
  bool consistent = true;
};

struct MicroResponse
{
  PointId id;
  ComponentVector gradient; ///< of the material state: the requested one for an RVE, the nearest data for a search
  ComponentVector stress;
  ComponentMatrix tangent; ///< unwanted columns may be anything; empty if none is wanted
  TangentKind tangent_kind;
  /// Equal nonzero ids mean equal tangents: shared operators of linear models are sent and assembled once.
  std::uint64_t tangent_id = 0;
  Status status = Status::converged;
  std::string message;    ///< why it failed
  double dt_factor = 0.5; ///< suggested factor for dt after a failure
  double seconds = 0;     ///< measured cost; never used in a decision that alters results
  std::uint32_t iterations = 0;
};
} // namespace fe2

#endif
