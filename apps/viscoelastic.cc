// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/stiffness_output.h>
#include <apps/viscoelastic.h>

#include <Eigen/LU>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
using Complex = std::complex<double>;
using NamedComplex = std::vector<std::pair<std::string, Complex>>;

ComplexMatrix6 stiffness_at(MicroModel &model, const std::string &name, const double omega,
                            const std::vector<FieldValue> &fields, const std::string &entry)
{
  const auto c = model.harmonic_tangent(omega, fields);
  if (!c)
    throw InputError("Homogenize/" + entry + ": the micro model '" + name +
                     "' has phases that are not linear; this is for elastic and viscoelastic (prony) phases");
  return *c;
}

/// Of the complex compliance; K is a third of the isotropic part's trace.
NamedComplex complex_constants(const ComplexMatrix6 &c, const bool plane_stress)
{
  if (plane_stress)
  {
    const int rows[3] = {0, 1, 3};
    Eigen::Matrix3cd plane;
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        plane(i, j) = c(rows[i], rows[j]);
    const Eigen::Matrix3cd s = plane.inverse();
    return {{"E1", 1. / s(0, 0)}, {"E2", 1. / s(1, 1)}, {"G12", 0.5 / s(2, 2)}};
  }
  // Directions without stiffness (layers of pores) have none, not a division by zero.
  const Eigen::MatrixXcd regular = c + 1e-13 * c.norm() * Eigen::MatrixXcd::Identity(6, 6), s = regular.inverse();
  const Complex bulk = (mandel::volumetric().cast<Complex>() * c).trace() / 3.,
                shear = (mandel::deviatoric().cast<Complex>() * c).trace() / 10.;
  return {{"E1", 1. / s(0, 0)},   {"E2", 1. / s(1, 1)},   {"E3", 1. / s(2, 2)}, {"G12", 0.5 / s(3, 3)},
          {"G13", 0.5 / s(4, 4)}, {"G23", 0.5 / s(5, 5)}, {"K", bulk},          {"G", shear}};
}

/// The frequencies of the file, or so many a decade from the first to the last.
std::vector<double> frequencies(const HomogenizeSettings &s)
{
  if (s.frequencies_per_decade == 0 || s.frequencies.size() != 2)
    return s.frequencies;
  const double low = std::log10(s.frequencies.front()), high = std::log10(s.frequencies.back());
  const auto n = std::max(1l, std::lround((high - low) * s.frequencies_per_decade));
  std::vector<double> list;
  for (long i = 0; i <= n; ++i)
    list.push_back(i == n ? s.frequencies.back() : std::pow(10., low + (high - low) * double(i) / double(n)));
  return list;
}

void write_equilibrium(const Case &c, MicroModel &model, const std::string &name, const std::vector<FieldValue> &fields,
                       const ResultFolder &folder, Log &log)
{
  const Matrix6 stiffness = stiffness_at(model, name, 0, fields, "Equilibrium").real();
  std::string text = "Equilibrium (t to infinity):";
  const auto constants = engineering_constants(stiffness, model.is_plane_stress());
  for (const auto &[label, value] : constants)
    text += " " + label + " " + format(value, 6);
  log.line(text);
  if (!log.speaks())
    return;
  write_stiffness(stiffness, folder.file("stiffness_equilibrium.csv"),
                  "units: " + c.macro.units +
                      "; relaxed, t to infinity; Mandel order 11,22,33,12,13,23; Voigt order xx,yy,zz,yz,xz,xy");
  write_row(folder.file("engineering_constants_equilibrium.csv"), "units: " + c.macro.units, constants);
}

std::vector<std::string> column_names(const bool plane_stress)
{
  std::vector<std::string> names = {"omega"};
  for (const auto &[label, value] : complex_constants(ComplexMatrix6::Identity(), plane_stress))
    for (const char *part : {"_storage", "_loss", "_tan_delta"})
      names.push_back(label + part);
  const auto &components = component_names(Kinematics::small_strain);
  for (const char *part : {"storage_", "loss_"})
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = i; j < 6; ++j)
        names.push_back(part + components[i] + "_" + components[j]);
  return names;
}

void write_frequencies(const Case &c, MicroModel &model, const std::string &name, const std::vector<FieldValue> &fields,
                       const ResultFolder &folder, Log &log)
{
  CsvWriter table;
  if (log.speaks())
    table.open(folder.file("complex_moduli.csv"),
               "units: " + c.macro.units +
                   "; omega: angular frequency; storage_11_22 ...: stiffness in Mandel notation, storage and loss",
               column_names(model.is_plane_stress()));
  for (const double omega : frequencies(c.homogenize))
  {
    const ComplexMatrix6 stiffness = stiffness_at(model, name, omega, fields, "Frequencies");
    std::vector<double> row = {omega};
    std::string text = "omega " + format(omega, 4) + ":";
    for (const auto &[label, value] : complex_constants(stiffness, model.is_plane_stress()))
    {
      const double tangent = value.real() != 0 ? value.imag() / value.real() : 0.;
      row.insert(row.end(), {value.real(), value.imag(), tangent});
      if (label == "E1" || label == "G12")
        text += " " + label + " " + format(value.real(), 6) + " tan delta " + format(tangent, 4);
    }
    for (const bool loss : {false, true})
      for (int i = 0; i < 6; ++i)
        for (int j = i; j < 6; ++j)
          row.push_back(loss ? stiffness(i, j).imag() : stiffness(i, j).real());
    log.line(text);
    if (log.speaks())
      table.append(row);
  }
}
} // namespace

void write_viscoelastic(const Case &c, MicroModel &model, const std::string &name, const ResultFolder &folder, Log &log)
{
  std::vector<FieldValue> fields;
  if (c.homogenize.has_temperature)
    fields = {{c.homogenize.temperature, c.homogenize.temperature}};
  if (c.homogenize.equilibrium)
    write_equilibrium(c, model, name, fields, folder, log);
  if (!c.homogenize.frequencies.empty())
    write_frequencies(c, model, name, fields, folder, log);
}
} // namespace fe2
