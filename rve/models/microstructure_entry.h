// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The subsection "Microstructure" of an RVE, and the entry "Instances" beside it.
 */
#ifndef fe2_rve_models_microstructure_entry_h
#define fe2_rve_models_microstructure_entry_h

#include <rve/micro_model_library.h>
#include <rve/microstructure.h>

namespace fe2
{
class MicrostructureEntry
{
public:
  /// Throws InputError for an unknown type.
  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults, const std::vector<Phase> &phases);

  unsigned int n_instances() const { return instances_; }
  Microstructure *get() const { return microstructure_.get(); }
  Microstructure *operator->() const { return microstructure_.get(); }

private:
  std::string type_;
  unsigned int instances_ = 1;
  std::unique_ptr<Microstructure> microstructure_;
};
} // namespace fe2

#endif
