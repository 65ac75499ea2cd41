#include "comm/pulse.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <string>

namespace pulse_test {

using namespace shoal::comm;

TEST_CASE("steps, phases and waits are all signs of life") {
  Pulse pulse;
  std::set<std::uint64_t> seen{pulse.beats()};
  pulse.beat();
  CHECK(seen.insert(pulse.beats()).second);
  pulse.enter(Phase::loading);
  CHECK(seen.insert(pulse.beats()).second);
  {
    const Pulse::Waiting waiting(pulse);
    CHECK(seen.insert(pulse.beats()).second);
  }
  CHECK(seen.insert(pulse.beats()).second);
  ++pulse.counter();
  CHECK(seen.insert(pulse.beats()).second);
  CHECK(pulse.phase() == Phase::loading);
}

TEST_CASE("waits may be nested") {
  Pulse pulse;
  CHECK_FALSE(pulse.waiting());
  {
    const Pulse::Waiting outer(pulse);
    { const Pulse::Waiting inner(pulse); }
    CHECK(pulse.waiting());
  }
  CHECK_FALSE(pulse.waiting());
}

TEST_CASE("every phase has a name of its own") {
  std::set<std::string> names;
  for (std::uint32_t p = 0; p <= static_cast<std::uint32_t>(Phase::ending); ++p) {
    CHECK(names.insert(name_of(static_cast<Phase>(p))).second);
  }
  CHECK(names.count("final scores") == 1);
  CHECK(std::string(name_of(static_cast<Phase>(99))) == "unknown");
}

}  // namespace pulse_test
