// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What tests share: parts made from lines of a parameter file.
 */
#ifndef fe2_tests_helpers_h
#define fe2_tests_helpers_h

#include <lib/pool/local_pool.h>

#include <rve/micro_model_library.h>

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace fe2
{
namespace test
{
/// Writes a text to a file in the working folder and returns its name.
inline std::string write_file(const std::string &name, const std::string &text)
{
  std::ofstream(name) << text;
  return name;
}

/// A tree from the text of a parameter file.
inline ParameterTree tree(const std::string &text)
{
  // Tests run side by side in one folder.
  const std::string file = write_file("test_" + std::to_string(getpid()) + ".prm", text);
  const ParameterTree result = ParameterTree::read(MPI_COMM_SELF, file);
  std::remove(file.c_str());
  return result;
}

struct Models
{
  MaterialLibrary materials;
  MicroModelLibrary models;

  explicit Models(const std::string &text)
  {
    Parameters p(tree(text));
    materials.declare(p);
    models.declare(p);
    Faults faults;
    p.parse(faults);
    materials.validate(p, faults);
    models.validate(p, faults, materials);
    faults.throw_if_any("test");
  }
  std::shared_ptr<MicroModel> operator()(const std::string &name) const { return models.create(name); }
};

/// A material from the lines inside its subsection.
inline std::shared_ptr<const PhaseMaterial> material(const std::string &lines)
{
  return Models("subsection Materials\nsubsection m\n" + lines + "end\nend\n").materials.find("m");
}

/// Stress, tangent and new history of one point.
struct PointResult
{
  Vector6 stress;
  Matrix6 tangent;
  std::vector<double> history;
};

inline PointResult evaluate(const PhaseMaterial &m, const Increment &increment, const Vector6 &strain,
                            const std::vector<double> &history)
{
  PointResult r;
  r.history.resize(history.size());
  MaterialPoints x;
  x.n = x.stride = 1;
  x.gradient = strain.data();
  x.old_history = history.data();
  x.new_history = r.history.data();
  x.stress = r.stress.data();
  x.tangent = r.tangent.data();
  if (const char *fault = m.evaluate(increment, x))
    throw RunError(fault);
  return r;
}

/// A fixed, unsymmetric-looking strain of a given size.
inline Vector6 some_strain(const double size = 1e-3)
{
  Vector6 e;
  e << 1.0, -0.4, 0.3, 0.7, -0.2, 0.5;
  return size * e;
}

inline MicroRequest request(const Vector6 &strain, const double dt, const unsigned int quadrature = 0)
{
  MicroRequest r;
  r.id.quadrature = quadrature;
  r.gradient = strain;
  r.increment.dt = dt;
  return r;
}

/// Largest difference between a model's tangent and central differences of its stress, relative to the tangent's norm.
inline double tangent_error(LocalPool &pool, const MicroRequest &at, const double step = 1e-7)
{
  const Matrix6 tangent = pool.evaluate({at}).front().tangent;
  Matrix6 differences;
  for (int j = 0; j < 6; ++j)
  {
    MicroRequest plus = at, minus = at;
    plus.gradient[j] += step;
    minus.gradient[j] -= step;
    const Vector6 difference =
        (pool.evaluate({plus}).front().stress - pool.evaluate({minus}).front().stress) / (2 * step);
    differences.col(j) = difference;
  }
  return (tangent - differences).norm() / tangent.norm();
}
} // namespace test
} // namespace fe2

#endif
