#include "comm/liveness.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

namespace liveness_test {

using namespace shoal::comm;

TEST_CASE("steps, phases and waits are all signs of life") {
  Liveness liveness;
  std::set<std::uint64_t> seen{liveness.beats()};
  liveness.beat();
  CHECK(seen.insert(liveness.beats()).second);
  liveness.enter(Phase::loading);
  CHECK(seen.insert(liveness.beats()).second);
  {
    const Liveness::Waiting waiting(liveness);
    CHECK(seen.insert(liveness.beats()).second);
  }
  CHECK(seen.insert(liveness.beats()).second);
  ++liveness.counter();
  CHECK(seen.insert(liveness.beats()).second);
  CHECK(liveness.phase() == Phase::loading);
}

TEST_CASE("waits may be nested") {
  Liveness liveness;
  CHECK_FALSE(liveness.waiting());
  {
    const Liveness::Waiting outer(liveness);
    { const Liveness::Waiting inner(liveness); }
    CHECK(liveness.waiting());
  }
  CHECK_FALSE(liveness.waiting());
}

TEST_CASE("every phase has a name of its own") {
  std::set<std::string> names;
  for (std::uint32_t p = 0; p <= static_cast<std::uint32_t>(Phase::ending); ++p) {
    CHECK(names.insert(name_of(static_cast<Phase>(p))).second);
  }
  CHECK(names.count("final scores") == 1);
  CHECK(std::string(name_of(static_cast<Phase>(99))) == "unknown");
}

}  // namespace liveness_test
