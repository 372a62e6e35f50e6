// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * One image of 10 x 8 x 6 voxels as many programs write it (tests/data/voxels), and files that are refused.
 */
#include <rve/elastic_constants.h>
#include <rve/packing.h>
#include <rve/voxel_file.h>
#include <rve/voxel_files/hdf5_lzf.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>

using namespace fe2;

namespace
{
const std::string folder = std::string(FE2_SOURCE) + "/tests/data/voxels/";

IdImage image_of(const std::string &name, const std::string &array = "", const std::string &order = "")
{
  VoxelFile source;
  source.file = name.find('/') == std::string::npos ? folder + name : name;
  source.array = array;
  source.axis_order = order;
  return read_voxels(source);
}

std::string fault_of(const std::string &name, const std::string &array = "", const std::string &order = "")
{
  try
  {
    image_of(name, array, order);
  }
  catch (const InputError &e)
  {
    return e.what();
  }
  return "no error";
}

#define CHECK_CONTAINS(text, part)                                                                                     \
  BOOST_CHECK_MESSAGE(std::string(text).find(part) != std::string::npos, std::string(text) + " lacks " + part)

/// Phases: ids counted from the least.
std::vector<long long> phases(const IdImage &image)
{
  std::vector<long long> p = image.ids;
  const long long base = *std::min_element(p.begin(), p.end());
  for (auto &i : p)
    i -= base;
  return p;
}

/// E1, E2, E3.
std::array<double, 3> moduli(const std::string &name, const std::string &array = "")
{
  const test::Models models("subsection Materials\n"
                            "subsection ferrite\nset Type = linear_elastic\nset Young's modulus = 3\n"
                            "set Poisson's ratio = 0.35\nend\n"
                            "subsection martensite\nset Type = linear_elastic\nset Young's modulus = 70\n"
                            "set Poisson's ratio = 0.22\nend\nend\n"
                            "subsection Micro models\nsubsection r\nset Type = fourier_rve\n"
                            "set Phases = ferrite, martensite\nsubsection Microstructure\nset Type = voxels\n"
                            "set File = " +
                            folder + name + "\nset Array = " + array + "\nend\nend\nend\n");
  const NamedValues values = engineering_constants(models("r")->initial_tangent(Increment()), false);
  return {values[0].second, values[1].second, values[2].second};
}

void check_moduli(const std::string &name, const std::array<double, 3> &right, const std::string &array = "")
{
  const auto e = moduli(name, array);
  for (unsigned int d = 0; d < 3; ++d)
    BOOST_CHECK_MESSAGE(std::abs(e[d] / right[d] - 1) < 1e-5,
                        name << ": E" << d + 1 << " = " << e[d] << " instead of " << right[d]);
}
} // namespace

BOOST_AUTO_TEST_SUITE(voxel_files)

BOOST_AUTO_TEST_CASE(one_image_from_all_programs)
{
  struct Source
  {
    const char *name, *array;
  };
  const IdImage reference = image_of("c.npy");
  BOOST_CHECK((reference.n == std::array<unsigned int, 3>{10, 8, 6}));
  for (const Source &s : {Source{"d3d_aniso.dream3d", "FeatureIds"},
                          Source{"d3d_aniso.dream3d", "CellData/FeatureIds"},
                          Source{"nx.dream3d", "FeatureIds"},
                          Source{"dream3d_4.h5", ""},
                          Source{"ilastik.h5", ""},
                          Source{"fans_xyz.h5", ""},
                          Source{"fans_zyx.h5", ""},
                          Source{"fans_zyx.h5", "ms"},
                          Source{"bool.h5", ""},
                          Source{"float.h5", ""},
                          Source{"lzf.h5", ""},
                          Source{"4dlead.npy", ""},
                          Source{"lead_trail.npy", ""},
                          Source{"fortran.npy", ""},
                          Source{"big_endian.npy", ""},
                          Source{"plain.npz", ""},
                          Source{"packed.npz", "ids"},
                          Source{"quotes.vti", ""},
                          Source{"pieces.vti", ""},
                          Source{"pieces.pvti", ""},
                          Source{"sp.vtk", ""},
                          Source{"d3d.vtk", ""},
                          Source{"d3d.vtk", "FeatureIds"},
                          Source{"binary.vtk", "material"},
                          Source{"binary.vtk", ""},
                          Source{"coordinates.vtk", ""},
                          Source{"n.tesr", ""},
                          Source{"binary16.tesr", ""}})
  {
    BOOST_TEST_CONTEXT(s.name)
    {
      const IdImage image = image_of(s.name, s.array);
      BOOST_CHECK(image.n == reference.n);
      BOOST_CHECK(phases(image) == reference.ids);
    }
  }
}

BOOST_AUTO_TEST_CASE(sizes_of_voxels_as_the_file_says)
{
  const auto check = [](const std::string &name, const std::string &array, const std::array<double, 3> &size)
  {
    const IdImage image = image_of(name, array);
    for (unsigned int d = 0; d < 3; ++d)
      BOOST_CHECK_MESSAGE(std::abs(image.size[d] - size[d]) < 1e-6, name << ": size " << d << " is " << image.size[d]);
  };
  check("d3d_aniso.dream3d", "FeatureIds", {1, 0.8, 2.4});
  check("nx.dream3d", "FeatureIds", {1, 0.8, 2.4});
  check("dream3d_4.h5", "", {1, 0.8, 2.4});
  check("ilastik.h5", "", {1, 0.8, 2.4});
  check("sp.vtk", "", {1, 0.8, 0.6});
  check("coordinates.vtk", "", {1, 0.8, 0.6});
  check("n.tesr", "", {1, 0.8, 0.6});
  check("pieces.vti", "", {10, 8, 6});
  check("c.npy", "", {0, 0, 0});
  CHECK_CONTAINS(image_of("nx.dream3d", "FeatureIds").note, "moved from its origin (5, 0, 0) to 0");
  CHECK_CONTAINS(image_of("binary16.tesr").note, "moved from its origin (1, 0, 0) to 0");
  CHECK_CONTAINS(fault_of("wrong_dimensions.h5"), "10 x 8 x 6 voxels, DIMENSIONS beside /a/SPACING says otherwise");
}

BOOST_AUTO_TEST_CASE(moduli_of_one_image)
{
  // Cubic voxels: the same numbers whatever the file; E3 of DREAM3D's voxels of 0.1 x 0.1 x 0.4 was 7 % low.
  const std::array<double, 3> cubic = {6.4368, 7.00061, 9.28916}, slender = {6.06989, 6.62723, 10.0099};
  for (const char *name : {"fans_xyz.h5", "fans_zyx.h5", "4dlead.npy", "bool.h5", "float.h5", "pieces.vti",
                           "pieces.pvti", "n.tesr", "d3d.vtk", "sp.vtk"})
    check_moduli(name, cubic);
  check_moduli("d3d_aniso.dream3d", slender, "/DataContainers/SyntheticVolumeDataContainer/CellData/FeatureIds");
  check_moduli("nx.dream3d", slender, "FeatureIds");
}

BOOST_AUTO_TEST_CASE(hdf5_that_fe2_wrote_keeps_its_box)
{
  VoxelImage image;
  image.n = {3, 4, 5};
  image.size = {0.3, 0.8, 2.5};
  image.phase.assign(60, 0);
  image.phase[7] = 1;
  const std::string file = "./test_box_" + std::to_string(getpid());
  write_hdf5(file + ".h5", image);
  std::filesystem::copy_file(file + ".h5", file + ".HDF5");
  for (const char *end : {".h5", ".HDF5"})
  {
    const IdImage back = image_of(file + end);
    BOOST_CHECK(back.n == image.n);
    for (unsigned int d = 0; d < 3; ++d)
      BOOST_CHECK_CLOSE(back.size[d], image.size[d], 1e-12);
    std::filesystem::remove(file + end);
  }
}

BOOST_AUTO_TEST_CASE(arrays_that_are_no_images)
{
  CHECK_CONTAINS(fault_of("two_images.npy"), "shape (2, 10, 8, 6); an image of ids has two or three axes");
  CHECK_CONTAINS(fault_of("d3d_aniso.dream3d", "IPFColor"),
                 "shape (6, 8, 10, 3); an image of ids has two or three axes");
  CHECK_CONTAINS(fault_of("colours.npy"), "shape (10, 8, 3), which looks like a picture with colours");
  BOOST_CHECK_EQUAL(image_of("colours.npy", "", "xyz").n[2], 3u);
  CHECK_CONTAINS(fault_of("c.npy", "", "xyzt"), "shape (10, 8, 6); 'Axis order = xyzt' does not name its axes");
  CHECK_CONTAINS(fault_of("c.npy", "", "xxy"), "does not name its axes");
  CHECK_CONTAINS(fault_of("half.h5"), "a voxel's value is no whole number (value 1 is 0.5)");
  CHECK_CONTAINS(fault_of("rectilinear.dream3d"), "the geometry of /DataContainers/a is RectGridGeometry");
  CHECK_CONTAINS(fault_of("sp.vtk", "", "zyx"), "'Axis order' is for HDF5 and NumPy");
  CHECK_CONTAINS(fault_of("c.npy", "ids"), "has one array without a name: leave 'Array' empty");
  VoxelFile source;
  source.file = folder + "sp.vtk";
  source.text_voxels = {10, 8, 6};
  BOOST_CHECK_EQUAL(read_voxels(source).n[0], 10u);
  source.text_voxels = {6, 8, 10};
  BOOST_CHECK_THROW(read_voxels(source), InputError);
  CHECK_CONTAINS(fault_of("zstd.h5"), "is compressed by 'zstd' (HDF5 filter 32015)");
}

BOOST_AUTO_TEST_CASE(lzf_is_unpacked_within_its_bounds)
{
  // Three plain bytes, then a copy of 5 bytes from a distance of 3.
  BOOST_CHECK_EQUAL(unpack_lzf(std::string("\x02"
                                           "abc"
                                           "\x60\x02",
                                           6),
                               8),
                    "abcabcab");
  BOOST_CHECK_EQUAL(unpack_lzf(std::string("\x02"
                                           "abc"
                                           "\x60\x02",
                                           6),
                               7),
                    ""); // larger than it may be
  BOOST_CHECK_EQUAL(unpack_lzf("\x02"
                               "ab",
                               8),
                    ""); // cut off
  BOOST_CHECK_EQUAL(unpack_lzf(std::string("\x00"
                                           "a"
                                           "\x60\x02",
                                           4),
                               8),
                    ""); // a distance before the begin
}

BOOST_AUTO_TEST_CASE(names_of_arrays)
{
  CHECK_CONTAINS(fault_of("d3d_aniso.dream3d"),
                 "name one with 'Array': /DataContainers/SyntheticVolumeDataContainer/CellData/FeatureIds, "
                 "/DataContainers/SyntheticVolumeDataContainer/CellData/Mask, "
                 "/DataContainers/SyntheticVolumeDataContainer/CellData/Phases");
  CHECK_CONTAINS(fault_of("d3d_aniso.dream3d"), "has 3 arrays that may be images"); // not the averages of grains
  CHECK_CONTAINS(fault_of("d3d_aniso.dream3d", "GrainIds"), "no data set 'GrainIds'; name one with 'Array': /Data");
  CHECK_CONTAINS(fault_of("two.h5", "ids"), "has 2 data sets 'ids'; name one with 'Array': /a/ids, /b/ids");
  BOOST_CHECK_EQUAL(image_of("two.h5", "link").ids.size(), 480u);
  BOOST_CHECK_EQUAL(image_of("two.h5", "b/ids").ids.size(), 480u);
  CHECK_CONTAINS(fault_of("two.h5", "text"), "the data set '/text' is no array");
  CHECK_CONTAINS(fault_of("packed.npz"), "has 2 arrays; name one with 'Array': ids, other");
  CHECK_CONTAINS(fault_of("binary.vtk", "weight"), "a voxel's value is no whole number");
  CHECK_CONTAINS(fault_of("binary.vtk", "heat"), "has no cell array 'heat'");
}

BOOST_AUTO_TEST_CASE(vtk_that_is_refused)
{
  CHECK_CONTAINS(fault_of("pointonly.vti"),
                 "material is point data; fe2 reads cell data (ParaView: Point Data to Cell Data");
  CHECK_CONTAINS(fault_of("lzma.vti"), "is compressed by vtkLZMADataCompressor; save it with ZLib or none");
  const std::string file = "./test_refused_" + std::to_string(getpid());
  const auto vti = [&](const std::string &grid, const std::string &cells)
  {
    test::write_file(file + ".vti", "<VTKFile type=\"ImageData\"><ImageData WholeExtent=\"0 2 0 2 0 1\" " + grid + ">" +
                                        cells + "</ImageData></VTKFile>");
    return fault_of(file + ".vti");
  };
  const auto piece = [](const std::string &extent, const std::string &ids)
  {
    return "<Piece Extent=\"" + extent + "\"><CellData><DataArray type=\"Int32\" Name=\"material\" format=\"ascii\">" +
           ids + "</DataArray></CellData></Piece>";
  };
  BOOST_CHECK_EQUAL(vti("Direction=\"1 0 0 0 1 0 0 0 1\"", piece("0 2 0 2 0 1", "0 1 <!-- 5 --> 1 0")), "no error");
  CHECK_CONTAINS(vti("Direction=\"0 1 0 -1 0 0 0 0 1\"", piece("0 2 0 2 0 1", "0 1 1 0")), "turns the image");
  CHECK_CONTAINS(vti("", piece("0 1 0 2 0 1", "0 1")), "leave 2 of 4 voxels without a value");
  CHECK_CONTAINS(vti("", piece("1 3 0 2 0 1", "0 1 1 0")), "lies outside of the WholeExtent");
  CHECK_CONTAINS(vti("", piece("0 2 0 2 0 1", "0 1 1")), "has 3 values, but 2 x 2 x 1 voxels");
  CHECK_CONTAINS(vti("", piece("0 2 0 2 0 1", "0 1 1 x")), "after 3 values comes something that is no number: 'x'");
  CHECK_CONTAINS(vti("", "<Piece><CellData></CellData></Piece>"), "has no cell data");
  test::write_file(file + ".pvti", "<VTKFile><PImageData WholeExtent=\"0 2 0 2 0 1\"><Piece Source=\"none.vti\"/>"
                                   "</PImageData></VTKFile>");
  CHECK_CONTAINS(fault_of(file + ".pvti"), "none.vti' does not exist");
  test::write_file(file + ".vtk", "# vtk DataFile Version 3.0\nx\nASCII\nDATASET UNSTRUCTURED_GRID\n");
  CHECK_CONTAINS(fault_of(file + ".vtk"), "DATASET is 'UNSTRUCTURED_GRID'");
  test::write_file(file + ".vtk", "# vtk DataFile Version 3.0\nx\nASCII\nDATASET RECTILINEAR_GRID\nDIMENSIONS 4 2 1\n"
                                  "X_COORDINATES 4 float\n0 1 2 4\n");
  CHECK_CONTAINS(fault_of(file + ".vtk"), "X_COORDINATES are not evenly spaced");
  test::write_file(file + ".vtk", "# vtk DataFile Version 3.0\nx\nASCII\nDATASET STRUCTURED_POINTS\nDIMENSIONS 2 2 1\n"
                                  "POINT_DATA 4\nSCALARS ids int 1\nLOOKUP_TABLE default\n0 1 1 0\n");
  CHECK_CONTAINS(fault_of(file + ".vtk"), "ids is point data");
  for (const char *end : {".vti", ".pvti", ".vtk"})
    std::filesystem::remove(file + end);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read_say_why)
{
  const std::string file = "./test_why_" + std::to_string(getpid());
  for (const char *end : {".h5", ".vti", ".npy", ".npz", ".tesr", ".vtk"})
  {
    CHECK_CONTAINS(fault_of(file + end), "does not exist");
    test::write_file(file + end, "something else, longer than any signature of a file");
    CHECK_CONTAINS(fault_of(file + end), "' is no ");
    std::filesystem::remove(file + end);
  }
  CHECK_CONTAINS(fault_of(file + ".img"), "the ending '.img' is no kind of image that fe2 reads");
  CHECK_CONTAINS(fault_of(file + ".TIFF"), "stack the slices");
  std::filesystem::create_directory(file + ".h5");
  CHECK_CONTAINS(fault_of(file + ".h5"), "is a folder");
  std::filesystem::remove(file + ".h5");
  // Cut to three quarters: what is left is told to be cut off. (Text in .tesr has no end; its values are counted.)
  for (const char *name : {"fans_zyx.h5", "pieces.vti", "c.npy", "plain.npz", "n.tesr", "sp.vtk", "binary.vtk",
                           "binary16.tesr", "coordinates.vtk"})
  {
    const std::string copy = file + std::filesystem::path(name).extension().string();
    std::filesystem::copy_file(folder + name, copy, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(copy, std::filesystem::file_size(copy) * 3 / 4);
    CHECK_CONTAINS(fault_of(copy), "cut off");
    std::filesystem::remove(copy);
  }
  std::filesystem::copy_file(folder + "fans_zyx.h5", file + ".h5");
  const int other = open((file + ".h5").c_str(), O_RDWR);
  BOOST_REQUIRE(flock(other, LOCK_EX) == 0);
  CHECK_CONTAINS(fault_of(file + ".h5"), "is locked: another program has it open for writing");
  close(other);
  BOOST_CHECK_EQUAL(fault_of(file + ".h5"), "no error");
  std::filesystem::remove(file + ".h5");
}

// HDF5 is left out: its own library (1.10) crashes on some files with a damaged head.
BOOST_AUTO_TEST_CASE(damaged_files_end_in_a_sentence)
{
  RandomNumbers random(5);
  const std::string base = "./test_damaged_" + std::to_string(getpid());
  unsigned int refused = 0, read = 0;
  for (const char *name : {"pieces.vti", "quotes.vti", "lzma.vti", "c.npy", "plain.npz", "packed.npz", "n.tesr",
                           "binary16.tesr", "sp.vtk", "d3d.vtk", "binary.vtk", "coordinates.vtk"})
    for (unsigned int i = 0; i < 60; ++i)
    {
      std::ifstream in(folder + name, std::ios::binary);
      std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
      for (unsigned int k = 0; k < 1 + i / 10; ++k) // mostly in the head
        bytes[std::size_t(random.uniform() * double(k % 2 == 0 ? std::min<std::size_t>(bytes.size(), 400)
                                                               : bytes.size()))] = char(random.uniform() * 256);
      if (i % 5 == 0)
        bytes.resize(std::size_t(random.uniform() * double(bytes.size())));
      const std::string file = base + std::filesystem::path(name).extension().string();
      std::ofstream(file, std::ios::binary) << bytes;
      ++(fault_of(file) == "no error" ? read : refused); // anything else than an InputError fails the test
      std::filesystem::remove(file);
    }
  BOOST_CHECK_GT(refused, 300u);
  BOOST_CHECK_GT(read, 20u);
}

BOOST_AUTO_TEST_SUITE_END()
