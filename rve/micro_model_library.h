// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * The section "Micro models" of a parameter file: micro models under the user's names. To add a kind of model: a file
 * in rve/models with a MicroModelBuilder that registers itself.
 */
#ifndef fe2_rve_micro_model_library_h
#define fe2_rve_micro_model_library_h

#include <lib/scale/micro_model.h>

#include <rve/material_library.h>

namespace fe2
{
class Microstructure;

struct Phase
{
  std::string name;
  std::shared_ptr<const PhaseMaterial> material;
};

/// Name of the first phase that locks elements of first order without B-bar; empty if none.
std::string locking_phase(const std::vector<Phase> &phases);

/// What the file says of one micro model.
class MicroModelBuilder
{
public:
  using Factory = std::function<std::unique_ptr<MicroModelBuilder>()>;
  virtual ~MicroModelBuilder() = default;
  virtual void declare(Parameters &parameters) = 0;
  virtual void validate(Parameters &parameters, Faults &faults, const std::vector<Phase> &phases) = 0;
  /// `group`: processes that compute a point together.
  virtual std::shared_ptr<MicroModel> create(const std::vector<Phase> &phases, const unsigned int instance,
                                             const MPI_Comm group) const = 0;
  /// Realizations of a random microstructure.
  virtual unsigned int n_instances() const { return 1; }
  /// Axis 3 of the phases is that of the sample, so that they may be in local plane stress.
  virtual bool allows_local_plane_stress() const { return true; }
  /// Null if the model has none.
  virtual const Microstructure *microstructure() const { return nullptr; }
};

class MicroModelLibrary
{
public:
  void declare(Parameters &parameters);
  void validate(Parameters &parameters, Faults &faults, const MaterialLibrary &materials);

  std::vector<std::string> names() const;
  /// Builds all models. Throws InputError where a mesh does not suit.
  /// `group`: processes that compute a point together; `frames`: points have material frames.
  std::vector<std::shared_ptr<MicroModel>> create(const MPI_Comm group = MPI_COMM_SELF,
                                                  const bool frames = false) const;
  std::shared_ptr<MicroModel> create(const std::string &name, const MPI_Comm group = MPI_COMM_SELF,
                                     const bool frames = false) const;
  /// Of the micro model of this name; null if it has none. Throws InputError for an unknown name.
  const Microstructure *microstructure(const std::string &name) const;
  const std::vector<std::string> &phases(const std::string &name) const;

private:
  struct Entry
  {
    std::string name, type, plane_stress = "none";
    std::vector<std::string> phase_names;
    std::vector<Phase> phases;
    std::unique_ptr<MicroModelBuilder> builder;
  };
  const Entry &find(const std::string &name) const;
  std::vector<std::unique_ptr<Entry>> entries_;
};

/// A phase material as a micro model of its own: no RVE.
std::shared_ptr<MicroModel> make_single_phase(const Phase &phase);
} // namespace fe2

#endif
