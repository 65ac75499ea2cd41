#include "evaluation/synthetic_model.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <stdexcept>

namespace synthetic_model_test {

using namespace shoal::evaluation;
using shoal::swarm::Coordinates;

namespace {

double mean(const SyntheticModel& model, const Coordinates& position) {
  double sum = 0.0;
  for (std::size_t example = 0; example < 400; ++example) sum += model.score(position, example);
  return sum / 400.0;
}

}  // namespace

TEST_CASE("made-up scores depend on seed, position and example alone, and mixes beat the experts", "[synthetic]") {
  const SyntheticModel model(0.0, 7);
  const Coordinates even{0.25, 0.25, 0.25, 0.25};
  const Coordinates expert{1.0, 0.0, 0.0, 0.0};
  CHECK(mean(model, even) == mean(SyntheticModel(1.0, 7), even));
  CHECK(mean(model, even) > mean(model, expert) + 0.1);
  CHECK(mean(model, expert) != mean(SyntheticModel(0.0, 8), expert));
  CHECK((model.score(even, 3) == 0.0 || model.score(even, 3) == 1.0));
}

TEST_CASE("a made-up computation takes its time and can be given up", "[synthetic]") {
  const SyntheticModel model(0.001, 7);
  const auto begin = std::chrono::steady_clock::now();
  model.compute(50, [] {});
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(50));
  int polled = 0;
  CHECK_THROWS_AS(model.compute(1'000'000,
                                [&] {
                                  if (++polled == 3) throw std::runtime_error("stop");
                                }),
                  std::runtime_error);
}

}  // namespace synthetic_model_test
