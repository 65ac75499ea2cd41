#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "swarm/dense/dense_move.hpp"
#include "swarm/dense/ownership.hpp"
#include "swarm/dense/weight_memory.hpp"
#include "swarm/proposal.hpp"
#include "swarm/state.hpp"

namespace shoal::swarm {

/// When and by whom a position was reached; names it where coordinates cannot.
struct Origin {
  int particle = -1;
  int iteration = -1;
  bool operator==(const Origin&) const = default;
};
Origin origin_of(const Incumbent& extreme);

/// Dense positions: the weight vectors of the particles that this rank holds, and the common ones. Everything that is
/// decided stays in SwarmState, whose coordinates are empty then; this class only follows its decisions.
class DenseSwarm {
 public:
  /// A position that later iterations may still call the worst.
  struct Remembered {
    Origin origin;
    std::vector<float> weights;
  };

  /// A position that a particle held here has been at and that may still be asked for.
  struct Reached {
    Origin origin;
    std::span<const float> weights;
  };

  /// `length`: numbers in a weight vector.
  DenseSwarm(IdRange owned, std::size_t length);

  IdRange owned() const { return owned_; }
  std::size_t length() const { return length_; }

  /// The iteration that positions and velocities belong to: the last one, or the next one from its move on.
  int iteration() const { return iteration_; }
  /// For positions that were read from a checkpoint.
  void stand_at(int iteration) { iteration_ = iteration; }

  std::span<float> position(int id) { return row(positions_, id); }
  std::span<float> velocity(int id) { return row(velocities_, id); }
  std::span<float> best_position(int id) { return row(best_positions_, id); }
  std::span<const float> position(int id) const { return row(positions_, id); }
  std::span<const float> velocity(int id) const { return row(velocities_, id); }
  std::span<const float> best_position(int id) const { return row(best_positions_, id); }

  /// All of this rank's, [owned particles, length].
  std::span<const float> positions() const { return positions_; }
  std::span<const float> velocities() const { return velocities_; }
  std::span<const float> best_positions() const { return best_positions_; }

  /// Personal bests, the window's positions, and g and g_w where their particles are held here; each once. Views: valid
  /// until `follow`. `state`: the one that was followed last.
  std::vector<Reached> reached(const SwarmState& state) const;

  /// g and g_w with their names; the vectors are the same on every rank between two iterations.
  struct Common {
    Origin origin;
    WeightVector weights;
  };
  Common& global_best() { return global_best_; }
  Common& global_worst() { return global_worst_; }
  const Common& global_best() const { return global_best_; }
  const Common& global_worst() const { return global_worst_; }
  std::vector<Remembered>& window() { return window_; }
  const std::vector<Remembered>& window() const { return window_; }

  /// Restarts, moves and mutations as proposed, on `threads` threads; the bits do not depend on their number. Linear
  /// velocities move on the GPU where there is one, with the same bits.
  void move(const Proposal& proposal, const Settings& settings, std::uint64_t seed, int threads);

  /// Follows the decisions of an iteration: personal bests, and the window of the worst. g and g_w are taken over where
  /// this rank holds their particle. Returns those that have changed, on every rank the same ones: they are to be sent
  /// from the owners of their particles.
  std::vector<Common*> follow(const SwarmState& state);

  /// v <- g - x, for starting_velocity_mode best.
  void start_towards_best();

 private:
  std::span<float> row(WeightVector& table, int id) const;
  std::span<const float> row(const WeightVector& table, int id) const;
  void restart(const Proposal& proposal);
  void follow_window(const SwarmState& state);
  std::span<const float> weights_of(const Origin& origin, int iteration) const;
  bool take_over(Common& common, const Incumbent& extreme, int iteration);

  IdRange owned_;
  std::size_t length_;
  int iteration_ = 0;
  WeightVector positions_;  // [owned particles, length]
  WeightVector velocities_;
  WeightVector best_positions_;
  Common global_best_;
  Common global_worst_;
  std::vector<Remembered> window_;  // of particles held here
};

/// Calls `work(i)` for all i below `count` on `threads` threads.
void in_parallel(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

/// Calls `work(begin, end)` for parts of [0, length) on `threads` threads.
void in_parts(std::size_t length, int threads, const std::function<void(std::size_t, std::size_t)>& work);

/// Euclidean norms, summed in float64 in the order of the numbers.
double norm(std::span<const float> a);
double distance(std::span<const float> a, std::span<const float> b);

}  // namespace shoal::swarm
