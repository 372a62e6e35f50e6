// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/load_cases/surface_load.h>

namespace fe2
{
namespace
{
/// Force per area on a boundary.
template <int dim>
class Traction : public SurfaceLoad<dim>
{
public:
  void declare(Parameters &p) override
  {
    this->declare_boundary(p);
    p.add("Value", value_, "Expressions in x, y, z, t for all components, separated by ';' [stress].");
  }
  void validate(Parameters &p, Faults &faults, const std::map<std::string, double> &constants) override
  {
    this->validate_boundary(p, faults);
    this->parse(p, faults, "Value", value_, dim, constants);
  }

protected:
  dealii::Tensor<1, dim> traction(const dealii::Point<dim> &x, const dealii::Tensor<1, dim> &,
                                  const double time) const override
  {
    dealii::Tensor<1, dim> t;
    for (unsigned int d = 0; d < dim; ++d)
      t[d] = this->function_.value(x, time, d);
    return t;
  }

private:
  std::string value_;
};

const Registry<Load<2>>::Add add_2d("traction", "Force per area", [] { return std::make_unique<Traction<2>>(); });
const Registry<Load<3>>::Add add_3d("traction", "Force per area", [] { return std::make_unique<Traction<3>>(); });
} // namespace
} // namespace fe2
