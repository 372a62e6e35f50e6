// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/elastic_constants.h>
#include <rve/microstructure.h>
#include <rve/models/fourier_rve.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <Eigen/Eigenvalues>
#include <random>

using namespace fe2;

namespace
{
const std::string materials = R"(
subsection Materials
  subsection soft
    set Type = linear_elastic
    set Young's modulus = 3
    set Poisson's ratio = 0.35
  end
  subsection stiff
    set Type = linear_elastic
    set Young's modulus = 70
    set Poisson's ratio = 0.2
  end
  subsection warm
    set Type = linear_elastic
    set Young's modulus = 10
    set Poisson's ratio = 0.3
    set Thermal expansion = 1e-3
    set Stress-free temperature = 20
  end
  subsection pore
    set Type = void
  end
  subsection polymer
    set Type = prony
    set Equilibrium bulk modulus = 4
    set Equilibrium shear modulus = 0.3
    set Shear moduli = 0.5, 0.2
    set Shear relaxation times = 0.5, 8
  end
  subsection metal
    set Type = j2_plasticity
    set Young's modulus = 100
    set Poisson's ratio = 0.3
    set Yield stress = 0.2
    set Hardening modulus = 1
    set Kinematic modulus = 2
  end
  subsection softening
    set Type = j2_plasticity
    set Young's modulus = 100
    set Poisson's ratio = 0.3
    set Yield stress = 0.2
    set Hardening modulus = -40
  end
  subsection bent
    set Type = power_law
  end
  subsection crooked
    set Type = skew
  end
end
)";

/// A file of random phases, removed at the end.
struct RandomImage
{
  std::string file;
  RandomImage(const std::array<unsigned int, 3> &n, const unsigned int n_phases, const unsigned int seed = 1)
      : file("test_random_" + std::to_string(getpid()) + "_" + std::to_string(seed) + ".txt")
  {
    std::mt19937 random(seed);
    std::ofstream out(file);
    for (unsigned int v = 0; v < n[0] * n[1] * n[2]; ++v)
      out << (v < n_phases ? v : random() % n_phases) << '\n';
    lines = "set Type = voxels\nset File = " + file + "\nset Voxels = " + std::to_string(n[0]) + ", " +
            std::to_string(n[1]) + (n[2] > 1 ? ", " + std::to_string(n[2]) : "") + "\n" +
            (n[2] > 1 ? "set Size = 1, 1.2, 0.8\n" : "set Size = 1, 1.2\n");
  }
  ~RandomImage() { std::remove(file.c_str()); }
  std::string lines;
};

std::string model(const std::string &type, const std::string &phases, const std::string &microstructure,
                  const std::string &more = "")
{
  return "subsection Micro models\nsubsection r\nset Type = " + type + "\nset Phases = " + phases + "\n" + more +
         "subsection Microstructure\n" + microstructure + "end\nend\nend\n";
}

const std::string tight = "set Tolerance = 1e-12\nset Tangent tolerance = 1e-8\nsubsection Newton\nset Relative "
                          "tolerance = 1e-11\nend\n";
const std::string tight_fe = "subsection Newton\nset Relative tolerance = 1e-11\nend\n";
const std::string sphere = "set Type = sphere\nset Resolution = 6\n";

LocalPool make_pool(const std::string &text, const unsigned int n = 1)
{
  test::Models models(materials + text);
  LocalPool pool({models("r")}, {"r"});
  std::vector<PointDefinition> points(n);
  for (unsigned int i = 0; i < n; ++i)
    points[i].id.quadrature = i;
  pool.create(points);
  return pool;
}

Matrix6 stiffness(const std::string &text)
{
  return test::Models(materials + text)("r")->initial_tangent(Increment());
}

MicroResponse answer(LocalPool &pool, const MicroRequest &request)
{
  const auto response = pool.evaluate({request}).front();
  BOOST_REQUIRE_MESSAGE(response.status == Status::converged, response.message);
  return response;
}

/// Largest relative difference of stresses and tangents of both models along a path.
double difference_along(LocalPool &a, LocalPool &b, const std::vector<Vector6> &path, const double dt = 0.1)
{
  double largest = 0;
  for (const auto &strain : path)
  {
    const auto x = answer(a, test::request(strain, dt)), y = answer(b, test::request(strain, dt));
    a.commit();
    b.commit();
    largest = std::max(
        {largest, (x.stress - y.stress).norm() / y.stress.norm(), (x.tangent - y.tangent).norm() / y.tangent.norm()});
  }
  return largest;
}

std::vector<Vector6> load_unload_shear()
{
  Vector6 shear = Vector6::Zero();
  shear[3] = 4e-3;
  const Vector6 e = test::some_strain(1e-3);
  return {0.5 * e, 2 * e, 4 * e, 3.8 * e, 3 * e, Vector6(3 * e + shear), Vector6(3 * e - shear)};
}
} // namespace

BOOST_AUTO_TEST_SUITE(fourier_rve)

BOOST_AUTO_TEST_CASE(linear_stiffness_equals_that_of_finite_elements)
{
  for (const bool b_bar : {false, true})
    for (const std::array<unsigned int, 3> &n : {std::array<unsigned int, 3>{5, 4, 3}, {7, 6, 1}})
    {
      const RandomImage image(n, 3);
      const Matrix6 fourier = stiffness(model("fourier_rve", "soft, stiff, warm", image.lines,
                                              tight + (b_bar ? "set Integration = b_bar\n" : ""))),
                    finite = stiffness(model("fe_rve", "soft, stiff, warm", image.lines,
                                             tight_fe + (b_bar ? "set B-bar = true\n" : "")));
      BOOST_CHECK_SMALL((fourier - finite).norm() / finite.norm(), 1e-10);
    }
}

BOOST_AUTO_TEST_CASE(prisms_along_another_axis)
{
  const RandomImage image({7, 6, 1}, 2);
  const Matrix6 fourier = stiffness(model("fourier_rve", "soft, stiff", image.lines, tight + "set Prism axis = 1\n")),
                finite = stiffness(model("fe_rve", "soft, stiff", image.lines, tight_fe + "set Prism axis = 1\n"));
  BOOST_CHECK_SMALL((fourier - finite).norm() / finite.norm(), 1e-10);
}

BOOST_AUTO_TEST_CASE(plastic_paths_equal_those_of_finite_elements)
{
  for (const std::array<unsigned int, 3> &n : {std::array<unsigned int, 3>{4, 3, 3}, {5, 4, 1}})
    for (const bool b_bar : {false, true})
    {
      const RandomImage image(n, 2);
      auto a = make_pool(
               model("fourier_rve", "metal, stiff", image.lines, tight + (b_bar ? "set Integration = b_bar\n" : ""))),
           b = make_pool(model("fe_rve", "metal, stiff", image.lines, tight_fe + (b_bar ? "set B-bar = true\n" : "")));
      BOOST_CHECK_SMALL(difference_along(a, b, load_unload_shear()), 1e-8);
    }
}

BOOST_AUTO_TEST_CASE(other_nonlinear_phases_equal_finite_elements)
{
  const RandomImage image({4, 3, 3}, 2);
  for (const std::string phases : {"bent, stiff", "metal, polymer", "crooked, stiff", "metal, warm", "bent, crooked"})
  {
    auto a = make_pool(model("fourier_rve", phases, image.lines, tight)),
         b = make_pool(model("fe_rve", phases, image.lines, tight_fe));
    BOOST_CHECK_SMALL(difference_along(a, b, load_unload_shear()), 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(prony_and_heated_phases_equal_finite_elements)
{
  const RandomImage image({4, 3, 3}, 3);
  auto a = make_pool(model("fourier_rve", "polymer, stiff, warm", image.lines, tight)),
       b = make_pool(model("fe_rve", "polymer, stiff, warm", image.lines, tight_fe));
  double time = 0;
  for (const auto &strain : load_unload_shear())
  {
    MicroRequest request = test::request(strain, 0.3);
    request.increment.fields = {{20 + time, 25 + time}};
    time += 5;
    const auto x = answer(a, request), y = answer(b, request);
    a.commit();
    b.commit();
    BOOST_CHECK_SMALL((x.stress - y.stress).norm() / y.stress.norm(), 1e-10);
    BOOST_CHECK_SMALL((x.tangent - y.tangent).norm() / y.tangent.norm(), 1e-10);
    const auto names = a.model(0).scalar_names();
    const auto p = a.query({PointId()}, names).front(), q = b.query({PointId()}, names).front();
    for (std::size_t i = 2; i < names.size(); ++i)
      BOOST_CHECK_SMALL(p[i] - q[i], 1e-9);
    BOOST_CHECK_SMALL(p[0], 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(linear_shortcut_and_newton_agree)
{
  const RandomImage image({4, 3, 3}, 2);
  test::Models models(materials);
  const std::vector<Phase> phases = {{"polymer", models.materials.find("polymer")},
                                     {"stiff", models.materials.find("stiff")}};
  Parameters p(test::tree(image.lines));
  const auto microstructure = Registry<Microstructure>::factory("voxels")();
  microstructure->declare(p);
  Faults faults;
  p.parse(faults);
  microstructure->validate(p, faults, {"polymer", "stiff"});
  std::vector<LocalPool> pools;
  for (const bool shortcut : {true, false})
  {
    FourierRveSettings settings;
    settings.linear_shortcut = shortcut;
    settings.tolerance = 1e-12;
    settings.tangent_tolerance = 1e-7;
    settings.newton.relative_tolerance = 1e-11;
    pools.push_back(LocalPool({std::make_shared<FourierRve>(microstructure->voxels(0), phases, settings)}, {"r"}));
    pools.back().create({PointDefinition()});
  }
  BOOST_CHECK_SMALL(difference_along(pools[0], pools[1], load_unload_shear(), 0.3), 1e-9);
}

BOOST_AUTO_TEST_CASE(tangents_are_those_of_differences)
{
  const RandomImage image({4, 3, 3}, 2);
  for (const std::string phases : {"metal, stiff", "bent, stiff", "crooked, stiff"})
  {
    auto pool = make_pool(model("fourier_rve", phases, image.lines, tight));
    for (const double size : {1e-3, 3e-3})
    {
      BOOST_CHECK_SMALL(test::tangent_error(pool, test::request(test::some_strain(size), 0.1)), 2e-6);
      pool.commit();
    }
  }
}

/// Fields that are wrong by 1e-k make a tangent wrong by 1e-2k.
BOOST_AUTO_TEST_CASE(the_error_of_the_tangent_is_quadratic)
{
  const RandomImage image({8, 8, 8}, 2);
  const auto tangent = [&](const std::string &tolerance)
  {
    auto pool = make_pool(model("fourier_rve", "metal, stiff", image.lines,
                                "set Tangent tolerance = " + tolerance +
                                    "\nset Elastic check = false\nsubsection Newton\nset Relative tolerance = "
                                    "1e-11\nend\n"));
    return Matrix6(answer(pool, test::request(test::some_strain(4e-3), 0.1)).tangent);
  };
  const Matrix6 exact = tangent("1e-9");
  for (const double tolerance : {1e-1, 1e-2, 1e-3})
  {
    const double error = (tangent(std::to_string(tolerance)) - exact).norm() / exact.norm();
    BOOST_TEST_MESSAGE("tangent tolerance " << tolerance << ": error " << error);
    BOOST_CHECK_LT(error, tolerance * tolerance);
  }
}

/// A Newton tolerance of 1e-4 leaves an error of the stress far below it.
BOOST_AUTO_TEST_CASE(the_residual_corrects_the_stress)
{
  const RandomImage image({6, 6, 6}, 2);
  const auto stress = [&](const std::string &tolerance, const bool with_tangent)
  {
    auto pool = make_pool(
        model("fourier_rve", "metal, stiff", image.lines,
              "set Tangent tolerance = 1e-3\nsubsection Newton\nset Relative tolerance = " + tolerance + "\nend\n"));
    MicroRequest request = test::request(test::some_strain(4e-3), 0.1);
    request.wanted.tangent = with_tangent;
    return Vector6(answer(pool, request).stress);
  };
  const Vector6 exact = stress("1e-11", true);
  const double plain = (stress("1e-4", false) - exact).norm() / exact.norm(),
               corrected = (stress("1e-4", true) - exact).norm() / exact.norm();
  BOOST_TEST_MESSAGE("errors " << plain << ", corrected " << corrected);
  BOOST_CHECK_LT(plain, 1e-3);
  BOOST_CHECK_LT(corrected, 1e-2 * plain);
}

BOOST_AUTO_TEST_CASE(evaluating_twice_and_rolling_back_change_nothing)
{
  const RandomImage image({4, 3, 3}, 2);
  auto a = make_pool(model("fourier_rve", "metal, stiff", image.lines, tight)),
       b = make_pool(model("fourier_rve", "metal, stiff", image.lines, tight));
  for (const auto &strain : load_unload_shear())
  {
    const auto x = answer(a, test::request(strain, 0.1));
    a.commit();
    answer(b, test::request(-strain, 0.1));
    b.rollback();
    answer(b, test::request(0.7 * strain, 0.1));
    answer(b, test::request(strain, 0.1));
    const auto y = answer(b, test::request(strain, 0.1));
    b.commit();
    BOOST_CHECK_SMALL((x.stress - y.stress).norm() / x.stress.norm(), 1e-10);
    BOOST_CHECK_SMALL((x.tangent - y.tangent).norm() / x.tangent.norm(), 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(saved_states_go_on_alike)
{
  const RandomImage image({4, 3, 3}, 2);
  for (const std::string phases : {"metal, stiff", "polymer, stiff"})
  {
    const std::string text = model("fourier_rve", phases, image.lines, tight);
    auto a = make_pool(text), b = make_pool(text);
    answer(a, test::request(test::some_strain(4e-3), 0.1));
    a.commit();
    b.load(a.save());
    const auto next = test::request(test::some_strain(3e-3), 0.1);
    const auto x = answer(a, next), y = answer(b, next);
    BOOST_CHECK_SMALL((x.stress - y.stress).norm() / x.stress.norm(), 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(a_point_does_not_depend_on_the_batch)
{
  const RandomImage image({4, 3, 3}, 2);
  const std::string text = model("fourier_rve", "polymer, stiff", image.lines);
  auto many = make_pool(text, 19), one = make_pool(text);
  for (unsigned int step = 1; step < 4; ++step)
  {
    std::vector<MicroRequest> requests;
    for (unsigned int i = 0; i < 19; ++i)
      requests.push_back(test::request(std::pow(-2., double(i % 7)) * step * test::some_strain(), 0.2, i));
    const auto responses = many.evaluate(requests);
    const auto alone = answer(one, test::request(requests[0].gradient, 0.2));
    many.commit();
    one.commit();
    BOOST_CHECK_SMALL((responses[0].stress - alone.stress).norm() / alone.stress.norm(), 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(elastic_points_are_answered_without_a_solve_and_without_history)
{
  const RandomImage image({6, 5, 4}, 2);
  auto with = make_pool(model("fourier_rve", "metal, stiff", image.lines, tight)),
       without = make_pool(model("fourier_rve", "metal, stiff", image.lines, tight + "set Elastic check = false\n"));
  bool yielded = false;
  unsigned int elastic_steps = 0;
  for (unsigned int i = 1; i < 16; ++i)
  {
    const auto request = test::request(i * test::some_strain(1e-4), 0.1);
    const auto x = answer(with, request), y = answer(without, request);
    with.commit();
    without.commit();
    BOOST_CHECK_SMALL((x.stress - y.stress).norm() / y.stress.norm(), 1e-9);
    BOOST_CHECK_SMALL((x.tangent - y.tangent).norm() / y.tangent.norm(), 1e-8);
    const bool small = with.statistics().state_bytes < 2000;
    elastic_steps += small;
    BOOST_CHECK(!yielded || !small); // it does not become elastic again
    yielded = yielded || !small;
    const auto names = with.model(0).scalar_names();
    const auto p = with.query({PointId()}, names).front(), q = without.query({PointId()}, names).front();
    for (std::size_t k = 2; k < names.size(); ++k)
      BOOST_CHECK_SMALL(p[k] - q[k], 1e-9);
  }
  BOOST_CHECK(yielded);
  BOOST_CHECK_GT(elastic_steps, 3);
}

/// No point yields where the check says so: against a material evaluation at all points, near the limit.
BOOST_AUTO_TEST_CASE(the_elastic_check_is_safe)
{
  ElasticCheck check;
  std::mt19937 random(4);
  std::normal_distribution<double> number;
  std::vector<Matrix6> forms;
  for (unsigned int k = 0; k < 3000; ++k)
  {
    Matrix6 a;
    for (int i = 0; i < 36; ++i)
      a.data()[i] = (i % 7 == 0 ? 3. : 0.) + 0.3 * number(random);
    forms.push_back(a.transpose() * a);
    check.add(forms.back());
  }
  check.build(64);
  unsigned int accepted = 0, elastic = 0;
  for (unsigned int k = 0; k < 2000; ++k)
  {
    Vector6 e;
    for (int i = 0; i < 6; ++i)
      e[i] = 0.08 * number(random);
    double largest = 0;
    for (const auto &m : forms)
      largest = std::max(largest, e.dot(m * e));
    elastic += largest <= 1;
    const bool says = check.is_elastic(e);
    accepted += says;
    BOOST_CHECK(!says || largest <= 1);
  }
  BOOST_TEST_MESSAGE(accepted << " of " << elastic << " elastic gradients accepted");
  BOOST_CHECK_GT(accepted, elastic / 2);
}

BOOST_AUTO_TEST_CASE(random_microstructures_are_between_the_bounds)
{
  for (unsigned int seed = 1; seed <= 20; ++seed)
  {
    const RandomImage image({5, 6, 4}, 3, seed);
    const auto rve = test::Models(materials + model("fourier_rve", "soft, stiff, metal", image.lines, tight))("r");
    const Matrix6 c = rve->initial_tangent(Increment());
    Matrix6 voigt = Matrix6::Zero(), reuss = Matrix6::Zero();
    for (const auto &phase : rve->phase_tangents(Increment()))
    {
      voigt += phase.fraction * phase.tangent;
      reuss += phase.fraction * Matrix6(Eigen::MatrixXd(phase.tangent).inverse());
    }
    reuss = Matrix6(Eigen::MatrixXd(reuss).inverse());
    BOOST_CHECK_SMALL((c - c.transpose()).norm() / c.norm(), 1e-14);
    const auto least = [](const Matrix6 &m)
    { return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(Eigen::MatrixXd(m)).eigenvalues()[0]; };
    BOOST_CHECK_GT(least(reuss), 0);
    BOOST_CHECK_GT(least(c - reuss), 0);
    BOOST_CHECK_GT(least(voigt - c), 0);
  }
}

BOOST_AUTO_TEST_CASE(voids_and_high_contrast_converge)
{
  const RandomImage image({8, 8, 8}, 2);
  const Matrix6 porous = stiffness(model("fourier_rve", "stiff, pore", sphere, tight)),
                rigid = stiffness(model("fourier_rve", "soft, stiff", sphere, tight));
  // A phase that is nearly a void, by finite elements.
  const std::string faint = "subsection Materials\nsubsection faint\nset Type = linear_elastic\nset Young's modulus = "
                            "7e-9\nset Poisson's ratio = 0.2\nend\nend\n";
  const Matrix6 finite =
      test::Models(materials + faint + model("fe_rve", "stiff, faint", sphere))("r")->initial_tangent(Increment());
  BOOST_CHECK_SMALL((porous - finite).norm() / finite.norm(), 1e-8);
  BOOST_CHECK_GT(rigid(0, 0), 0);
  const std::string hard = "subsection Materials\nsubsection hard\nset Type = linear_elastic\nset Young's modulus = "
                           "3e4\nset Poisson's ratio = 0.2\nend\nend\n";
  for (const auto &lines : {sphere, image.lines})
  {
    const Matrix6 a = test::Models(materials + hard + model("fourier_rve", "soft, hard", lines, tight))("r")
                          ->initial_tangent(Increment()),
                  b = test::Models(materials + hard + model("fe_rve", "soft, hard", lines))("r")->initial_tangent(
                      Increment());
    BOOST_CHECK_SMALL((a - b).norm() / b.norm(), 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(a_porous_metal_flows)
{
  auto a = make_pool(model("fourier_rve", "metal, pore", sphere, tight));
  BOOST_CHECK_SMALL(test::tangent_error(a, test::request(test::some_strain(3e-3), 0.1)), 2e-6);
}

BOOST_AUTO_TEST_CASE(equal_phases_are_the_material)
{
  const RandomImage image({4, 3, 2}, 2);
  const std::string twins = "subsection Materials\nsubsection twin\nset Type = linear_elastic\nset Young's modulus = "
                            "70\nset Poisson's ratio = 0.2\nend\nsubsection metal twin\nset Type = j2_plasticity\nset "
                            "Young's modulus = 100\nset Poisson's ratio = 0.3\nset Yield stress = 0.2\nset Hardening "
                            "modulus = 1\nset Kinematic modulus = 2\nend\nend\n";
  test::Models models(materials);
  const Matrix6 exact = models.materials.find("stiff")->initial_tangent(Increment());
  BOOST_CHECK_SMALL((stiffness(twins + model("fourier_rve", "stiff, twin", image.lines)) - exact).norm() / exact.norm(),
                    1e-13);
  auto pool = make_pool(twins + model("fourier_rve", "metal, metal twin", image.lines));
  std::vector<double> history(7, 0.);
  for (const auto &strain : load_unload_shear())
  {
    const auto x = answer(pool, test::request(strain, 0.1));
    pool.commit();
    const auto y = test::evaluate(*models.materials.find("metal"), Increment{0.1, {}}, strain, history);
    history = y.history;
    BOOST_CHECK_SMALL((Vector6(x.stress) - y.stress).norm() / y.stress.norm(), 1e-12);
    BOOST_CHECK_SMALL((Matrix6(x.tangent) - y.tangent).norm() / y.tangent.norm(), 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(iterations_do_not_grow_with_the_grid)
{
  std::vector<unsigned int> iterations;
  for (const unsigned int n : {8, 16, 32})
  {
    const VoxelImage image =
        sample(3, {1, 1, 1}, n,
               [](const dealii::Point<3> &x) { return (x - dealii::Point<3>(.5, .5, .5)).norm() < 0.36 ? 1u : 0u; });
    const VoxelGrid grid(image, 2, false, MPI_COMM_SELF);
    const GreenOperator green(grid);
    const UniformOperator op(grid, green, {mandel::isotropic(1, 0.5), mandel::isotropic(10, 5)});
    LaneWork work(grid, 8);
    std::vector<double> gradients(48, 0.), stresses(48);
    for (std::size_t j = 0; j < 6; ++j)
      gradients[9 * j] = 1;
    const auto result = op.localize(work, gradients.data(), stresses.data(), false, {1e-6, 100});
    BOOST_CHECK(result.converged);
    iterations.push_back(result.iterations);
  }
  BOOST_CHECK_LE(*std::max_element(iterations.begin(), iterations.end()) -
                     *std::min_element(iterations.begin(), iterations.end()),
                 2);
}

BOOST_AUTO_TEST_CASE(an_indefinite_tangent_is_a_status)
{
  const RandomImage image({4, 4, 4}, 2);
  auto pool = make_pool(model("fourier_rve", "softening, stiff", image.lines));
  const auto response = pool.evaluate({test::request(test::some_strain(2e-2), 0.1)}).front();
  BOOST_CHECK(response.status == Status::failed);
  BOOST_CHECK_NE(response.message.find("RVE"), std::string::npos);
  // It goes on after a failure.
  BOOST_CHECK(pool.evaluate({test::request(test::some_strain(1e-4), 0.1)}).front().status == Status::converged);
}

BOOST_AUTO_TEST_CASE(all_void_is_refused)
{
  const std::string air = "subsection Materials\nsubsection air\nset Type = void\nend\nend\n";
  BOOST_CHECK_THROW(test::Models(materials + air + model("fourier_rve", "pore, air", sphere))("r"), InputError);
}

/// Local plane stress: phases without stiffness along the prism.
BOOST_AUTO_TEST_CASE(phases_in_plane_stress_equal_finite_elements)
{
  const RandomImage image({6, 5, 1}, 2);
  const std::string local = "set Plane stress = local\n";
  for (const std::string phases : {"soft, stiff", "metal, stiff"})
  {
    auto a = make_pool(model("fourier_rve", phases, image.lines, tight + local)),
         b = make_pool(model("fe_rve", phases, image.lines, tight_fe + local));
    Vector6 strain = Vector6::Zero();
    strain << 2e-3, -1e-3, 0, 1e-3, 0, 0;
    for (const double size : {1., 2.})
    {
      const auto x = answer(a, test::request(size * strain, 0.1)), y = answer(b, test::request(size * strain, 0.1));
      a.commit();
      b.commit();
      BOOST_CHECK_SMALL((x.stress - y.stress).norm() / y.stress.norm(), 1e-9);
      for (const int i : {0, 1, 3})
        for (const int j : {0, 1, 3})
          BOOST_CHECK_SMALL((x.tangent(i, j) - y.tangent(i, j)) / y.tangent.norm(), 1e-8);
    }
  }
}
BOOST_AUTO_TEST_SUITE_END()
