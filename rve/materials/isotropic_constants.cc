// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/materials/isotropic_constants.h>

#include <lib/base/log.h>

#include <cmath>

namespace fe2
{
namespace
{
const char *const isotropic_names[] = {"Young's modulus", "Poisson's ratio", "Shear modulus", "Bulk modulus",
                                       "Lame's lambda"};
}

void IsotropicConstants::declare(Parameters &p)
{
  for (const char *name : isotropic_names)
  {
    given_[name] = p.given(name);
    const bool poisson = std::string(name) == "Poisson's ratio", lambda = std::string(name) == "Lame's lambda";
    p.add(name, constants_[name], poisson ? "Isotropic constant." : "Isotropic constant [stress].",
          poisson  ? Range::inside(-1, 0.5)
          : lambda ? Range::any
                   : Range::positive);
  }
}

void IsotropicConstants::refuse(Parameters &p, Faults &faults, const std::string &why) const
{
  for (const auto &[name, given] : given_)
    if (given)
      faults.add(p.where(name), format(constants_.at(name)), why);
}

bool IsotropicConstants::validate(Parameters &p, Faults &faults)
{
  std::vector<std::string> have;
  for (const char *name : isotropic_names)
    if (given_[name])
      have.push_back(name);
  if (have.size() != 2)
  {
    faults.add(p.where("Young's modulus"), "",
               "an isotropic material needs exactly two of Young's modulus, Poisson's ratio, Shear modulus, Bulk "
               "modulus, Lame's lambda; given are " +
                   std::to_string(have.size()));
    return false;
  }
  const double nu = constants_["Poisson's ratio"];
  for (const auto &name : have) // faults of one number have been reported
    if (name == "Poisson's ratio" ? !(nu > -1 && nu < 0.5) : name != "Lame's lambda" && !(constants_[name] > 0))
      return false;
  const double e = constants_["Young's modulus"], l = constants_["Lame's lambda"];
  double k = constants_["Bulk modulus"], g = constants_["Shear modulus"];
  const bool has_e = given_["Young's modulus"], has_nu = given_["Poisson's ratio"], has_g = given_["Shear modulus"],
             has_k = given_["Bulk modulus"], has_l = given_["Lame's lambda"];
  if (has_e && has_nu)
    g = e / (2 * (1 + nu)), k = e / (3 * (1 - 2 * nu));
  else if (has_e && has_g)
    k = e * g / (3 * (3 * g - e));
  else if (has_e && has_k)
    g = 3 * k * e / (9 * k - e);
  else if (has_e && has_l)
  {
    const double r = std::sqrt(e * e + 9 * l * l + 2 * e * l);
    g = (e - 3 * l + r) / 4, k = (e + 3 * l + r) / 6;
  }
  else if (has_nu && has_g)
    k = 2 * g * (1 + nu) / (3 * (1 - 2 * nu));
  else if (has_nu && has_k)
    g = 3 * k * (1 - 2 * nu) / (2 * (1 + nu));
  else if (has_nu && has_l)
    g = l * (1 - 2 * nu) / (2 * nu), k = l * (1 + nu) / (3 * nu);
  else if (has_g && has_l)
    k = l + 2 * g / 3;
  else if (has_k && has_l)
    g = 1.5 * (k - l);
  bulk = k;
  shear = g;
  return true;
}
} // namespace fe2
