// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/byte_buffer.h>
#include <lib/base/tensors.h>
#include <lib/io/csv_table.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

using namespace fe2;

BOOST_AUTO_TEST_SUITE(base)

BOOST_AUTO_TEST_CASE(mandel_keeps_products_and_rotations)
{
  const Vector6 a = test::some_strain(1.);
  const auto t = mandel::to_tensor(a);
  BOOST_CHECK_CLOSE(a.squaredNorm(), t * t, 1e-12);
  BOOST_CHECK_SMALL((mandel::from_tensor(t) - a).norm(), 1e-15);

  const Rotation r = rotation_from_bunge(30, 50, 70);
  const Matrix6 q = mandel::rotation(r);
  BOOST_CHECK_SMALL((q * q.transpose() - Matrix6::Identity()).norm(), 1e-14);
  Eigen::Matrix3d full;
  for (unsigned int i = 0; i < 3; ++i)
    for (unsigned int j = 0; j < 3; ++j)
      full(i, j) = t[i][j];
  const Eigen::Matrix3d rotated = r * full * r.transpose();
  const auto ours = mandel::to_tensor(q * a);
  for (unsigned int i = 0; i < 3; ++i)
    for (unsigned int j = 0; j < 3; ++j)
      BOOST_CHECK_SMALL(ours[i][j] - rotated(i, j), 1e-14);
}

BOOST_AUTO_TEST_CASE(bunge_maps_crystal_to_sample)
{
  // phi1 = 90: the crystal's x axis points along the sample's y axis.
  const Rotation r = rotation_from_bunge(90, 0, 0);
  BOOST_CHECK_CLOSE(r(1, 0), 1., 1e-12);
}

BOOST_AUTO_TEST_CASE(voigt_has_engineering_shears)
{
  const Matrix6 v = mandel::to_voigt(mandel::isotropic(10, 3));
  BOOST_CHECK_CLOSE(v(0, 0), 10 + 4., 1e-12);
  BOOST_CHECK_CLOSE(v(0, 1), 10 - 2., 1e-12);
  for (int i = 3; i < 6; ++i)
    BOOST_CHECK_CLOSE(v(i, i), 3., 1e-12);
  Matrix6 m = Matrix6::Random();
  BOOST_CHECK_SMALL((mandel::from_voigt(mandel::to_voigt(m)) - m).norm(), 1e-14);
}

BOOST_AUTO_TEST_CASE(bytes_come_back_and_end_early_is_noticed)
{
  PointState state;
  state.gradient = {1, 2, 3};
  state.history = {4, 5};
  Bytes bytes;
  ByteWriter writer(bytes);
  state.pack(writer);
  ByteReader reader(bytes);
  const PointState copy = PointState::unpack(reader);
  BOOST_CHECK(copy.gradient == state.gradient && copy.history == state.history && reader.done());
  bytes.resize(bytes.size() - 3);
  ByteReader cut(bytes);
  BOOST_CHECK_THROW(PointState::unpack(cut), RunError);
}

BOOST_AUTO_TEST_CASE(tables_report_their_faults)
{
  const auto table = CsvTable::parse("# units\ntime,a\n0,1\n2,3\n", "x");
  BOOST_CHECK_EQUAL(table.rows.size(), 2u);
  BOOST_CHECK_EQUAL(table.column(table.find("a"))[1], 3.);
  const auto fails = [](const std::string &text, const std::string &message)
  {
    try
    {
      CsvTable::parse(text, "x");
      BOOST_ERROR("no error for " + text);
    }
    catch (const InputError &e)
    {
      BOOST_CHECK_MESSAGE(std::string(e.what()).find(message) != std::string::npos, e.what());
    }
  };
  fails("time,a\n0,1\n2\n", "x:3: the row has 1 columns");
  fails("time,a\n0,one\n", "x:2: 'one' in column 'a' is not a finite number");
  fails("time,a\n", "no rows");
}

BOOST_AUTO_TEST_SUITE_END()
