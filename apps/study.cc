// SPDX-License-Identifier: LGPL-2.1-or-later
#include <apps/study.h>

#include <rve/elastic_constants.h>
#include <rve/microstructure.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
/// The stiffness of the case with two entries of the microstructure replaced.
Matrix6 stiffness_of(Case &c, const std::string &model, const double size, const unsigned int instance,
                     const Increment &increment)
{
  ParameterTree tree = c.parameters().tree();
  tree.set("Micro models/" + model + "/Microstructure/Size=" + format(size, 12));
  tree.set("Micro models/" + model + "/Microstructure/Seed=" + std::to_string(instance + 1));
  tree.set("Micro models/" + model + "/Instances=1");
  Parameters p(tree);
  Sections sections;
  sections.declare(p);
  Faults faults;
  p.parse(faults);
  sections.materials.validate(p, faults);
  sections.models.validate(p, faults, sections.materials);
  faults.throw_if_any(tree.file());
  return sections.models.create(model, c.comm)->initial_tangent(increment);
}

struct Statistics
{
  double mean = 0, deviation = 0, error = 0; ///< standard deviation, and that of the mean
};

Statistics statistics(const std::vector<double> &x)
{
  Statistics s;
  for (const double v : x)
    s.mean += v / double(x.size());
  for (const double v : x)
    s.deviation += (v - s.mean) * (v - s.mean) / double(x.size() - 1);
  s.deviation = std::sqrt(s.deviation);
  s.error = s.deviation / std::sqrt(double(x.size()));
  return s;
}

std::string text_of(const std::string &name, const Statistics &s)
{
  return "  " + name + " " + format(s.mean, 6) + " +- " + format(100 * s.deviation / s.mean, 2) + " %";
}
/// Two questions: is the mean over realizations that of the material, and is one realization enough, as FE2 uses them?
std::string verdict(const HomogenizeSettings &s, const std::vector<Statistics> &bulk,
                    const std::vector<Statistics> &shear)
{
  double change = 0, error = 0, scatter = 0;
  for (const auto *list : {&bulk, &shear})
  {
    const Statistics &last = list->back();
    error = std::max(error, last.error / last.mean);
    scatter = std::max(scatter, last.deviation / last.mean);
    if (list->size() > 1)
      change = std::max(change, std::abs(last.mean / (*list)[list->size() - 2].mean - 1));
  }
  const auto percent = [](const double x) { return format(100 * x, 2) + " %"; };
  const bool known = bulk.size() > 1 && change <= s.study_tolerance, mean = known && error <= s.study_tolerance,
             one = known && scatter <= s.study_tolerance;
  return "Verdict for size " + format(s.study_sizes.back()) + " and " + percent(s.study_tolerance) +
         ": the mean over realizations " + (mean ? "is" : "is NOT shown to be") + " good enough (the means change by " +
         (bulk.size() > 1 ? percent(change) : "(one size only)") + ", their standard error is " + percent(error) +
         "); a single RVE " + (one ? "is large enough" : "is NOT large enough") + " (its standard deviation is " +
         percent(scatter) +
         (one ? ")" : "); FE2 with one realization for all points carries that error, 'Instances' averages it");
}
} // namespace

void check_study(const Case &c, const std::string &name, const MicroModel &model)
{
  const auto &s = c.homogenize;
  if (s.study_sizes.empty())
    return;
  if (model.is_plane_stress())
    throw InputError(
        "Homogenize/Study sizes: the study compares bulk and shear moduli, which plane stress has not; set "
        "'Plane stress' to none");
  const Microstructure *microstructure = c.models.microstructure(name);
  if (microstructure == nullptr || !microstructure->is_random())
    throw InputError("Homogenize/Study sizes: the micro model '" + name +
                     "' has no random microstructure (random_fibres, random_spheres, ellipsoids, voronoi)");
  if (std::adjacent_find(s.study_sizes.begin(), s.study_sizes.end(), std::greater_equal<double>()) !=
      s.study_sizes.end())
    throw InputError("Homogenize/Study sizes: must rise");
}

void run_study(Case &c, const std::string &model, const Increment &increment, const ResultFolder &folder, Log &log)
{
  const auto &s = c.homogenize;
  CsvWriter table;
  if (log.speaks())
    table.open(folder.file("study.csv"), "units: " + c.macro.units + "; K, G: isotropic part of the stiffness",
               {"size", "seed", "K", "G", "anisotropy", "C11", "C22", "C33", "C44", "C55", "C66"});
  std::vector<Statistics> bulk, shear;
  for (const double size : s.study_sizes)
  {
    std::vector<double> k, g;
    for (unsigned int seed = 0; seed < s.study_seeds; ++seed)
    {
      const Matrix6 stiffness = stiffness_of(c, model, size, seed, increment);
      const Isotropic iso = isotropic_part(stiffness);
      k.push_back(iso.bulk);
      g.push_back(iso.shear);
      std::vector<double> row = {size, double(seed + 1), iso.bulk, iso.shear, anisotropy(stiffness)};
      for (int i = 0; i < 6; ++i)
        row.push_back(stiffness(i, i));
      if (log.speaks())
        table.append(row);
    }
    bulk.push_back(statistics(k));
    shear.push_back(statistics(g));
    log.line("Size " + format(size) + ", " + std::to_string(s.study_seeds) + " seeds:" + text_of("K", bulk.back()) +
             text_of("G", shear.back()));
  }
  log.line(verdict(s, bulk, shear));
}
} // namespace fe2
