#include "swarm/settings.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/spelling.hpp"

namespace shoal::swarm {
namespace {

Settings robust(int experts) {
  Settings settings;
  settings.particles = 2 * experts;
  return settings;
}

Settings paper(int experts) {
  Settings settings = robust(experts);
  settings.preset = "paper";
  settings.step_length = 1.0;
  settings.restart_cool_down = 0;
  settings.worst_window = 0;
  settings.promotion = Promotion::utility;
  settings.validation_fraction = 0.0;
  return settings;
}

Settings reference(int experts) {
  Settings settings = paper(experts);
  settings.preset = "reference";
  settings.rules = Rules::published_code;
  settings.crossover_range_high = 2.0;
  settings.crossover_children = true;
  settings.inertia = 0.4;
  settings.cognitive_coeff = settings.social_coeff = settings.repel_coeff = 0.3;
  settings.max_iteration = 200;
  settings.restart_mode = RestartMode::sticky;
  settings.count_skipped = true;
  return settings;
}

Settings moco(int experts) {
  Settings settings = paper(experts);
  settings.preset = "moco";
  settings.particles = experts;
  settings.step_length = 0.5;
  settings.patience = 5;
  settings.max_iteration = 10;
  settings.restart_patience = 3;
  settings.restart_cool_down = 3;
  return settings;
}

Settings quick(int experts) {
  Settings settings = paper(experts);
  settings.preset = "quick";
  settings.particles = experts;
  settings.step_length = 0.7;
  settings.step_length_factor = 0.9;
  settings.patience = 4;
  settings.max_iteration = 10;
  settings.restart_patience = 3;
  settings.worst_window = 5;
  return settings;
}

void require(bool holds, const char* key, double value, const char* rule) {
  if (!holds) fail(ExitCode::usage, "swarm.{} is {} (it must be {}). Change it.", key, value, rule);
}

void check_coefficients(const Settings& s) {
  for (const auto& [key, value] : {std::pair{"inertia", s.inertia},
                                   {"cognitive_coeff", s.cognitive_coeff},
                                   {"social_coeff", s.social_coeff},
                                   {"repel_coeff", s.repel_coeff}}) {
    require(value >= 0.0 && std::isfinite(value), key, value, "finite and not negative");
  }
  const double sum = s.inertia + s.cognitive_coeff + s.social_coeff + (s.repel_term ? s.repel_coeff : 0.0);
  if (!(sum > 0.0) || !std::isfinite(sum)) {
    fail(ExitCode::usage,
         "swarm.inertia, cognitive_coeff, social_coeff and repel_coeff add up to {} (the update divides by their sum, "
         "repel_coeff counts with repel_term). Change one.",
         sum);
  }
}

void check_steps(const Settings& s) {
  require(s.step_length > 0.0 && std::isfinite(s.step_length), "step_length", s.step_length, "finite and above 0");
  require(s.step_length_factor > 0.0 && s.step_length_factor <= 1.0, "step_length_factor", s.step_length_factor,
          "above 0 and at most 1");
  require(s.minimum_step_length >= 0.0 && std::isfinite(s.minimum_step_length), "minimum_step_length",
          s.minimum_step_length, "finite and not negative");
  const double low = s.crossover_range_low;
  const double high = s.crossover_range_high;
  if (!(std::isfinite(low) && std::isfinite(high) && low <= high)) {
    fail(ExitCode::usage,
         "swarm.crossover_range is [{}, {}] (it must be two finite numbers, the lower first). Change it.", low, high);
  }
}

void check_counts(const Settings& s) {
  require(s.patience >= 1, "patience", s.patience, "at least 1");
  require(s.max_iteration >= 1, "max_iteration", s.max_iteration, "at least 1");
  require(s.restart_patience >= 1, "restart_patience", s.restart_patience, "at least 1");
  require(s.restart_cool_down >= 0, "restart_cool_down", s.restart_cool_down, "0 or more");
  require(s.worst_window >= 0, "worst_window", s.worst_window, "0 or more");
  require(s.top_k >= 1, "top_k", s.top_k, "at least 1");
  require(s.blocks >= 1, "blocks", s.blocks, "at least 1");
  if (s.blocks > 1 && s.positions == Positions::dense) {
    fail(ExitCode::usage,
         "swarm.blocks is {} with positions dense (a dense position has no coefficients). Set blocks to 1.", s.blocks);
  }
  if (s.blocks > 1 && s.positions == Positions::tokens) {
    fail(ExitCode::usage,
         "swarm.blocks is {} with positions tokens (what an expert says has no layers). Set blocks to 1.", s.blocks);
  }
  if (s.restart_mode == RestartMode::sticky && s.restart_cool_down > 0) {
    fail(ExitCode::usage,
         "swarm.restart_cool_down is {} with restart_mode sticky (a sticky restart has no cool-down). Set it to 0.",
         s.restart_cool_down);
  }
}

void check_fractions(const Settings& s) {
  require(s.drop_k >= 0.0 && s.drop_k < 1.0, "dropK", s.drop_k, "at least 0 and below 1");
  require(s.drop_n >= 0.0 && s.drop_n < 1.0, "dropN", s.drop_n, "at least 0 and below 1");
  require(s.validation_fraction >= 0.0 && s.validation_fraction < 1.0, "validation_fraction", s.validation_fraction,
          "at least 0 and below 1");
  require(s.promotion_z >= 0.0 && std::isfinite(s.promotion_z), "promotion_z", s.promotion_z, "0 or more");
}

void refuse_in_span(const Settings& s, bool used, const char* key) {
  if (!used || s.positions == Positions::dense) return;
  fail(ExitCode::usage,
       "swarm.{} needs swarm.positions: dense (it leaves the span of the experts, where other positions lie). Set "
       "positions to dense.",
       key);
}

void check_dense(const Settings& s) {
  require(s.density > 0.0 && s.density <= 1.0, "density", s.density, "above 0 and at most 1");
  require(s.mutation.rate >= 0.0 && s.mutation.rate <= 1.0, "mutation.rate", s.mutation.rate, "from 0 to 1");
  require(s.mutation.sigma >= 0.0 && std::isfinite(s.mutation.sigma), "mutation.sigma", s.mutation.sigma,
          "finite and not negative");
  refuse_in_span(s, s.velocity != VelocityRule::linear, "velocity");
  refuse_in_span(s, s.mutation.rate > 0.0, "mutation");
}

void refuse_with(const Settings& s, bool used, const char* key, const char* why) {
  if (!used) return;
  fail(ExitCode::usage, "optimiser is {} and swarm.{} is set ({}). Change one.", optimiser_names().of(s.optimiser), key,
       why);
}

void check_optimiser(const Settings& s) {
  require(s.candidates >= 1, "candidates", s.candidates, "at least 1");
  if (s.optimiser == Optimiser::swarm) return;
  const bool moves = s.optimiser == Optimiser::surrogate;
  refuse_with(s, s.positions == Positions::dense, "positions: dense", "only the swarm's update knows weight vectors");
  refuse_with(s, !moves && s.drop_k > 0.0, "dropK", "only the swarm's update can move without evaluating");
  refuse_with(s, !moves && s.drop_n > 0.0, "dropN", "only the swarm's update can move without evaluating");
  refuse_with(s, moves && !s.weight_randomness, "weight_randomness: false", "the candidates would all be the same");
  require(s.optimiser != Optimiser::de || s.particles >= 4, "particles", s.particles,
          "at least 4 for differential evolution");
}

void refuse_asynchronous(bool used, const char* what, const char* why) {
  if (!used) return;
  fail(ExitCode::usage, "swarm.schedule is asynchronous with {} ({}). Change one.", what, why);
}

void check_schedule(const Settings& s) {
  if (s.schedule == Schedule::synchronous) return;
  refuse_asynchronous(s.optimiser != Optimiser::swarm, "another optimiser", "only the swarm moves one by one");
  refuse_asynchronous(s.positions == Positions::dense, "positions dense", "their owners move weight vectors together");
  refuse_asynchronous(s.rules == Rules::published_code, "preset reference", "the published code moves all together");
  refuse_asynchronous(s.drop_k > 0.0, "dropK", "no iteration can be skipped as a whole");
  refuse_asynchronous(s.drop_n > 0.0, "dropN", "particles go on when they are evaluated");
}

}  // namespace

const EnumNames<Positions>& positions_names() {
  static const EnumNames<Positions> names{"affine", "dense", "tokens"};
  return names;
}

const EnumNames<VelocityRule>& velocity_names() {
  static const EnumNames<VelocityRule> names{"linear", "ties", "dare_ties"};
  return names;
}

const EnumNames<StartingVelocity>& starting_velocity_names() {
  static const EnumNames<StartingVelocity> names{"random", "zero", "best"};
  return names;
}

const EnumNames<RestartMode>& restart_mode_names() {
  static const EnumNames<RestartMode> names{"one_shot", "sticky"};
  return names;
}

const EnumNames<Promotion>& promotion_names() {
  static const EnumNames<Promotion> names{"utility", "paired"};
  return names;
}

const EnumNames<Schedule>& schedule_names() {
  static const EnumNames<Schedule> names{"synchronous", "asynchronous"};
  return names;
}

const EnumNames<Optimiser>& optimiser_names() {
  static const EnumNames<Optimiser> names{"swarm", "random", "quasi_random", "cma_es", "de", "surrogate"};
  return names;
}

bool needs_bests_only(Optimiser optimiser) {
  return optimiser != Optimiser::cma_es && optimiser != Optimiser::surrogate;
}

const std::vector<std::string>& preset_names() {
  static const std::vector<std::string> names{"paper", "reference", "moco", "robust", "quick"};
  return names;
}

Settings preset(std::string_view name, int experts) {
  if (name == "paper") return paper(experts);
  if (name == "reference") return reference(experts);
  if (name == "moco") return moco(experts);
  if (name == "robust") return robust(experts);
  if (name == "quick") return quick(experts);
  fail(ExitCode::usage, "swarm.preset is {} (no such preset). Did you mean {}?", name, nearest(name, preset_names()));
}

void check(const Settings& settings, int experts) {
  if (experts < 2) fail(ExitCode::usage, "a swarm needs at least two experts ({} given). Add experts.", experts);
  if (settings.particles < experts) {
    fail(ExitCode::usage,
         "swarm.particles is {} and there are {} experts (every expert is a particle). Raise particles.",
         settings.particles, experts);
  }
  check_coefficients(settings);
  check_steps(settings);
  check_counts(settings);
  check_fractions(settings);
  check_dense(settings);
  check_optimiser(settings);
  check_schedule(settings);
}

}  // namespace shoal::swarm
