#include "plan/bench/checkpoint_speed.hpp"

#include <catch2/catch.hpp>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace checkpoint_speed_test {

using namespace shoal;
using Catch::Matchers::StartsWith;

TEST_CASE("a checkpoint and a plain file of the asked size are written, and nothing is left behind") {
  const testing::TempFolder folder;
  const auto speed = plan::measure_dense_checkpoint(folder.path(), 4'000'000, 3);
  CHECK(speed.bytes <= 4'000'000);
  CHECK(speed.bytes > 3'990'000);
  CHECK(speed.checkpoint_seconds > 0.0);
  CHECK(speed.raw_seconds > 0.0);
  CHECK(speed.ratio() == Approx(speed.raw_seconds / speed.checkpoint_seconds));
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a folder that cannot be written is one sentence") {
  CHECK_THAT(testing::error_of([] { plan::measure_dense_checkpoint("/proc", 1'000'000, 1); }), StartsWith("4: "));
}

}  // namespace checkpoint_speed_test
