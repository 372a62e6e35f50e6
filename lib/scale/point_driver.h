// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Leads one point of a pool along a mixed path. Unknown are the strains of the stress-controlled components:
 * sigma_s(eps) = target_s, by Newton's method with the consistent tangent's sub-block C_ss.
 */
#ifndef fe2_lib_scale_point_driver_h
#define fe2_lib_scale_point_driver_h

#include <lib/base/log.h>
#include <lib/pool/micro_pool.h>
#include <lib/scale/load_path.h>
#include <lib/solve/newton.h>

namespace fe2
{
struct DriverRow
{
  double time = 0, dt = 0;
  ComponentVector strain, stress; ///< Mandel
  ComponentMatrix tangent;
  double temperature = 0;
  unsigned int iterations = 0;
  double hill_mandel_gap = 0;
};

class PointDriver
{
public:
  PointDriver(MicroPool &pool, const PointId &id, const LoadPath &path, const TimeSettings &time, Log &log);
  /// Calls `output` for the virgin state (unless the path begins with a jump) and after every increment. Throws
  /// RunError when the least step does not converge.
  void run(const std::function<void(const DriverRow &)> &output);

private:
  DriverRow start_row() const;
  bool is_stressed();
  std::string limit_load() const;
  NewtonResult solve(const double time, const double dt, const LoadPath::Values &target);

  MicroPool &pool_;
  PointId id_;
  const LoadPath &path_;
  TimeSettings time_;
  Log &log_;
  ComponentVector strain_;
  double temperature_ = 0;
  MicroResponse response_;
  double accuracy_ = 0;    ///< of the micro model's stresses
  ComponentMatrix virgin_; ///< first tangent met
  double softening_ = 1;   ///< of the last attempt: most compliant direction over that of the first tangent
  double reached_ = 0;     ///< norm of the last committed stress
};
} // namespace fe2

#endif
