#include "comm/watchdog/hang_detector.hpp"

#include <catch2/catch.hpp>

namespace hang_detector_test {

using namespace shoal::comm;

namespace {

const HangLimits limits{100.0, 10.0, 1.0};
const std::vector<std::string> nodes{"n1", "n1", "n2", "n2"};

bool contains(const std::optional<std::string>& text, const std::string& part) {
  return text && text->find(part) != std::string::npos;
}

/// A heartbeat of `rank` as it would be with nobody hanging.
Heartbeat beat_of(int rank, Phase phase = Phase::evaluating, double quiet = 0.0, int reach = 3) {
  Heartbeat beat;
  beat.rank = rank;
  beat.phase = phase;
  beat.quiet = quiet;
  beat.reach = reach;
  return beat;
}

/// `seconds` go by, one at a time, and the rank before `watch`'s keeps beating.
void pass(HangDetector& watch, const Liveness& liveness, int seconds, const Heartbeat& before) {
  for (int s = 0; s < seconds; ++s) {
    watch.look(liveness, 1.0);
    watch.hear(before);
  }
}

}  // namespace

TEST_CASE("a rank that works and gets on is left alone, however long it takes") {
  Liveness liveness;
  liveness.enter(Phase::evaluating);
  HangDetector watch(2, nodes, limits);
  for (int i = 0; i < 50; ++i) {
    liveness.beat();
    pass(watch, liveness, 90, beat_of(1));
    CHECK_FALSE(watch.verdict());
  }
}

TEST_CASE("a rank that works and does not get on is named with its node and phase by itself") {
  Liveness liveness;
  liveness.enter(Phase::evaluating);
  HangDetector watch(2, nodes, limits);
  pass(watch, liveness, 100, beat_of(1));
  CHECK_FALSE(watch.verdict());
  pass(watch, liveness, 2, beat_of(1));
  CHECK(contains(watch.verdict(), "rank 2 on n2 has made no progress for 101 s (phase: evaluating)."));
}

TEST_CASE("a rank that waits for others is not blamed for it") {
  Liveness liveness;
  liveness.enter(Phase::exchange);
  const Liveness::Waiting waiting(liveness);
  for (int rank = 0; rank < 4; ++rank) {
    HangDetector watch(rank, nodes, limits);
    const int before = (rank + 3) % 4;
    pass(watch, liveness, 1000, beat_of(before, Phase::evaluating, 5.0));
    CHECK_FALSE(watch.verdict());
  }
}

TEST_CASE("reading files may take six times as long, for nothing is heard while it goes on") {
  Liveness liveness;
  liveness.enter(Phase::loading);
  HangDetector watch(0, nodes, limits);
  pass(watch, liveness, 600, beat_of(3, Phase::loading));
  CHECK_FALSE(watch.verdict());
  pass(watch, liveness, 2, beat_of(3, Phase::loading));
  CHECK(contains(watch.verdict(), "rank 0 on n1 has made no progress for 601 s (phase: loading)."));
}

TEST_CASE("a rank whose heartbeats stop is named with its last phase by the next one") {
  Liveness liveness;
  const Liveness::Waiting waiting(liveness);
  HangDetector watch(0, nodes, limits);
  watch.hear(beat_of(3, Phase::checkpoint));
  for (int s = 0; s < 10; ++s) watch.look(liveness, 1.0);
  CHECK_FALSE(watch.verdict());
  watch.look(liveness, 1.0);
  CHECK(contains(watch.verdict(), "rank 3 on n2 has given no sign of life for 11 s (phase: checkpoint)."));
  watch.hear(beat_of(3));
  CHECK_FALSE(watch.verdict());
}

TEST_CASE("a rank that has taken its leave may be silent") {
  Liveness liveness;
  const Liveness::Waiting waiting(liveness);
  HangDetector watch(1, nodes, limits);
  Heartbeat farewell = beat_of(0, Phase::ending);
  farewell.left = 1;
  watch.hear(farewell);
  for (int s = 0; s < 50; ++s) watch.look(liveness, 1.0);
  CHECK_FALSE(watch.verdict());
}

TEST_CASE("a rank that was never heard is not called dead but reported") {
  Liveness liveness;
  const Liveness::Waiting waiting(liveness);
  HangDetector watch(1, nodes, limits);
  for (int s = 0; s < 10; ++s) watch.look(liveness, 1.0);
  CHECK_FALSE(watch.unheard());
  for (int s = 0; s < 50; ++s) watch.look(liveness, 1.0);
  CHECK_FALSE(watch.verdict());
  CHECK(watch.unheard() == 0);
  watch.hear(beat_of(2));  // not the one before
  CHECK(watch.unheard() == 0);
  watch.hear(beat_of(0));
  CHECK_FALSE(watch.unheard());
}

TEST_CASE("when all ranks wait for each other rank 0 says so, provided that it hears of all") {
  Liveness liveness;
  liveness.enter(Phase::exchange);
  const Liveness::Waiting waiting(liveness);
  HangDetector all(0, nodes, limits);
  pass(all, liveness, 158, beat_of(3, Phase::exchange, 157.5));  // 1.5 times 100, and twice round four ranks
  CHECK_FALSE(all.verdict());
  pass(all, liveness, 2, beat_of(3, Phase::exchange, 159.5));
  CHECK(contains(all.verdict(), "no rank has made progress for 159 s (phase of rank 0: exchange"));
  HangDetector some(0, nodes, limits);
  pass(some, liveness, 200, beat_of(3, Phase::exchange, 199.5, 1));
  CHECK_FALSE(some.verdict());
  HangDetector another(1, nodes, limits);
  pass(another, liveness, 200, beat_of(0, Phase::exchange, 199.5));
  CHECK_FALSE(another.verdict());
}

TEST_CASE("how long nobody got on, and of how many ranks that is known, travels from rank to rank") {
  Liveness liveness;
  liveness.enter(Phase::exchange);
  const Liveness::Waiting waiting(liveness);
  HangDetector watch(1, nodes, limits);
  watch.look(liveness, 0.0);
  for (int s = 0; s < 7; ++s) watch.look(liveness, 1.0);
  CHECK(watch.heartbeat().quiet == 7.0);
  CHECK(watch.heartbeat().reach == 0);
  watch.hear(beat_of(0, Phase::evaluating, 2.0, 1));
  watch.look(liveness, 1.0);
  CHECK(watch.heartbeat().quiet == 3.0);
  CHECK(watch.heartbeat().reach == 2);
  watch.hear(beat_of(0, Phase::evaluating, 2.0, 3));
  CHECK(watch.heartbeat().reach == 3);
}

TEST_CASE("silence is judged sooner than the lack of progress, so that the one at fault is named") {
  CHECK(HangLimits::from(600.0).silent == 60.0);
  CHECK(HangLimits::from(20.0).silent == 10.0);
  CHECK(HangLimits::from(20.0).quiet == 20.0);
  CHECK(HangLimits::from(600.0).beat == 1.0);
  CHECK(HangLimits::from(20.0).beat == 1.0);
  CHECK(HangLimits::from(5.0).beat == 0.25);
}

}  // namespace hang_detector_test
