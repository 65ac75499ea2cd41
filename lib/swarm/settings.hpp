#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"

namespace shoal::swarm {

enum class RestartMode { one_shot, sticky };
enum class Promotion { utility, paired };
enum class StartingVelocity { random, zero, best };

/// What a position is: coefficients over the experts' weights, a weight vector of its own, or coefficients over what
/// the experts say of the next token (docs/algorithm.md).
enum class Positions { affine, dense, tokens };

/// How the four terms of an update become a velocity: summed; or, weight by weight, the mean of those that agree in
/// sign, after trimming (TIES) or dropping at random (DARE-TIES). The latter two leave the span of the experts.
enum class VelocityRule { linear, ties, dare_ties };

/// Gaussian noise on the weights of dense positions, after each move.
struct Mutation {
  double rate = 0.0;   ///< probability of each weight to be changed
  double sigma = 0.0;  ///< standard deviation of the change, in units of the weights
};

/// What proposes the positions of an iteration: the swarm's update; draws without memory, random or quasi-random;
/// CMA-ES; differential evolution; or the swarm's update, screened by a guess of the utility.
enum class Optimiser { swarm, random, quasi_random, cma_es, de, surrogate };

/// When particles move on: all together, once every one is evaluated; or each as soon as its own evaluation is taken.
enum class Schedule { synchronous, asynchronous };

/// Which rules decide about stopping, restarting and equal worst particles: Shoal's, or those of the published code.
/// Switched on by the preset named `reference`, not by its keys.
enum class Rules { shoal, published_code };

/// Every key of a swarm (docs/algorithm.md has the table of presets). The defaults are those of preset `robust`.
struct Settings {
  std::string preset = "robust";
  Optimiser optimiser = Optimiser::swarm;
  int candidates = 8;  ///< draws that the surrogate chooses from
  Rules rules = Rules::shoal;
  Schedule schedule = Schedule::synchronous;
  int particles = 0;  ///< N
  double crossover_range_low = 0.0;
  double crossover_range_high = 1.0;
  bool crossover_children = false;
  StartingVelocity starting_velocity_mode = StartingVelocity::random;
  double inertia = 0.2;
  double cognitive_coeff = 0.3;
  double social_coeff = 0.4;
  double repel_coeff = 0.05;
  bool repel_term = true;
  bool weight_randomness = true;
  double step_length = 0.7;
  double step_length_factor = 0.95;
  double minimum_step_length = 0.1;
  int patience = 10;
  int max_iteration = 50;
  int restart_patience = 5;
  RestartMode restart_mode = RestartMode::one_shot;
  int restart_cool_down = 3;
  int worst_window = 5;  ///< 0: all-time
  Promotion promotion = Promotion::paired;
  double promotion_z = 1.0;
  double validation_fraction = 0.25;
  int top_k = 10;
  bool count_skipped = false;
  double drop_k = 0.0;   ///< YAML: dropK
  double drop_n = 0.0;   ///< YAML: dropN
  int max_invalid = -1;  ///< negative: the number of particles
  int blocks = 1;
  Positions positions = Positions::affine;
  VelocityRule velocity = VelocityRule::linear;
  double density = 0.5;  ///< share of the weights that ties and dare_ties keep of each term
  Mutation mutation;

  int invalid_allowed() const { return max_invalid < 0 ? particles : max_invalid; }
};

/// Spellings of the kinds of position, in the order of the enumeration.
const EnumNames<Positions>& positions_names();

const EnumNames<VelocityRule>& velocity_names();
const EnumNames<StartingVelocity>& starting_velocity_names();
const EnumNames<RestartMode>& restart_mode_names();
const EnumNames<Promotion>& promotion_names();
const EnumNames<Schedule>& schedule_names();

/// Spellings of the optimisers, in the order of the enumeration.
const EnumNames<Optimiser>& optimiser_names();

/// Whether an optimiser looks at nothing of an evaluation but the bests it leads to. The others need its exact utility.
bool needs_bests_only(Optimiser optimiser);

/// Names of the presets, in the order of the documentation.
const std::vector<std::string>& preset_names();

/// The settings of a preset for n experts. Throws Error{usage} for an unknown name (naming the nearest).
Settings preset(std::string_view name, int experts);

/// Everything that makes a configuration impossible: C = 0, fewer particles than experts, a single expert, values out
/// of range. Throws Error{usage} naming the key.
void check(const Settings& settings, int experts);

}  // namespace shoal::swarm
