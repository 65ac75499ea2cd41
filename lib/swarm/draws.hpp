#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "swarm/settings.hpp"

namespace shoal::swarm {

/// Draws of one particle at iteration 0, as the history shows them.
struct StartDraws {
  std::optional<std::pair<int, int>> parents;  ///< of a crossover; empty for the experts themselves
  std::optional<double> t;
  std::optional<int> partner;                    ///< empty unless starting_velocity_mode is random
  std::optional<int> warm_start = std::nullopt;  ///< whose personal best of another search it begins at
};

/// Draws of one particle in one update; a draw that is not used is empty and acts as 1.
struct UpdateDraws {
  std::optional<double> inertia;
  std::optional<double> cognitive;
  std::optional<double> social;
  std::optional<double> repel;
};

/// Draws of a particle in an iteration; those of an update for each block of layers.
using ParticleDraws = std::variant<StartDraws, std::vector<UpdateDraws>>;

// The random streams of docs/algorithm.md, "Random numbers", by name.

StartDraws draw_start(const Settings& settings, std::uint64_t seed, int particle, int experts);
/// Of one block of layers (0 when there is but one).
UpdateDraws draw_update(const Settings& settings, std::uint64_t seed, int iteration, int particle, int block = 0);
/// Of every block, in order. `candidate`: which of several such sets, one after the other in the stream.
std::vector<UpdateDraws> draw_updates(const Settings& settings, std::uint64_t seed, int iteration, int particle,
                                      int candidate = 0);

/// dropK: whether the whole iteration moves without evaluating.
bool drop_iteration(const Settings& settings, std::uint64_t seed, int iteration);
/// dropN: whether this particle does.
bool drop_particle(const Settings& settings, std::uint64_t seed, int iteration, int particle);

/// Which dev examples of a task the search uses and which are kept out to pick the winner; both ascending.
struct ValidationSplit {
  std::vector<std::size_t> search;
  std::vector<std::size_t> validation;
};

/// Keeps out floor(fraction * examples) examples of task `task`: those with the smallest draws, ties by index.
ValidationSplit split_validation(std::uint64_t seed, std::uint32_t task, std::size_t examples, double fraction);

}  // namespace shoal::swarm
