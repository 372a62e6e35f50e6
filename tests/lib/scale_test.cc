// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/pool/wire.h>
#include <lib/scale/load_path.h>
#include <lib/scale/point_driver.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

using namespace fe2;

namespace
{
LoadPath make_path(const std::string &columns, const std::string &rows, const std::string &others = "zero strain")
{
  static std::vector<std::unique_ptr<Parameters>> keep;
  keep.push_back(std::make_unique<Parameters>(test::tree("")));
  LoadPathSettings s;
  s.columns = columns;
  s.rows = rows;
  s.other_components = others;
  return LoadPath(MPI_COMM_SELF, s, *keep.back());
}
} // namespace

BOOST_AUTO_TEST_SUITE(scale)

BOOST_AUTO_TEST_CASE(paths_interpolate_and_jump)
{
  const auto path = make_path("time, strain_11, strain_12", "0,0,0; 2,1,0.5; 2,3,0.5; 4,3,0");
  BOOST_CHECK_CLOSE(path.at(1, false).target[0], 0.5, 1e-12);
  BOOST_CHECK_CLOSE(path.at(1, false).target[3], 0.25 * mandel::sqrt2, 1e-12);
  BOOST_CHECK_EQUAL(path.at(2, false).target[0], 1.);
  BOOST_CHECK_EQUAL(path.at(2, true).target[0], 3.);
  BOOST_CHECK(path.jumps_at(2) && !path.jumps_at(0) && !path.jumps_at(4));
  BOOST_CHECK(make_path("time, strain_11", "0,1; 1,1").jumps_at(0));
}

BOOST_AUTO_TEST_CASE(paths_refuse_too_much_and_too_little)
{
  BOOST_CHECK_THROW(make_path("time, strain_11, stress_11", "0,0,0; 1,1,1"), InputError);
  BOOST_CHECK_THROW(make_path("time, strain_11", "0,0; 1,1", "must be given"), InputError);
  BOOST_CHECK_THROW(make_path("time, strian_11", "0,0; 1,1"), InputError);
  BOOST_CHECK_THROW(make_path("time, strain_11", "0,0; 1,1; 0.5,1"), InputError);
  BOOST_CHECK_THROW(make_path("time, strain_11", "1,0; 1,1; 1,2"), InputError);
  BOOST_CHECK_THROW(make_path("strain_11, time", "0,0; 1,1"), InputError);
}

BOOST_AUTO_TEST_CASE(driver_finds_the_strains_of_given_stresses)
{
  test::Models models("subsection Materials\nsubsection m\nset Type = linear_elastic\nset Young's modulus = 200\nset "
                      "Poisson's ratio = 0.3\nend\nend\nsubsection Micro models\nsubsection s\nset Type = "
                      "single_phase\nset Phases = m\nend\nend\n");
  LocalPool pool({models("s")}, {"s"});
  pool.create({PointDefinition()});
  const auto path = make_path("time, stress_11", "0,0; 1,2", "zero stress");
  TimeSettings time;
  time.least_dt = 1e-3;
  Log log;
  PointDriver driver(pool, PointId(), path, time, log);
  DriverRow last;
  driver.run([&](const DriverRow &row) { last = row; });
  BOOST_CHECK_CLOSE(last.strain[0], 0.01, 1e-9);
  BOOST_CHECK_CLOSE(last.strain[1], -0.003, 1e-9);
  BOOST_CHECK_EQUAL(last.iterations, 1u);
}

namespace
{
const std::string broken = "subsection Materials\nsubsection m\nset Type = broken\nset Largest strain = 0.01\nend\n"
                           "subsection t\nset Type = broken\nset Tangent = true\nend\nend\n"
                           "subsection Micro models\nsubsection s\nset Type = single_phase\nset Phases = m\nend\n"
                           "subsection p\nset Type = single_phase\nset Phases = m\nset Plane stress = macro\n"
                           "end\nsubsection t\nset Type = single_phase\nset Phases = t\nend\nend\n";
}

// NaN of a model is a failure of its point alone, with its name; NaN in a request is not the model's fault.
BOOST_AUTO_TEST_CASE(pools_take_no_nan)
{
  test::Models models(broken);
  LocalPool pool({models("s"), models("p"), models("t")}, {"s", "p", "t"});
  std::vector<PointDefinition> points(5);
  const std::uint32_t model_of[5] = {0, 0, 1, 2, 0};
  for (unsigned int i = 0; i < 5; ++i)
  {
    points[i].id.quadrature = i;
    points[i].model = model_of[i];
  }
  pool.create(points);
  const Vector6 small = test::some_strain(1e-3), large = test::some_strain(0.1);
  std::vector<MicroRequest> requests;
  for (unsigned int i = 0; i < 5; ++i)
    requests.push_back(test::request(i == 0 ? small : large, 0.1, i));
  requests[4].gradient[2] = std::nan("");
  auto r = pool.evaluate(requests);
  const std::string expected[5] = {"", "'s' answers with a stress that is not", "'p' answers with a stress that is not",
                                   "'t' answers with a tangent that is not",
                                   "the strain, temperature or time step asked"};
  for (unsigned int i = 0; i < 5; ++i)
  {
    BOOST_CHECK((r[i].status == Status::converged) == (i == 0));
    BOOST_CHECK_MESSAGE(r[i].message.find(expected[i]) != std::string::npos, r[i].message);
  }
  pool.commit();
  BOOST_CHECK(!pool.store().at(points[0].id).committed.virgin());
  for (unsigned int i = 1; i < 5; ++i)
    BOOST_CHECK(pool.store().at(points[i].id).committed.virgin());
  requests[3].wanted.tangent = false; // its stress is good
  requests[0].increment.fields = {{0, std::nan("")}};
  r = pool.evaluate(requests);
  BOOST_CHECK(r[0].status == Status::failed);
}

BOOST_AUTO_TEST_CASE(paths_end_where_the_model_answers_nan)
{
  test::Models models(broken);
  LocalPool pool({models("s")}, {"s"});
  pool.create({PointDefinition()});
  const auto path = make_path("time, strain_11", "0,0; 1,0.016");
  TimeSettings time;
  time.initial_dt = 0.5;
  time.least_dt = 1e-3;
  Log log;
  PointDriver driver(pool, PointId(), path, time, log);
  DriverRow last;
  try
  {
    driver.run([&](const DriverRow &row) { last = row; });
    BOOST_ERROR("NaN was accepted");
  }
  catch (const RunError &e)
  {
    BOOST_CHECK_MESSAGE(std::string(e.what()).find("'s' answers with a stress that is not") != std::string::npos,
                        e.what());
  }
  BOOST_CHECK(last.strain[0] > 0.0099 && last.strain[0] <= 0.01 && last.stress.allFinite());
}

/// Loaded at once and unloaded at once: plastic strain remains, as after the same path in time.
BOOST_AUTO_TEST_CASE(a_first_row_that_is_not_zero_is_a_state_even_before_a_jump)
{
  test::Models models("subsection Materials\nsubsection m\nset Type = j2_plasticity\nset Young's modulus = 200\nset "
                      "Poisson's ratio = 0.3\nset Yield stress = 1\nset Hardening modulus = 10\nend\nend\nsubsection "
                      "Micro models\nsubsection s\nset Type = single_phase\nset Phases = m\nend\nend\n");
  const auto run = [&](const std::string &rows)
  {
    LocalPool pool({models("s")}, {"s"});
    pool.create({PointDefinition()});
    const auto path = make_path("time, strain_12", rows);
    TimeSettings time;
    time.least_dt = 1e-3;
    Log log;
    PointDriver driver(pool, PointId(), path, time, log);
    std::vector<DriverRow> all;
    driver.run([&](const DriverRow &row) { all.push_back(row); });
    return all;
  };
  const auto jumps = run("0,0.01; 0,0; 1,0"), slow = run("0,0; 1,0.01; 2,0");
  BOOST_REQUIRE_EQUAL(jumps.size(), 3u);
  BOOST_CHECK_CLOSE(jumps[0].strain[3], 0.01 * mandel::sqrt2, 1e-10);
  BOOST_CHECK_LT(slow.back().stress[3], -0.5);
  BOOST_CHECK_CLOSE(jumps[1].stress[3], slow.back().stress[3], 1e-8);
  BOOST_CHECK_CLOSE(jumps[2].stress[3], slow.back().stress[3], 1e-8);
  // From zero the path begins with the jump, as before.
  BOOST_CHECK_EQUAL(run("0,0; 0,0.01; 1,0.01").size(), 2u);
}

BOOST_AUTO_TEST_CASE(responses_travel_in_every_form)
{
  MicroResponse r;
  r.id.quadrature = 3;
  r.gradient = test::some_strain();
  r.stress = 2 * test::some_strain();
  const Matrix6 random = Matrix6::Random();
  r.tangent = random + random.transpose();
  const auto travel = [](const MicroResponse &response, const Wanted &wanted, wire::KnownTangents &here,
                         wire::KnownTangents &there, std::size_t &size)
  {
    Bytes bytes;
    ByteWriter writer(bytes);
    wire::pack(writer, response, wanted, here);
    size = bytes.size();
    ByteReader reader(bytes);
    return wire::unpack_response(reader, there);
  };
  wire::KnownTangents here, there;
  std::size_t full, symmetric, known;
  r.tangent_kind.symmetric = false;
  BOOST_CHECK(travel(r, Wanted(), here, there, full).tangent == r.tangent);
  r.tangent_kind.symmetric = true;
  BOOST_CHECK(travel(r, Wanted(), here, there, symmetric).tangent == r.tangent);
  BOOST_CHECK_EQUAL(full - symmetric, 15 * sizeof(double) + sizeof(std::uint32_t));
  r.tangent_id = 77;
  BOOST_CHECK(travel(r, Wanted(), here, there, symmetric).tangent == r.tangent);
  BOOST_CHECK(travel(r, Wanted(), here, there, known).tangent == r.tangent);
  BOOST_CHECK_EQUAL(symmetric - known, 21 * sizeof(double) + 1);
  r.tangent_id = 0;
  Wanted plane;
  plane.columns = 0b1011; // 11, 22, 12
  const auto some = travel(r, plane, here, there, known);
  BOOST_CHECK(some.tangent.col(3) == r.tangent.col(3));
  BOOST_CHECK_EQUAL(some.tangent.col(2).norm(), 0.);
  r.status = Status::failed;
  r.message = "why";
  BOOST_CHECK_EQUAL(travel(r, plane, here, there, known).message, "why");
  // Both sides forget together.
  r.status = Status::converged;
  for (std::uint64_t id = 100; id < 100 + 3 * wire::KnownTangents::capacity; ++id)
  {
    r.tangent_id = id;
    r.tangent(0, 0) = double(id);
    travel(r, Wanted(), here, there, known);
    BOOST_CHECK(travel(r, Wanted(), here, there, known).tangent == r.tangent);
  }
}

BOOST_AUTO_TEST_SUITE_END()
