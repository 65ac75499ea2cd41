#pragma once

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <vector>

#include "checkpoint/dense_file.hpp"
#include "checkpoint/dense_reader.hpp"

namespace shoal::testing {

inline constexpr int dense_particles = 7;
inline constexpr std::size_t dense_length = 300;

inline void fill(std::span<float> row, float value) {
  for (std::size_t k = 0; k < row.size(); ++k) row[k] = value + static_cast<float>(k) / 1024.0F;
}

/// A state after iteration 3 whose bests and worsts are of different iterations: particle i has been best in iteration
/// i % 3, g is particle 4's personal best, g_w was reached by particle 1 in iteration 2, and the window has one entry
/// of particles 1 and 5 each.
inline swarm::SwarmState dense_state() {
  swarm::SwarmState state;
  state.iteration = 3;
  state.particles.resize(dense_particles);
  for (int id = 0; id < dense_particles; ++id) state.particles[static_cast<std::size_t>(id)].best_iteration = id % 3;
  state.global_best.particle = 4;
  state.global_best.iteration = 1;
  state.global_worst.particle = 1;
  state.global_worst.iteration = 2;
  state.worst_by_iteration = {state.global_worst, state.global_worst};
  state.worst_by_iteration[1].particle = 5;
  state.worst_by_iteration[1].iteration = 3;
  return state;
}

/// The first number of a reached position tells where it was reached.
inline float number_of(swarm::Origin origin) { return static_cast<float>(100 * origin.particle + origin.iteration); }

/// A rank's part of that swarm, after its next move.
inline swarm::DenseSwarm part_of(int rank, int ranks) {
  const swarm::SwarmState state = dense_state();
  swarm::DenseSwarm swarm(swarm::owned_by(rank, ranks, dense_particles), dense_length);
  for (int id = swarm.owned().first; id < swarm.owned().last; ++id) {
    fill(swarm.position(id), static_cast<float>(id));
    fill(swarm.velocity(id), static_cast<float>(10 + id));
    fill(swarm.best_position(id), number_of({id, state.particles[static_cast<std::size_t>(id)].best_iteration}));
  }
  for (const swarm::Incumbent& extreme : state.worst_by_iteration) {
    if (!swarm.owned().contains(extreme.particle)) continue;
    swarm.window().push_back({swarm::origin_of(extreme), std::vector<float>(dense_length)});
    fill(swarm.window().back().weights, number_of(swarm::origin_of(extreme)));
  }
  swarm.global_best().origin = swarm::origin_of(state.global_best);
  swarm.global_worst().origin = swarm::origin_of(state.global_worst);
  for (auto* common : {&swarm.global_best(), &swarm.global_worst()}) fill(common->weights, number_of(common->origin));
  swarm.stand_at(4);
  return swarm;
}

/// All files of that swarm's checkpoint, written by `ranks` ranks.
inline checkpoint::DenseFiles write_parts(const std::filesystem::path& folder, int ranks) {
  checkpoint::DenseFiles files{folder, {}, dense_particles};
  for (int rank = 0; rank < ranks; ++rank) {
    const swarm::DenseSwarm swarm = part_of(rank, ranks);
    std::ranges::move(checkpoint::DenseImage(rank, 3, swarm, swarm.reached(dense_state())).write(folder),
                      std::back_inserter(files.files));
  }
  return files;
}

}  // namespace shoal::testing
