#include "weights/adapter_files.hpp"
//
#include "comm/mpi_communicator.hpp"
#include "evaluation/sharded_sum.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace sharded_sum_mpi_test {

// CHECK, never REQUIRE: a rank that leaves a test early would let the others wait in the next collective.

namespace {

using namespace shoal;
using namespace shoal::testing;

/// Three fine-tunes, the same on every rank, each rank with files of its own.
struct Models {
  TempFolder folder;
  std::vector<std::filesystem::path> paths;

  Models() {
    write_model(folder / "base", small_base());
    for (int k = 1; k <= 3; ++k) {
      paths.push_back(folder / ("model" + std::to_string(k)));
      write_model(paths.back(), small_base(k));
    }
  }
  weights::ExpertPool load() const {
    return weights::ExpertPool::load(paths, folder / "base", weights::MergeSpace::delta);
  }
};

bool same_bits(const weights::ModelDelta& a, const weights::ModelDelta& b) {
  if (a.full.size() != b.full.size()) return false;
  return std::ranges::all_of(a.full,
                             [&](const auto& named) { return at::equal(named.second, b.full.at(named.first)); });
}

TEST_CASE("ranks together sum to the bits that each has alone, in buckets of any size") {
  const auto world = comm::make_world();
  const Models models;
  const weights::ExpertPool pool = models.load();
  const std::vector<double> coefficients{0.9, -0.4, 0.5};
  const weights::ModelDelta alone = pool.materialise(coefficients);
  for (const std::int64_t bucket : {std::int64_t{1}, std::int64_t{3}, std::int64_t{17}, evaluation::default_bucket}) {
    CHECK(same_bits(evaluation::sharded_sum(*world, pool, coefficients, bucket), alone));
  }
}

TEST_CASE("a rank that fails in its part fails all of them") {
  const auto world = comm::make_world();
  const Models models;
  const weights::ExpertPool pool = models.load();
  // A rank with too few coefficients breaks a promise.
  const std::vector<double> coefficients(world->rank() == world->size() - 1 ? 2 : 3, 0.5);
  const std::string error = error_of([&] { evaluation::sharded_sum(*world, pool, coefficients); });
  CHECK(error.substr(0, 2) == "1:");
  world->barrier();
}

}  // namespace

}  // namespace sharded_sum_mpi_test
