#include "swarm/restart.hpp"

#include <catch2/catch.hpp>

namespace shoal::swarm::restart_test {
namespace {

Particle aged(int age) {
  Particle particle;
  particle.position = {2.0, -1.0};
  particle.velocity = {0.5, -0.5};
  particle.best_position = {0.25, 0.75};
  particle.age = age;
  return particle;
}

Settings settings_with(RestartMode mode, int cool_down) {
  Settings settings = preset("paper", 2);
  settings.restart_patience = 5;
  settings.restart_mode = mode;
  settings.restart_cool_down = cool_down;
  return settings;
}

}  // namespace

TEST_CASE("a particle restarts after restart_patience evaluations without improvement", "[restart]") {
  const Settings settings = settings_with(RestartMode::one_shot, 0);
  CHECK_FALSE(due_for_restart(aged(4), settings));
  CHECK(due_for_restart(aged(5), settings));
}

TEST_CASE("with the rules of the published code it restarts one evaluation earlier", "[restart]") {
  const Settings settings = preset("reference", 2);
  CHECK_FALSE(due_for_restart(aged(3), settings));
  CHECK(due_for_restart(aged(4), settings));
}

TEST_CASE("a particle whose last utility was no number restarts whatever its age", "[restart]") {
  Particle particle = aged(0);
  particle.invalid = true;
  CHECK(due_for_restart(particle, settings_with(RestartMode::one_shot, 3)));
}

TEST_CASE("a restart returns to the personal best and stands still", "[restart]") {
  for (const auto mode : {RestartMode::one_shot, RestartMode::sticky}) {
    Particle particle = aged(5);
    particle.invalid = true;
    restart(particle, settings_with(mode, 0));
    CHECK(particle.position == particle.best_position);
    CHECK(particle.velocity == Coordinates{0.0, 0.0});
    CHECK_FALSE(particle.invalid);
  }
}

TEST_CASE("a one-shot restart begins a new age, after its cool-down", "[restart]") {
  Particle particle = aged(5);
  const Settings settings = settings_with(RestartMode::one_shot, 3);
  restart(particle, settings);
  CHECK(particle.age == 0);
  CHECK(particle.cool_down == 3);
  CHECK_FALSE(due_for_restart(particle, settings));
}

TEST_CASE("after a sticky restart the particle is still due", "[restart]") {
  Particle particle = aged(5);
  const Settings settings = settings_with(RestartMode::sticky, 0);
  restart(particle, settings);
  CHECK(particle.age == 5);
  CHECK(particle.cool_down == 0);
  CHECK(due_for_restart(particle, settings));
}

}  // namespace shoal::swarm::restart_test
