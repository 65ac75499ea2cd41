#include "checkpoint/state_image.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "checkpoint/hdf5/image.hpp"
#include "checkpoint/swarm_state_example.hpp"
#include "support/error_of.hpp"

namespace state_image_test {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using shoal::testing::Bits;
using shoal::testing::error_of;
using shoal::testing::example_state;

namespace {

swarm::SwarmState there_and_back(const swarm::SwarmState& state) {
  return checkpoint::decode(checkpoint::encode(state), "state.h5");
}

}  // namespace

TEST_CASE("a state comes back bit for bit, with NaN, infinities and empty window positions") {
  const swarm::SwarmState state = example_state(12);
  const swarm::SwarmState again = there_and_back(state);
  CHECK(again.particles.size() == 3);
  CHECK(std::isnan(again.particles.at(2).utility));
  CHECK(again.worst_by_iteration.at(1).position.empty());
  CHECK(Bits::of(again) == Bits::of(state));
}

TEST_CASE("a state with coefficients for each block of layers comes back") {
  swarm::SwarmState state = example_state(4);
  const auto doubled = [](swarm::Coordinates& x) { x.insert(x.end(), x.begin(), x.end()); };
  for (auto& p : state.particles)
    for (auto* x : {&p.position, &p.velocity, &p.best_position}) doubled(*x);
  for (auto* extreme : {&state.global_best, &state.global_worst, &state.worst_by_iteration.front()})
    doubled(extreme->position);
  CHECK(Bits::of(there_and_back(state)) == Bits::of(state));
}

TEST_CASE("a state without a window, a history and scores comes back") {
  swarm::SwarmState state = example_state(0);
  state.worst_by_iteration.clear();
  state.best_history.clear();
  state.global_best.evaluation = {};
  for (auto& particle : state.particles) particle.best = {};
  CHECK(Bits::of(there_and_back(state)) == Bits::of(state));
}

TEST_CASE("a particle that was never finite does not hinder the others from keeping their scores") {
  const swarm::SwarmState again = there_and_back(example_state(0));
  CHECK(again.particles.at(0).best.scores == std::vector<double>{0.0, 1.0, 0.3, 0.25});
  CHECK(again.particles.at(2).best.scores.empty());
}

TEST_CASE("a state of dense positions, without coordinates, comes back") {
  swarm::SwarmState state = example_state(4);
  for (auto& particle : state.particles) particle.position = particle.velocity = particle.best_position = {};
  for (auto* extreme : {&state.global_best, &state.global_worst}) extreme->position = {};
  for (auto& extreme : state.worst_by_iteration) extreme.position = {};
  const swarm::SwarmState again = there_and_back(state);
  CHECK(again.particles.size() == 3);
  CHECK(again.experts == 3);
  CHECK(again.global_best.position.empty());
  CHECK(Bits::of(again) == Bits::of(state));
}

TEST_CASE("what an optimiser remembers comes back bit for bit, and needs no dataset when it is nothing") {
  swarm::SwarmState state = example_state(4);
  state.memory = {0.3, -0.0, 1e-300};
  CHECK(Bits::of(there_and_back(state)) == Bits::of(state));
  CHECK_FALSE(checkpoint::Hdf5Reader(checkpoint::encode(example_state(4)), "s").has("optimiser_memory"));
}

TEST_CASE("moves into the next iteration come back bit for bit, and need no datasets where there are none") {
  swarm::SwarmState state = example_state(4);
  state.moves.assign(state.particles.size(), {{0.3, 1.0 / 3.0, -0.0}, {1e-300, 0.0, -1.0}});
  state.moves.back().position = {1.0, 2.0, 3.0};
  CHECK(Bits::of(there_and_back(state)) == Bits::of(state));
  CHECK_FALSE(checkpoint::Hdf5Reader(checkpoint::encode(example_state(4)), "s").has("next_position"));
}

TEST_CASE("moves of other particles than there are, or without velocities, are refused by name") {
  swarm::SwarmState state = example_state(4);
  state.moves.assign(state.particles.size() - 1, {{0.3, 0.3, 0.4}, {0.0, 0.0, 0.0}});
  CHECK_THAT(error_of([&] { there_and_back(state); }), StartsWith("3: ") && Contains("next_position"));
  state.moves.assign(state.particles.size(), {{0.3, 0.3, 0.4}, {}});
  CHECK_THAT(error_of([&] { there_and_back(state); }), StartsWith("3: ") && Contains("next_velocity"));
}

TEST_CASE("the same state always gives the same bytes") {
  CHECK(checkpoint::encode(example_state(3)) == checkpoint::encode(example_state(3)));
}

TEST_CASE("bytes that are no HDF5 file, and a file without the datasets, are refused by name") {
  CHECK_THAT(error_of([] { checkpoint::decode("not HDF5", "x/state.h5"); }), StartsWith("3: x/state.h5 is damaged"));
  CHECK_THAT(error_of([] { checkpoint::decode("", "x/state.h5"); }), StartsWith("3: x/state.h5 is damaged"));
  CHECK_THAT(error_of([] { checkpoint::decode(checkpoint::Hdf5Writer().finish(), "s"); }),
             Contains("no dataset numbers"));
}

TEST_CASE("a dataset with another shape than the others imply is refused by name") {
  checkpoint::Hdf5Writer writer;
  writer.integers("numbers", std::vector<std::int64_t>{1, 3, 0, 0, 0}, {5});
  writer.doubles("step_length", std::vector<double>{1.0}, {1});
  writer.doubles("best_history", std::vector<double>{}, {0});
  writer.doubles("position", std::vector<double>{1.0, 0.0}, {1, 2});
  const std::string error = error_of([&] { checkpoint::decode(writer.finish(), "s"); });
  CHECK_THAT(error, StartsWith("3: s is damaged") && Contains("dataset position"));
}

TEST_CASE("an empty dataset where a number belongs is refused") {
  checkpoint::Hdf5Writer writer;
  writer.integers("numbers", std::vector<std::int64_t>{1, 3, 0, 0, 0}, {5});
  writer.doubles("step_length", std::vector<double>{}, {0});
  CHECK_THAT(error_of([&] { checkpoint::decode(writer.finish(), "s"); }), StartsWith("3: s is damaged"));
}

TEST_CASE("every truncation of an image is refused or still the whole state, never a crash") {
  const std::string image = checkpoint::encode(example_state(4));
  for (std::size_t size = 0; size < image.size(); size += 97) {
    const std::string error = error_of([&] { checkpoint::decode(image.substr(0, size), "s"); });
    CHECK((error == "none" || error.substr(0, 2) == "3:"));
  }
}

}  // namespace state_image_test
