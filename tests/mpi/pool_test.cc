// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Runs on 1, 2 and 4 ranks: MpiPool against LocalPool.
 */
#include <lib/pool/load_balancer.h>
#include <lib/pool/mpi_pool.h>

#include <tests/helpers.h>

#include <boost/test/unit_test.hpp>

using namespace fe2;

namespace
{
const std::string text = R"(
subsection Materials
  subsection glass
    set Type = linear_elastic
    set Young's modulus = 72000
    set Poisson's ratio = 0.22
  end
  subsection polymer
    set Type = prony
    set Equilibrium bulk modulus = 4000
    set Equilibrium shear modulus = 300
    set Shear moduli = 500, 200
    set Shear relaxation times = 0.5, 8
  end
  subsection bent
    set Type = power_law
  end
end
subsection Micro models
  subsection fibres
    set Type = fe_rve
    set Phases = polymer, glass
    subsection Microstructure
      set Type = fibres
      set Resolution = 1
    end
  end
  subsection polymer
    set Type = single_phase
    set Phases = polymer
  end
  subsection bent
    set Type = fe_rve
    set Phases = bent, glass
    subsection Microstructure
      set Type = fibres
      set Resolution = 1
    end
  end
end
)";

struct Pools
{
  test::Models models{text};
  std::vector<std::string> names = models.models.names();
  ProcessLayout layout;
  LocalPool local{models.models.create(), names};
  MpiPool mpi{layout, models.models.create(layout.group), names};
  int rank, n_ranks;
  std::vector<PointDefinition> all, mine;

  /// `n` points; rank 0 asks for most of them, the last rank for none.
  explicit Pools(const unsigned int n, const unsigned int ranks_per_rve = 1) : layout(MPI_COMM_WORLD, ranks_per_rve)
  {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
    for (unsigned int i = 0; i < n; ++i)
    {
      PointDefinition p;
      p.id.cell = {i / 4, 0, 0, 0};
      p.id.quadrature = i % 4;
      p.model = i % 3;
      p.parameters["number"] = i;
      all.push_back(p);
      const int owner = n_ranks <= 2 || i % 3 > 0 ? 0 : int(i) % (n_ranks - 1);
      if (owner == rank)
        mine.push_back(p);
    }
    local.create(all);
    mpi.create(mine);
  }

  std::vector<MicroRequest> requests(const std::vector<PointDefinition> &points, const double dt,
                                     const double size) const
  {
    std::vector<MicroRequest> list;
    for (const auto &p : points)
    {
      MicroRequest r = test::request(test::some_strain(size * (1 + p.id.cell[0] + 0.1 * p.id.quadrature)), dt);
      r.id = p.id;
      list.push_back(r);
    }
    return list;
  }

  /// Evaluates and commits in both; returns the largest relative difference of stresses and tangents.
  double step(const double dt, const double size)
  {
    const auto expected = local.evaluate(requests(all, dt, size)), got = mpi.evaluate(requests(mine, dt, size));
    double worst = 0;
    for (std::size_t i = 0; i < mine.size(); ++i)
      for (const auto &e : expected)
        if (e.id == mine[i].id)
        {
          BOOST_CHECK(got[i].id == e.id && got[i].status == e.status);
          worst = std::max({worst, (got[i].stress - e.stress).norm() / e.stress.norm(),
                            (got[i].tangent - e.tangent).norm() / e.tangent.norm()});
        }
    local.commit();
    mpi.commit();
    return worst;
  }
};

constexpr double tolerance = 1e-12;
} // namespace

BOOST_AUTO_TEST_SUITE(pool)

BOOST_AUTO_TEST_CASE(both_pools_give_the_same_numbers)
{
  Pools p(15);
  for (const double dt : {0.1, 0.1, 0.7})
    BOOST_CHECK_LE(p.step(dt, 1e-3 * (1 + dt)), tolerance);
  const auto statistics = p.mpi.statistics();
  BOOST_CHECK_EQUAL(statistics.points, 15u);
  BOOST_CHECK_EQUAL(statistics.state_bytes, p.local.statistics().state_bytes);
}

BOOST_AUTO_TEST_CASE(there_may_be_more_ranks_than_points)
{
  Pools p(1);
  BOOST_CHECK_LE(p.step(0.1, 1e-3), tolerance);
}

BOOST_AUTO_TEST_CASE(points_move_in_mid_run)
{
  Pools p(15);
  BOOST_CHECK_LE(p.step(0.1, 1e-3), tolerance);
  for (int shift = 1; shift <= 3; ++shift)
  {
    // Every process sends its points round the ring, one of them two places on.
    std::vector<int> homes;
    for (int i = 0; i < 15; ++i)
      homes.push_back((p.rank + shift + (i == 0 ? 1 : 0)) % p.n_ranks);
    p.mpi.move(homes);
    BOOST_CHECK_LE(p.step(0.1 * shift, 1e-3 * (1 + shift)), tolerance);
  }
  p.mpi.rebalance();
  BOOST_CHECK_LE(p.step(0.1, 2e-3), tolerance);
}

BOOST_AUTO_TEST_CASE(states_are_saved_and_loaded_as_bytes)
{
  Pools p(15), q(15);
  BOOST_CHECK_LE(p.step(0.1, 1e-3), tolerance);
  BOOST_CHECK_LE(p.step(0.2, 3e-3), tolerance);
  q.local.load(p.local.save());
  // Everything goes to one rank that owns few of the points: load finds the homes.
  const Bytes mine = p.mpi.save();
  int size = int(mine.size()), total = 0;
  std::vector<int> sizes(std::size_t(p.n_ranks)), offsets(std::size_t(p.n_ranks));
  MPI_Allgather(&size, 1, MPI_INT, sizes.data(), 1, MPI_INT, MPI_COMM_WORLD);
  for (std::size_t r = 0; r < sizes.size(); ++r)
  {
    offsets[r] = total;
    total += sizes[r];
  }
  Bytes gathered(p.rank == p.n_ranks - 1 ? std::size_t(total) : 0u);
  MPI_Gatherv(mine.data(), size, MPI_CHAR, gathered.data(), sizes.data(), offsets.data(), MPI_CHAR, p.n_ranks - 1,
              MPI_COMM_WORLD);
  q.mpi.load(gathered);
  BOOST_CHECK_LE(q.step(0.3, 2e-3), tolerance);
  BOOST_CHECK_LE(p.step(0.3, 2e-3), tolerance);
  // The two runs have the same states now: the same bytes on the local pool, but for measured seconds.
  for (const auto &[id, record] : p.local.store().records())
    BOOST_CHECK(record.committed.history == q.local.store().at(id).committed.history);
}

BOOST_AUTO_TEST_CASE(rolled_back_trials_leave_no_trace)
{
  Pools p(12);
  BOOST_CHECK_LE(p.step(0.1, 1e-3), tolerance);
  p.mpi.evaluate(p.requests(p.mine, 5, -4e-3));
  p.mpi.rollback();
  BOOST_CHECK_LE(p.step(0.1, 1.5e-3), tolerance);
}

BOOST_AUTO_TEST_CASE(points_are_cloned_and_erased)
{
  Pools p(12);
  p.step(0.1, 1e-3);
  std::vector<PointDefinition> children;
  std::vector<PointId> parents;
  for (const auto &point : p.mine)
  {
    PointDefinition child = point;
    child.id.cell[1] = 1;
    children.push_back(child);
    parents.push_back(point.id);
  }
  p.mpi.clone(children, parents);
  const auto a = p.mpi.evaluate(p.requests(p.mine, 0.2, 2e-3)), b = p.mpi.evaluate(p.requests(children, 0.2, 2e-3));
  for (std::size_t i = 0; i < a.size(); ++i)
    BOOST_CHECK_SMALL((a[i].stress - b[i].stress).norm() / a[i].stress.norm(), 1e-12);
  p.mpi.rollback();
  std::vector<PointId> ids;
  for (const auto &child : children)
    ids.push_back(child.id);
  p.mpi.erase(ids);
  p.mpi.commit();
  BOOST_CHECK_EQUAL(p.mpi.statistics().points, 12u);
}

// Groups of two and of all ranks, with direct solvers.
BOOST_AUTO_TEST_CASE(groups_compute_a_point_together)
{
  int n_ranks;
  MPI_Comm_size(MPI_COMM_WORLD, &n_ranks);
  for (const unsigned int k : {2u, 4u})
  {
    if (n_ranks % int(k) != 0)
      continue;
    Pools p(15, k), q(15, k);
    BOOST_CHECK_LE(p.step(0.1, 1e-3), 1e-10);
    BOOST_CHECK_LE(p.step(0.2, 3e-3), 1e-10);
    // Each group sends its points to the next one.
    const int next = (p.layout.leader_of(p.rank) + int(k)) % n_ranks;
    p.mpi.move(std::vector<int>(15, next));
    BOOST_CHECK_LE(p.step(0.2, 2e-3), 1e-10);
    p.mpi.rebalance();
    BOOST_CHECK_LE(p.step(0.2, 2.5e-3), 1e-10);
    // Whole states are the same bytes whatever the groups are: into pools of other groups.
    q.local.load(p.local.save());
    q.mpi.load(p.mpi.save());
    BOOST_CHECK_LE(q.step(0.3, 2e-3), 1e-10);
    BOOST_CHECK_EQUAL(p.mpi.statistics().points, 15u);
  }
  BOOST_CHECK_THROW(ProcessLayout(MPI_COMM_WORLD, 3), InputError);
}

BOOST_AUTO_TEST_CASE(queries_go_to_the_home)
{
  Pools p(9);
  p.step(0.1, 1e-3);
  std::vector<PointId> ids;
  for (const auto &point : p.mine)
    ids.push_back(point.id);
  const auto mine = p.mpi.query(ids, {"stress_11_glass", "no such name"}),
             all = p.local.query(ids, {"stress_11_glass", "x"});
  for (std::size_t i = 0; i < ids.size(); ++i)
  {
    BOOST_CHECK(std::isnan(mine[i][1]));
    BOOST_CHECK((std::isnan(mine[i][0]) && std::isnan(all[i][0])) ||
                std::abs(mine[i][0] - all[i][0]) < 1e-10 * std::abs(all[i][0]));
  }
}

BOOST_AUTO_TEST_CASE(weights_are_cut_into_even_pieces)
{
  int rank, n;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &n);
  const auto homes = balance(MPI_COMM_WORLD, std::vector<double>(rank == 0 ? 100 : 0, 1.));
  std::vector<int> count(std::size_t(n), 0);
  for (const int h : homes)
    ++count[std::size_t(h)];
  if (rank == 0)
    for (const int c : count)
      BOOST_CHECK_LE(std::abs(c - 100 / n), 1);
  BOOST_CHECK_CLOSE(imbalance(MPI_COMM_WORLD, rank == 0 ? 1. : 0.), double(n), 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()
