// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/models/microstructure_entry.h>

#include <lib/base/log.h>

namespace fe2
{
void MicrostructureEntry::declare(Parameters &p)
{
  p.add("Instances", instances_,
        "Random microstructures: realizations (seed, seed + 1, ...), of which each macroscale point draws one by a "
        "hash of its name.",
        1, 10000);
  const ParameterScope scope(p, "Microstructure");
  type_ = p.peek("Type", "");
  if (!p.given("Type") || !Registry<Microstructure>::contains(type_))
    throw InputError(p.tree().file() + ": " + p.where("Type") + " = '" + type_ +
                     "': " + suggest(type_, Registry<Microstructure>::names()));
  p.add_selection("Type", type_, "Geometry of the RVE.", Registry<Microstructure>::selection());
  microstructure_ = Registry<Microstructure>::factory(type_)();
  microstructure_->declare(p);
}

void MicrostructureEntry::validate(Parameters &p, Faults &faults, const std::vector<Phase> &phases)
{
  if (instances_ > 1 && !microstructure_->is_random())
    faults.add(p.where("Instances"), std::to_string(instances_), "the microstructure '" + type_ + "' is not random");
  std::vector<std::string> names;
  for (const auto &phase : phases)
    names.push_back(phase.name);
  const ParameterScope scope(p, "Microstructure");
  microstructure_->validate(p, faults, names);
}
} // namespace fe2
