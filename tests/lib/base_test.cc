// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/byte_buffer.h>
#include <lib/base/pair_list.h>
#include <lib/base/parameters.h>
#include <lib/base/tensors.h>
#include <lib/io/csv_table.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

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
  // Commas for points between commas, both kinds of numbers, and numbers that may be either.
  fails("time,a\n0,001,1856\n0,002,1813\n", "do commas stand for decimal points");
  fails("time;a\n0,001;1856\n0.002;1813\n", "'0,001' has a decimal comma, but '0.002' in line 3");
  fails("time;a\n0,01;1.856\n", "'1.856' may have a decimal point or a separator of thousands");
  fails("time\ta\n1\t1,856\n", "may have a decimal comma or a separator of thousands");
  fails("time,a\n0,1\n\"2,3\n", "x:3: a quote is not closed");
  fails("time,a\ns,MPa\nx,5\n0,1\n", "x:3: 'x' in column 'time'");
}

BOOST_AUTO_TEST_CASE(tables_are_read_as_other_programs_write_them)
{
  const std::vector<std::vector<double>> right = {{0.001, 1856}, {0.5, -1044.25}, {1000, 3e-5}};
  for (const std::string text :
       {"time;a\n0,001;1856\n0,5;-1044,25\n1000;3e-5\n",                 // decimal commas
        "time;a\r\n0,001;1.856,00\r\n0,5;-1.044,25\r\n1.000,0;3E-5\r\n", // and points between thousands; Windows
        "time,a\r0.001,1856\r0.5,-1044.25\r1000,3e-5\r",                 // old Macs
        "\"time\",\"a\"\n\"0,001\",\"1856\"\n\"0,5\",\"-1044,25\"\n\"1000\",\"3e-5\"\n",
        "\"time\",\"a\"\n\"0.001\",\"1,856\"\n0.5,\"-1,044.25\"\n\"1,000\",3e-5\n",
        "time\ta\n0,001\t1856\n0,5\t-1044,25\n1000\t3e-5", "  time  a\n  0,001 1856\n  0,5   -1044,25\n  1000 3e-5\n",
        "time, a\n0.001 1856\n0.5 -1044.25\n1000 3e-5\n",
        "time a\n1.0D-3 1.856D+3\n5.D-1 -1.04425D3\n1.0d+03 3.0d-05\n", // Fortran
        "sep=;\ntime;a\n0.001;1856\n0.5;-1044.25\n1000;3e-5\n;\n;\n",   // Excel
        "time,a,\n0.001,1856,\n0.5,-1044.25,\n1000,3e-5,\n", "time,a\n0.001, \t1856\n0.5, \t-1044.25\n1000, \t3e-5\n",
        "Relaxation of PA6\n\ntime,a\ns,MPa\n0.001,1856\n0.5,\xE2\x88\x92" // the Unicode minus
        "1044.25\n1000,3e-5\n",
        "time,\"a\"\n,\n0.001,1856\n0.5,\xC2\xA0-1044.25\n1000,3e-5\n"})
    for (const bool lenient : {false, true})
    {
      const auto table = CsvTable::parse(text, "x", lenient);
      BOOST_CHECK_MESSAGE(table.rows == right && table.names == (std::vector<std::string>{"time", "a"}), text);
      BOOST_CHECK(table.unread.empty());
    }
  const auto units = CsvTable::parse("t,E\ns,MPa\n0,1\n", "x");
  BOOST_CHECK(units.units == (std::vector<std::string>{"s", "MPa"}) && units.notes.size() == 1);
  BOOST_CHECK_EQUAL(CsvTable::parse("t,\"E \"\"dry\"\", MPa\"\n0,1\n", "x").names[1], "E \"dry\", MPa");
  BOOST_CHECK_EQUAL(CsvTable::parse("\"t\n(s)\",a\n0,1\n", "x").names[0], "t (s)");
  const auto numbered = CsvTable::parse("My data\n0,1\n", "x", true);
  BOOST_CHECK(numbered.names == (std::vector<std::string>{"1", "2"}) && numbered.notes.size() == 1);
  // What is no number is listed.
  const auto lenient = CsvTable::parse("t,E\n0,1\n1,\n2,n/a\n", "x", true);
  BOOST_REQUIRE_EQUAL(lenient.unread.size(), 2u);
  BOOST_CHECK(lenient.unread[1].row == 2 && lenient.unread[1].text == "n/a" && lenient.lines[2] == 4);
}

BOOST_AUTO_TEST_CASE(exact_names_win_over_wildcards)
{
  const auto read = [](const std::string &text)
  {
    Faults faults;
    PairList list;
    list.read(text, "Regions", "region: phase", faults);
    faults.throw_if_any("x");
    return list;
  };
  const auto contains = [](const std::string &text)
  { return [text](const InputError &e) { return std::string(e.what()).find(text) != std::string::npos; }; };
  for (const char *text : {"*: a, grain*: b, grain_1: c", "grain_1: c, *: a, grain*: b", "grain*: b, grain_1: c, *: a"})
  {
    const auto list = read(text);
    const auto value = [&list](const std::string &name) { return list.pairs()[list.find(name)].value; };
    BOOST_CHECK(value("grain_1") == "c" && value("grain_12") == "b" && value("grain") == "b" && value("void") == "a");
    list.check_all_used("file", "region");
  }
  const auto list = read("*: a, 0: b, g: h: c");
  BOOST_CHECK(list.find("0") == 1 && list.find("g: h") == 2);
  BOOST_CHECK_EXCEPTION(list.check_all_used("file", "region"), InputError, contains("'*: a' is never used"));
  BOOST_CHECK_EQUAL(list.find("7"), 0u);
  list.check_all_used("file", "region");
  const auto other = read("fibre: a, grain*: b");
  BOOST_CHECK(other.find("fibres") == PairList::none && other.find("gain") == PairList::none);
  BOOST_CHECK_EXCEPTION(other.check_all_used("file", "region"), InputError, contains("no region 'fibre'"));
  BOOST_CHECK_EXCEPTION(read("a: b, c"), InputError, contains("must be 'region: phase'"));
  BOOST_CHECK_EXCEPTION(read("a: b, a: c"), InputError, contains("stands twice"));
}

BOOST_AUTO_TEST_CASE(file_names_are_relative_to_the_file_that_they_stand_in)
{
  std::filesystem::create_directories("parts/deep");
  const auto write = [](const std::string &name, const std::string &text) { std::ofstream(name) << text; };
  write("outer.prm", "set A = a.csv\ninclude parts/inner.prm\nset E = /tmp/e.csv\n");
  write("parts/inner.prm", "set B = b.csv\ninclude deep/leaf.prm\n");
  write("parts/deep/leaf.prm", "set C = ../c.csv\n");
  auto tree = ParameterTree::read(MPI_COMM_SELF, "outer.prm");
  tree.set("D=d.csv");
  Parameters p(tree);
  std::string a, b, c, d, e, f;
  for (const auto &[name, variable] :
       std::map<std::string, std::string *>{{"A", &a}, {"B", &b}, {"C", &c}, {"D", &d}, {"E", &e}, {"F", &f}})
    p.add_file(name, *variable, "A file.");
  Faults faults;
  p.parse(faults);
  faults.throw_if_any("outer.prm");
  BOOST_CHECK_EQUAL(a, "a.csv");
  BOOST_CHECK_EQUAL(b, "parts/b.csv");
  BOOST_CHECK_EQUAL(c, "parts/c.csv");
  BOOST_CHECK_EQUAL(d, "d.csv");
  BOOST_CHECK_EQUAL(e, "/tmp/e.csv");
  BOOST_CHECK_EQUAL(f, "");
  std::stringstream printed;
  p.print(printed);
  const auto folder = std::filesystem::current_path().string();
  for (const std::string name : {"/a.csv", "/parts/b.csv", "/parts/c.csv", "/d.csv"})
    BOOST_CHECK_MESSAGE(printed.str().find("= " + folder + name + "\n") != std::string::npos, printed.str());
}

BOOST_AUTO_TEST_CASE(byte_order_marks_and_line_ends_of_files)
{
  const auto write = [](const std::string &name, const std::string &text)
  { std::ofstream(name, std::ios::binary) << text; };
  write("mark.csv", "\xEF\xBB\xBFtime,a\r\n0,1\r\n");
  BOOST_CHECK_EQUAL(CsvTable::read(MPI_COMM_SELF, "mark.csv").find("time"), 0);
  for (const std::string end : {"\n", "\r\n", "\r"})
  {
    write("mark.prm", "\xEF\xBB\xBFsubsection A" + end + "set x = 1, \\" + end + " 2 # b" + end + "end" + end);
    const auto tree = ParameterTree::read(MPI_COMM_SELF, "mark.prm");
    const auto *entry = tree.find({"A"}, "x");
    BOOST_REQUIRE(entry != nullptr);
    BOOST_CHECK_EQUAL(entry->value, "1,  2");
    BOOST_CHECK_EQUAL(entry->source, "mark.prm:2");
  }
  write("wide.csv", std::string("\xFF\xFEt\0,\0", 6));
  BOOST_CHECK_EXCEPTION(CsvTable::read(MPI_COMM_SELF, "wide.csv"), InputError,
                        [](const InputError &e) { return std::string(e.what()).find("UTF-16") != std::string::npos; });
}

BOOST_AUTO_TEST_SUITE_END()
