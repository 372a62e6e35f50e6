// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Several processes for one voxel RVE: slabs, some of them empty.
 */
#include <rve/microstructure.h>
#include <rve/models/fourier_rve.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

using namespace fe2;

namespace
{
const std::string materials = R"(
subsection Materials
  subsection stiff
    set Type = linear_elastic
    set Young's modulus = 70
    set Poisson's ratio = 0.2
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
  end
end
)";

VoxelImage image_of(const std::array<unsigned int, 3> &n)
{
  VoxelImage image;
  image.dimension = n[2] > 1 ? 3 : 2;
  image.n = n;
  for (unsigned int v = 0; v < n[0] * n[1] * n[2]; ++v)
    image.phase.push_back((v * v + v / 3) % 5 < 2 ? 1 : 0);
  return image;
}

std::shared_ptr<FourierRve> make(const test::Models &models, const std::string &matrix, const VoxelImage &image,
                                 const MPI_Comm comm)
{
  FourierRveSettings settings;
  settings.tolerance = 1e-13;
  settings.tangent_tolerance = 1e-8;
  settings.newton.relative_tolerance = 1e-12;
  settings.b_bar = matrix == "metal";
  return std::make_shared<FourierRve>(
      image, std::vector<Phase>{{"matrix", models.materials.find(matrix)}, {"stiff", models.materials.find("stiff")}},
      settings, comm);
}
} // namespace

BOOST_AUTO_TEST_SUITE(fourier_rve)

BOOST_AUTO_TEST_CASE(slabs_give_the_same_answers)
{
  const test::Models models(materials);
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (const std::array<unsigned int, 3> &n : {std::array<unsigned int, 3>{4, 5, 6}, {5, 3, 2}, {3, 4, 5}, {6, 4, 1}})
    for (const std::string matrix : {"polymer", "metal"})
    {
      const VoxelImage image = image_of(n);
      const auto together = make(models, matrix, image, MPI_COMM_WORLD),
                 alone = make(models, matrix, image, MPI_COMM_SELF);
      LocalPool a({together}, {"r"}), b({alone}, {"r"});
      for (auto *pool : {&a, &b})
        pool->create({PointDefinition()});
      for (const double size : {2e-4, 2e-3, 4e-3, 3e-3})
      {
        const auto request = test::request(test::some_strain(size), 0.3);
        const auto x = a.evaluate({request}).front(), y = b.evaluate({request}).front();
        BOOST_REQUIRE_MESSAGE(x.status == Status::converged, x.message);
        a.commit();
        b.commit();
        BOOST_CHECK_SMALL((x.stress - y.stress).norm() / y.stress.norm(), 1e-10);
        BOOST_CHECK_SMALL((x.tangent - y.tangent).norm() / y.tangent.norm(), 1e-10);
        // One packing of states, whatever the number of processes.
        const Bytes whole = a.save(), single = b.save();
        BOOST_CHECK_EQUAL(whole.size(), single.size());
        a.load(single);
        const auto names = together->scalar_names();
        const auto p = a.query({PointId()}, names).front(), q = b.query({PointId()}, names).front();
        for (std::size_t i = 2; i < names.size(); ++i)
          BOOST_CHECK_SMALL(p[i] - q[i], 1e-10);
      }
      const std::string name = "test_slabs_" + std::to_string(rank);
      BOOST_CHECK(alone->write_fields(PointDefinition(), PointState(), name));
      BOOST_CHECK(together->write_fields(PointDefinition(), PointState(), "test_slabs_together"));
      std::remove((name + ".vtu").c_str());
    }
  std::remove("test_slabs_together.vtu");
}
BOOST_AUTO_TEST_SUITE_END()
