#include "swarm/update_rule.hpp"

#include <array>
#include <catch2/catch.hpp>

namespace shoal::swarm::update_rule_test {
namespace {

Particle particle_at(Coordinates position, Coordinates velocity, Coordinates best_position) {
  Particle particle;
  particle.position = std::move(position);
  particle.velocity = std::move(velocity);
  particle.best_position = std::move(best_position);
  return particle;
}

Settings settings_with(double inertia, double cognitive, double social, double repel) {
  Settings settings = preset("paper", 2);
  settings.inertia = inertia;
  settings.cognitive_coeff = cognitive;
  settings.social_coeff = social;
  settings.repel_coeff = repel;
  return settings;
}

std::array<UpdateWeights, 1> one_block(const UpdateWeights& weights) { return {weights}; }

const Coordinates g{0.5, 0.5};
const Coordinates g_w{-1.0, 2.0};

}  // namespace

TEST_CASE("weights are draw times coefficient, and their sum", "[update_rule]") {
  const UpdateWeights w = update_weights(settings_with(0.5, 0.25, 1.0, 2.0), {0.5, 1.0, 0.25, 0.125});
  CHECK(w.inertia == 0.25);
  CHECK(w.cognitive == 0.25);
  CHECK(w.social == 0.25);
  CHECK(w.repel == 0.25);
  CHECK(w.sum == 1.0);
}

TEST_CASE("an empty draw acts as 1", "[update_rule]") {
  const UpdateWeights w = update_weights(settings_with(0.5, 0.25, 1.0, 2.0), {});
  CHECK(w.inertia == 0.5);
  CHECK(w.repel == 2.0);
  CHECK(w.sum == 3.75);
}

TEST_CASE("without the repel term its weight is 0 and is missing in the sum", "[update_rule]") {
  Settings settings = settings_with(0.5, 0.25, 1.0, 2.0);
  settings.repel_term = false;
  const UpdateWeights w = update_weights(settings, {});
  CHECK(w.repel == 0.0);
  CHECK(w.sum == 1.75);
}

TEST_CASE("every block of layers moves with weights of its own", "[update_rule]") {
  const std::array<UpdateWeights, 2> weights{UpdateWeights{1.0, 2.0, 3.0, 2.0, 8.0}, {0.0, 1.0, 0.0, 0.0, 1.0}};
  Particle both = particle_at({1.0, 0.0, 0.5, 0.5}, {-1.0, 1.0, 3.0, -3.0}, {0.75, 0.25, 1.0, 0.0});
  Particle first = particle_at({1.0, 0.0}, {-1.0, 1.0}, {0.75, 0.25});
  move(both, {0.5, 0.5, 9.0, -8.0}, {-1.0, 2.0, 7.0, -6.0}, 0.5, weights);
  move(first, g, g_w, 0.5, one_block(weights[0]));
  CHECK(std::equal(first.position.begin(), first.position.end(), both.position.begin()));
  // second block: v <- p - x, x <- x + v / 2
  CHECK(both.velocity[2] == 0.5);
  CHECK(both.position == Coordinates{first.position[0], first.position[1], 0.75, 0.25});
}

TEST_CASE("a move follows the equation worked out by hand", "[update_rule]") {
  Particle particle = particle_at({1.0, 0.0}, {-1.0, 1.0}, {0.75, 0.25});
  move(particle, g, g_w, 0.5, one_block({1.0, 2.0, 3.0, 2.0, 8.0}));
  // first weight: (1 * -1 + 2 * (0.75 - 1) + 3 * (0.5 - 1) + 2 * (1 + 1)) / 8 = (-1 - 0.5 - 1.5 + 4) / 8 = 0.125
  CHECK(particle.velocity == Coordinates{0.125, -0.125});
  CHECK(particle.position == Coordinates{1.0625, -0.0625});
  CHECK(particle.best_position == Coordinates{0.75, 0.25});
}

TEST_CASE("each weight alone pulls in its own direction", "[update_rule]") {
  const auto velocity_with = [](const UpdateWeights& w) {
    Particle particle = particle_at({1.0, 0.0}, {-1.0, 1.0}, {0.75, 0.25});
    move(particle, g, g_w, 1.0, one_block(w));
    return particle.velocity;
  };
  CHECK(velocity_with({2.0, 0.0, 0.0, 0.0, 2.0}) == Coordinates{-1.0, 1.0});
  CHECK(velocity_with({0.0, 2.0, 0.0, 0.0, 2.0}) == Coordinates{-0.25, 0.25});
  CHECK(velocity_with({0.0, 0.0, 2.0, 0.0, 2.0}) == Coordinates{-0.5, 0.5});
  CHECK(velocity_with({0.0, 0.0, 0.0, 2.0, 2.0}) == Coordinates{2.0, -2.0});
}

TEST_CASE("when all draws are 0 the velocity is kept and the particle moves on", "[update_rule]") {
  Particle particle = particle_at({1.0, 0.0}, {-1.0, 1.0}, {0.75, 0.25});
  move(particle, g, g_w, 0.5, one_block(update_weights(settings_with(0.2, 0.3, 0.4, 0.05), {0.0, 0.0, 0.0, 0.0})));
  CHECK(particle.velocity == Coordinates{-1.0, 1.0});
  CHECK(particle.position == Coordinates{0.5, 0.5});
}

}  // namespace shoal::swarm::update_rule_test
