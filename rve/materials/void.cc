// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * A void: no stress, no stiffness. For phases of voxel images; the fourier_rve model solves with it, while the matrix
 * of a finite-element RVE would be singular (leave holes out of its mesh).
 */
#include <rve/phase_material.h>

#include <algorithm>

namespace fe2
{
namespace
{
class Void : public PhaseMaterial
{
public:
  void declare(Parameters &) override {}
  void validate(Parameters &, Faults &) override {}
  bool is_linear() const override { return true; }
  const char *evaluate(const Increment &, const MaterialPoints &x) const override
  {
    for (std::size_t i = 0; i < 6 && x.stress != nullptr; ++i)
      std::fill_n(x.stress + i * x.stride, x.n, 0.);
    for (std::size_t i = 0; i < 36 && x.tangent != nullptr; ++i)
      std::fill_n(x.tangent + i * x.stride, x.n, 0.);
    return nullptr;
  }
};

const Registry<PhaseMaterial>::Add add("void", "No stiffness: pores of voxel images",
                                       [] { return std::make_unique<Void>(); });
} // namespace
} // namespace fe2
