#include "swarm/draws.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/philox.hpp"

namespace shoal::swarm {
namespace {

Counter at(int iteration, int particle, Purpose purpose, std::uint32_t index) {
  return {static_cast<std::uint32_t>(iteration), static_cast<std::uint32_t>(particle), purpose, index};
}

std::uint32_t unsigned_of(int value) { return static_cast<std::uint32_t>(value); }

/// A number below m that is not `taken`, from one draw below m - 1.
int other_than(int taken, std::uint32_t drawn) {
  const int value = static_cast<int>(drawn);
  return value >= taken ? value + 1 : value;
}

}  // namespace

StartDraws draw_start(const Settings& settings, std::uint64_t seed, int particle, int experts) {
  StartDraws draws;
  if (particle >= experts) {
    const int candidates = settings.crossover_children ? particle : experts;
    const auto draw = [&](std::uint32_t index) { return at(0, particle, Purpose::crossover, index); };
    const int a = static_cast<int>(below(seed, draw(0), unsigned_of(candidates)));
    const int b = other_than(a, below(seed, draw(1), unsigned_of(candidates - 1)));
    draws.parents = {a, b};
    const double width = settings.crossover_range_high - settings.crossover_range_low;
    draws.t = settings.crossover_range_low + uniform(seed, draw(2)) * width;
  }
  if (settings.starting_velocity_mode == StartingVelocity::random) {
    const Counter counter = at(0, particle, Purpose::partner, 0);
    draws.partner = other_than(particle, below(seed, counter, unsigned_of(settings.particles - 1)));
  }
  return draws;
}

UpdateDraws draw_update(const Settings& settings, std::uint64_t seed, int iteration, int particle, int block) {
  if (!settings.weight_randomness) return {};
  const std::uint32_t first = 4 * unsigned_of(block);
  const auto draw = [&](std::uint32_t index) {
    return uniform(seed, at(iteration, particle, Purpose::update, first + index));
  };
  UpdateDraws draws{draw(0), draw(1), draw(2), std::nullopt};
  if (settings.repel_term) draws.repel = draw(3);
  return draws;
}

std::vector<UpdateDraws> draw_updates(const Settings& settings, std::uint64_t seed, int iteration, int particle,
                                      int candidate) {
  std::vector<UpdateDraws> draws;
  for (int b = 0; b < settings.blocks; ++b) {
    draws.push_back(draw_update(settings, seed, iteration, particle, candidate * settings.blocks + b));
  }
  return draws;
}

bool drop_iteration(const Settings& settings, std::uint64_t seed, int iteration) {
  const Counter counter{static_cast<std::uint32_t>(iteration), whole_iteration, Purpose::dropout, 0};
  return settings.drop_k > 0.0 && uniform(seed, counter) < settings.drop_k;
}

bool drop_particle(const Settings& settings, std::uint64_t seed, int iteration, int particle) {
  return settings.drop_n > 0.0 && uniform(seed, at(iteration, particle, Purpose::dropout, 0)) < settings.drop_n;
}

ValidationSplit split_validation(std::uint64_t seed, std::uint32_t task, std::size_t examples, double fraction) {
  std::vector<std::size_t> order(examples);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t example) {
    return uniform(seed, {0, task, Purpose::validation_split, static_cast<std::uint32_t>(example)});
  });
  const auto kept_out = static_cast<std::ptrdiff_t>(std::floor(fraction * static_cast<double>(examples)));
  ValidationSplit split;
  split.validation.assign(order.begin(), order.begin() + kept_out);
  split.search.assign(order.begin() + kept_out, order.end());
  std::ranges::sort(split.validation);
  std::ranges::sort(split.search);
  return split;
}

}  // namespace shoal::swarm
