// SPDX-License-Identifier: LGPL-2.1-or-later
#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <filesystem>
#include <limits>
#include <sstream>

using namespace fe2;

namespace
{
struct Settings
{
  double modulus = 1;
  unsigned int n = 2;
  std::vector<double> list;
  bool flag = false;
  void declare(Parameters &p)
  {
    const ParameterScope scope(p, "Section");
    p.add("Modulus", modulus, "A number.", Range::positive);
    p.add("Count", n, "A count.", 1);
    p.add("List", list, "Numbers.", Range::any);
    p.add("Flag", flag, "A flag.");
  }
};

std::string faults_of(const std::string &text)
{
  Parameters p(test::tree(text));
  Settings s;
  s.declare(p);
  Faults faults;
  p.parse(faults);
  try
  {
    faults.throw_if_any("file");
  }
  catch (const InputError &e)
  {
    return e.what();
  }
  return "";
}
} // namespace

BOOST_AUTO_TEST_SUITE(parameters)

BOOST_AUTO_TEST_CASE(values_arrive)
{
  Parameters p(test::tree("subsection Section\n set Modulus = 3e2 # comment\n set List = 1, 2,\\\n 3\nend\n"));
  Settings s;
  s.declare(p);
  Faults faults;
  p.parse(faults);
  BOOST_CHECK(faults.empty());
  BOOST_CHECK_EQUAL(s.modulus, 300.);
  BOOST_CHECK_EQUAL(s.list.size(), 3u);
  std::ostringstream out;
  p.print(out);
  BOOST_CHECK(out.str().find("set Modulus = 3e2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(all_faults_are_reported_together)
{
  const std::string text = faults_of("subsection Section\n set Modulus = -1\n set Count = two\n set Flga = true\nend\n"
                                     "subsection Sektion\n set A = 1\nend\n");
  for (const char *part : {"4 faults", "Section/Modulus = '-1': must be positive", "Section/Count = 'two'",
                           "expected is a whole number", "did you mean 'Flag'?", "did you mean 'Section'?"})
    BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, std::string(part) + " is missing in: " + text);
}

BOOST_AUTO_TEST_CASE(ranges_hold_at_their_ends)
{
  const double inf = std::numeric_limits<double>::infinity();
  const struct
  {
    Range range;
    std::vector<double> good, bad;
    std::string text;
  } cases[] = {{Range::any, {-1e300, 0, 1e300}, {inf, -inf, std::nan("")}, ""},
               {Range::positive, {1e-300, 1e300}, {0, -1, inf, std::nan("")}, "must be positive"},
               {Range::non_negative, {0, 1e300}, {-1e-300}, "must not be negative"},
               {Range::fraction, {0, 0.5, 1}, {-1e-9, 1.1}, "must lie between 0 and 1"},
               {Range::tolerance, {1e-300, 0.999}, {0, 1, 2, -1}, "must be above 0 and below 1"},
               {Range::below_one, {0, 0.999}, {1, -1}, "must be at least 0 and below 1"},
               {Range::inside(-1, 0.5), {-0.999, 0.499}, {-1, 0.5}, "must be above -1 and below 0.5"},
               {Range::at_least(1), {1, 1e300}, {0.999}, "must be at least 1"}};
  for (const auto &c : cases)
  {
    BOOST_CHECK_EQUAL(c.range.text(), c.text);
    for (const double x : c.good)
      BOOST_CHECK_MESSAGE(c.range.contains(x), std::to_string(x) + " belongs to: " + c.text);
    for (const double x : c.bad)
      BOOST_CHECK_MESSAGE(!c.range.contains(x), std::to_string(x) + " does not belong to: " + c.text);
  }
}

// No number is read without a range: 'nan' passes deal.II's pattern of numbers.
BOOST_AUTO_TEST_CASE(nonsense_is_refused_where_a_number_is_expected)
{
  for (const char *entry : {"Modulus = nan", "Modulus = inf", "Modulus = 1e999", "Modulus = 0", "Count = 0",
                            "Count = -1", "Count = 3000000000", "Count = 1.5", "List = 1, nan", "List = 1, inf"})
    BOOST_CHECK_MESSAGE(!faults_of("subsection Section\n set " + std::string(entry) + "\nend\n").empty(), entry);
}

BOOST_AUTO_TEST_CASE(syntax_faults_have_lines)
{
  try
  {
    test::tree("subsection A\n set x = 1\n set x = 2\n what\n");
    BOOST_ERROR("no error");
  }
  catch (const InputError &e)
  {
    const std::string text = e.what();
    for (const char *part : {":3", "was set already in", ":4", "is not closed by 'end'"})
      BOOST_CHECK_MESSAGE(text.find(part) != std::string::npos, std::string(part) + " is missing in: " + text);
  }
}

BOOST_AUTO_TEST_CASE(included_files_are_relative_to_their_file)
{
  std::filesystem::create_directories("sub");
  test::write_file("sub/inner.prm", "set Modulus = 7\n");
  test::write_file("sub/outer.prm", "subsection Section\ninclude inner.prm\nend\n");
  Parameters p(ParameterTree::read(MPI_COMM_SELF, "sub/outer.prm"));
  Settings s;
  s.declare(p);
  Faults faults;
  p.parse(faults);
  BOOST_CHECK_EQUAL(s.modulus, 7.);
}

BOOST_AUTO_TEST_CASE(assignments_replace_entries)
{
  ParameterTree tree = test::tree("subsection Section\n set Modulus = 3\nend\n");
  tree.set("Section/Modulus = 4");
  BOOST_CHECK_EQUAL(tree.find({"Section"}, "Modulus")->value, "4");
  BOOST_CHECK_THROW(tree.set("nonsense"), InputError);
}

BOOST_AUTO_TEST_CASE(missing_files_and_types_are_named)
{
  BOOST_CHECK_THROW(ParameterTree::read(MPI_COMM_SELF, "does_not_exist.prm"), InputError);
  BOOST_CHECK_THROW(ParameterTree::read(MPI_COMM_SELF, "."), InputError);
  BOOST_CHECK_THROW(Registry<PhaseMaterial>::factory("pronny"), InputError);
  BOOST_CHECK_EQUAL(suggest("pronny", Registry<PhaseMaterial>::names()), "did you mean 'prony'?");
  for (const char *name : {"linear_elastic", "prony"})
    BOOST_CHECK(Registry<PhaseMaterial>::contains(name));
  for (const char *name : {"fe_rve", "single_phase", "mixture"})
    BOOST_CHECK(Registry<MicroModelBuilder>::contains(name));
}

BOOST_AUTO_TEST_SUITE_END()
