// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/load_cases/surface_load.h>

namespace fe2
{
namespace
{
/// t = -p n with the outward normal of the undeformed boundary.
template <int dim>
class Pressure : public SurfaceLoad<dim>
{
public:
  void declare(Parameters &p) override
  {
    this->declare_boundary(p);
    p.add("Value", value_, "Expression in x, y, z, t; positive pushes inward [stress].");
  }
  void validate(Parameters &p, Faults &faults, const std::map<std::string, double> &constants) override
  {
    this->validate_boundary(p, faults);
    this->parse(p, faults, "Value", value_, 1, constants);
  }

protected:
  dealii::Tensor<1, dim> traction(const dealii::Point<dim> &x, const dealii::Tensor<1, dim> &normal,
                                  const double time) const override
  {
    return -this->function_.value(x, time, 0) * normal;
  }

private:
  std::string value_;
};

const Registry<Load<2>>::Add add_2d("pressure", "Normal pressure", [] { return std::make_unique<Pressure<2>>(); });
const Registry<Load<3>>::Add add_3d("pressure", "Normal pressure", [] { return std::make_unique<Pressure<3>>(); });
} // namespace
} // namespace fe2
