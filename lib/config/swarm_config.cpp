#include "config/swarm_config.hpp"

#include <limits>

namespace shoal::config {
namespace {

void read_integer(YamlMap& map, const char* key, int& value) {
  const auto read = map.integer(key);
  if (!read) return;
  if (*read < 0 || *read > std::numeric_limits<int>::max()) map.reject(key, "is negative or too large");
  value = static_cast<int>(*read);
}

void read_number(YamlMap& map, const char* key, double& value) { value = map.number(key).value_or(value); }

void read_flag(YamlMap& map, const char* key, bool& value) { value = map.flag(key).value_or(value); }

void read_crossover(YamlMap& map, swarm::Settings& s) {
  if (const auto range = map.numbers("crossover_range")) {
    if (range->size() != 2) map.reject("crossover_range", "is not two numbers");
    s.crossover_range_low = range->front();
    s.crossover_range_high = range->back();
  }
  read_flag(map, "crossover_children", s.crossover_children);
}

void read_update(YamlMap& map, swarm::Settings& s) {
  read_number(map, "inertia", s.inertia);
  read_number(map, "cognitive_coeff", s.cognitive_coeff);
  read_number(map, "social_coeff", s.social_coeff);
  read_number(map, "repel_coeff", s.repel_coeff);
  read_flag(map, "repel_term", s.repel_term);
  read_flag(map, "weight_randomness", s.weight_randomness);
  read_number(map, "step_length", s.step_length);
  read_number(map, "step_length_factor", s.step_length_factor);
  read_number(map, "minimum_step_length", s.minimum_step_length);
}

void read_schedule(YamlMap& map, swarm::Settings& s) {
  read_integer(map, "patience", s.patience);
  read_integer(map, "max_iteration", s.max_iteration);
  read_integer(map, "restart_patience", s.restart_patience);
  read_integer(map, "restart_cool_down", s.restart_cool_down);
  read_integer(map, "worst_window", s.worst_window);
  read_flag(map, "count_skipped", s.count_skipped);
  read_number(map, "dropK", s.drop_k);
  read_number(map, "dropN", s.drop_n);
  read_integer(map, "max_invalid", s.max_invalid);
  read_integer(map, "blocks", s.blocks);
}

void read_selection(YamlMap& map, swarm::Settings& s) {
  read_number(map, "promotion_z", s.promotion_z);
  read_number(map, "validation_fraction", s.validation_fraction);
  read_integer(map, "top_k", s.top_k);
}

void read_dense(YamlMap& map, swarm::Settings& s) {
  map.choose("positions", swarm::positions_names(), s.positions);
  map.choose("velocity", swarm::velocity_names(), s.velocity);
  read_number(map, "density", s.density);
  if (auto mutation = map.map("mutation")) {
    read_number(*mutation, "rate", s.mutation.rate);
    read_number(*mutation, "sigma", s.mutation.sigma);
    mutation->finish();
  }
}

std::optional<std::filesystem::path> read_warm_start(YamlMap& map, const swarm::Settings& settings,
                                                     const std::filesystem::path& folder) {
  const auto path = map.path("warm_start", folder);
  if (!path) return std::nullopt;
  if (settings.positions == swarm::Positions::dense) map.reject("warm_start", "needs positions: affine. Remove one");
  return path->resolved();
}

std::optional<std::filesystem::path> read_event_order(YamlMap& map, const swarm::Settings& settings,
                                                      const std::filesystem::path& folder) {
  const auto path = map.path("event_order", folder);
  if (!path) return std::nullopt;
  if (settings.schedule == swarm::Schedule::synchronous)
    map.reject("event_order", "needs schedule: asynchronous. Remove one");
  return path->resolved();
}

}  // namespace

SwarmConfig read_swarm(YamlMap& document, int experts, const std::filesystem::path& folder) {
  auto map = document.map("swarm");
  SwarmConfig config{swarm::preset("robust", experts), {}, {}};
  swarm::Settings& settings = config.settings;
  if (map) {
    if (const auto index = map->choice("preset", swarm::preset_names())) {
      settings = swarm::preset(swarm::preset_names()[*index], experts);
    }
    read_integer(*map, "particles", settings.particles);
    map->choose("starting_velocity_mode", swarm::starting_velocity_names(), settings.starting_velocity_mode);
    map->choose("restart_mode", swarm::restart_mode_names(), settings.restart_mode);
    map->choose("promotion", swarm::promotion_names(), settings.promotion);
    read_crossover(*map, settings);
    read_update(*map, settings);
    read_schedule(*map, settings);
    read_selection(*map, settings);
    read_dense(*map, settings);
    read_integer(*map, "candidates", settings.candidates);
    config.warm_start = read_warm_start(*map, settings, folder);
    map->choose("schedule", swarm::schedule_names(), settings.schedule);
    config.event_order = read_event_order(*map, settings, folder);
    map->finish();
  }
  document.choose("optimiser", swarm::optimiser_names(), settings.optimiser);
  swarm::check(settings, experts);
  return config;
}

}  // namespace shoal::config
