#include "plan/schedule.hpp"

#include <array>
#include <catch2/catch.hpp>

#include "support/error_of.hpp"

namespace schedule_test {

using namespace shoal::plan;

TEST_CASE("one worker does everything one after the other") { CHECK(makespan(std::array{3.0, 1.0, 2.0}, 1) == 6.0); }

TEST_CASE("each task goes to whoever is free first") {
  // 4 | 3 1 | then 2 on the second (free at 4, as is the first): 6.
  CHECK(makespan(std::array{4.0, 3.0, 1.0, 2.0}, 2) == 6.0);
  CHECK(makespan(std::array{1.0, 1.0, 4.0}, 2) == 5.0);
  CHECK(makespan(std::array{4.0, 1.0, 1.0}, 2) == 4.0);
}

TEST_CASE("more workers than tasks take as long as the longest task, none at all take no time") {
  CHECK(makespan(std::array{4.0, 3.0}, 64) == 4.0);
  CHECK(makespan({}, 3) == 0.0);
}

TEST_CASE("a schedule without workers is a defect") {
  CHECK(shoal::testing::error_of([] { makespan(std::array{1.0}, 0); }).starts_with("1: "));
}

TEST_CASE("one rank sums alone for nothing, more ranks and more bytes take longer") {
  CHECK(all_reduce_model(1e6, 1) == 0.0);
  CHECK(all_reduce_model(1e6, 2) > 0.0);
  CHECK(all_reduce_model(1e6, 8) > all_reduce_model(1e6, 2));
  CHECK(all_reduce_model(2e6, 8) > all_reduce_model(1e6, 8));
}

}  // namespace schedule_test
