#include "results/history/history_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::json;

double number_or_nan(const Json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

// Coefficients, or one list of them per block of layers; null for dense positions.
std::vector<double> flat_position(const Json& json) {
  if (json.is_null()) return {};
  if (json.empty() || !json.front().is_array()) return json.get<std::vector<double>>();
  std::vector<double> flat;
  for (const Json& block : json) {
    const auto coefficients = block.get<std::vector<double>>();
    flat.insert(flat.end(), coefficients.begin(), coefficients.end());
  }
  return flat;
}

int blocks_of(const Json& line) {
  const Json& position = line.at("particles").at(0).at("position");
  return !position.empty() && position.front().is_array() ? static_cast<int>(position.size()) : 1;
}

ParticleRecord particle_of(const Json& json) {
  std::optional<double> distance;
  if (json.contains("distance_to_best")) distance = number_or_nan(json.at("distance_to_best"));
  return {flat_position(json.at("position")), number_or_nan(json.at("utility")), json.value("stale", false),
          json.value("restarted", false),     json.contains("bounds"),           distance};
}

IterationRecord iteration_of(const Json& json) {
  IterationRecord record;
  record.iteration = json.at("iteration").get<int>();
  const Json& step = json.at("step_length");
  if (!step.is_null()) record.step_length = step.get<double>();
  record.evaluated = json.value("evaluated", true);
  record.seconds = json.value("seconds", 0.0);
  for (const Json& particle : json.at("particles")) record.particles.push_back(particle_of(particle));
  const Json& best = json.at("global_best");
  record.best_particle = best.at("particle").get<int>();
  record.best_iteration = best.at("iteration").get<int>();
  record.best_utility = number_or_nan(best.at("utility"));
  return record;
}

// Pruned evaluations that were finished later: {"iteration": k, "particle": i, "utility": u}.
void apply_completed(const Json& line, std::vector<IterationRecord>& iterations) {
  if (!line.contains("completed")) return;
  for (const Json& entry : line.at("completed")) {
    auto& particles = iterations.at(entry.at("iteration").get<std::size_t>()).particles;
    ParticleRecord& particle = particles.at(entry.at("particle").get<std::size_t>());
    particle.utility = number_or_nan(entry.at("utility"));
    particle.pruned = false;
  }
}

// What later code relies on: numbering, a swarm of constant size, and a global best that has happened.
void check_fits(const std::vector<IterationRecord>& iterations) {
  const IterationRecord& first = iterations.front();
  const IterationRecord& last = iterations.back();
  const auto require = [](bool condition, const char* problem) {
    if (!condition) throw std::out_of_range(problem);
  };
  require(last.iteration == first.iteration + static_cast<int>(iterations.size()) - 1 && first.iteration == 0,
          "iterations are not numbered 0, 1, 2, …");
  require(!last.particles.empty() && last.particles.size() == first.particles.size(),
          "the number of particles changes");
  for (const ParticleRecord& particle : last.particles) {
    require(particle.position.size() == first.particles.front().position.size(), "positions differ in length");
    require(!particle.position.empty() || particle.distance_to_best, "a particle has no position");
  }
  require(last.best_particle >= 0 && last.best_particle < static_cast<int>(last.particles.size()),
          "the global best is not a particle");
  require(last.best_iteration >= 0 && last.best_iteration <= last.iteration, "the global best is not in the past");
}

void append_line(std::string_view line, HistoryRecord& history) {
  const Json json = Json::parse(line);
  history.iterations.push_back(iteration_of(json));
  check_fits(history.iterations);
  apply_completed(json, history.iterations);
  if (history.iterations.size() == 1) history.blocks = blocks_of(json);
}

}  // namespace

HistoryRecord read_history(const std::filesystem::path& file) {
  const std::string text = read_text(file);
  HistoryRecord history;
  std::size_t line = 0;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const std::size_t end = text.find('\n', begin);
    history.torn = end == std::string::npos;
    if (history.torn) break;
    try {
      append_line(std::string_view(text).substr(begin, end - begin), history);
    } catch (const std::exception& error) {
      fail(ExitCode::input, "{}, line {} is damaged ({}). Resume the run to repair its history, or restore the file",
           file.string(), line + 1, error.what());
    }
    begin = end + 1;
  }
  if (history.iterations.empty()) {
    fail(ExitCode::input,
         "{} holds no finished iteration (the run has just begun or the file was emptied). Try again later",
         file.string());
  }
  return history;
}

const std::vector<double>& best_position(const HistoryRecord& history) {
  const IterationRecord& last = history.iterations.back();
  const IterationRecord& then = history.iterations[static_cast<std::size_t>(last.best_iteration)];
  return then.particles[static_cast<std::size_t>(last.best_particle)].position;
}

double mean_utility(const IterationRecord& iteration) {
  double sum = 0.0;
  int known = 0;
  for (const ParticleRecord& particle : iteration.particles) {
    if (particle.stale || particle.pruned || !std::isfinite(particle.utility)) continue;
    sum += particle.utility;
    ++known;
  }
  return known == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / known;
}

double spread(const IterationRecord& iteration) {
  const auto particles = static_cast<double>(iteration.particles.size());
  double squares = 0.0;
  for (const ParticleRecord& particle : iteration.particles) {
    squares += std::pow(particle.distance_to_best.value_or(0.0), 2);
  }
  for (std::size_t k = 0; k < iteration.particles.front().position.size(); ++k) {
    double mean = 0.0;
    for (const ParticleRecord& particle : iteration.particles) mean += particle.position[k] / particles;
    for (const ParticleRecord& particle : iteration.particles) squares += std::pow(particle.position[k] - mean, 2);
  }
  return std::sqrt(squares / particles);
}

int evaluations(const IterationRecord& iteration) {
  return static_cast<int>(std::count_if(iteration.particles.begin(), iteration.particles.end(),
                                        [](const ParticleRecord& particle) { return !particle.stale; }));
}

}  // namespace shoal::results
