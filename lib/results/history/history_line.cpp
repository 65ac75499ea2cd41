#include "results/history/history_line.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "base/json_text.hpp"

namespace shoal::results {
namespace {

using Json = nlohmann::json;
using swarm::StartDraws;
using swarm::UpdateDraws;

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.17g}", value) : "null"; }
std::string number(const std::optional<double>& value) { return value ? number(*value) : "null"; }
const char* word(bool value) { return value ? "true" : "false"; }

template <typename Range, typename Write>
std::string joined(const Range& range, Write write) {
  std::string text;
  for (const auto& element : range) text += (text.empty() ? "" : ", ") + write(element);
  return "[" + text + "]";
}

std::string list(const std::vector<double>& values) {
  return joined(values, [](double value) { return number(value); });
}

std::string draws_of(const StartDraws& draws) {
  std::string text;
  if (draws.warm_start) text = fmt::format("\"warm_start\": {}, ", *draws.warm_start);
  if (draws.parents) {
    text =
        fmt::format("\"parents\": [{}, {}], \"t\": {}, ", draws.parents->first, draws.parents->second, number(draws.t));
  }
  return text + "\"partner\": " + (draws.partner ? std::to_string(*draws.partner) : "null");
}

/// One of the four draws: a number, or one per block of layers.
std::string draw_of(const std::vector<UpdateDraws>& blocks, std::optional<double> UpdateDraws::*which) {
  if (blocks.size() == 1) return number(blocks.front().*which);
  return joined(blocks, [which](const UpdateDraws& draws) { return number(draws.*which); });
}

std::string draws_of(const std::vector<UpdateDraws>& blocks) {
  if (blocks.empty()) return "";  // of another optimiser
  return fmt::format("\"inertia\": {}, \"cognitive\": {}, \"social\": {}, \"repel\": {}",
                     draw_of(blocks, &UpdateDraws::inertia), draw_of(blocks, &UpdateDraws::cognitive),
                     draw_of(blocks, &UpdateDraws::social), draw_of(blocks, &UpdateDraws::repel));
}

/// A list per block of layers where there are several. Null for dense positions, which are too long for a line.
std::string coordinates_of(const swarm::Coordinates& values, int blocks) {
  if (values.empty()) return "null";
  if (blocks == 1) return list(values);
  std::vector<std::vector<double>> parts;
  const auto size = static_cast<std::ptrdiff_t>(values.size()) / blocks;
  for (auto begin = values.begin(); begin != values.end(); begin += size) parts.emplace_back(begin, begin + size);
  return joined(parts, list);
}

std::string norms_of(const swarm::ParticleRecord& p) {
  if (!p.norms) return "";
  return fmt::format("\"position_norm\": {}, \"velocity_norm\": {}, \"distance_to_best\": {}, ",
                     number(p.norms->position), number(p.norms->velocity), number(p.norms->distance_to_best));
}

std::string bounds_of(const swarm::ParticleRecord& p) {
  return p.bounds ? fmt::format("\"bounds\": {}, ", list({p.bounds->lower, p.bounds->upper})) : "";
}

std::string particle_of(const swarm::ParticleRecord& p, int blocks) {
  return fmt::format(
      "{{\"id\": {}, \"position\": {}, \"velocity\": {}, {}\"utility\": {}, {}\"stale\": {}, \"examples\": {}, "
      "\"restarted\": {}, \"best_utility\": {}, \"best_iteration\": {}, \"draws\": {{{}}}}}",
      p.id, coordinates_of(p.position, blocks), coordinates_of(p.velocity, blocks), norms_of(p), number(p.utility),
      bounds_of(p), word(p.stale), p.examples, word(p.restarted), number(p.best_utility), p.best_iteration,
      std::visit([](const auto& draws) { return draws_of(draws); }, p.draws));
}

std::string extreme_of(const swarm::IncumbentRecord& e) {
  return fmt::format("{{\"particle\": {}, \"iteration\": {}, \"utility\": {}}}", e.particle, e.iteration,
                     number(e.utility));
}

std::string promotion_of(const swarm::PromotionTest& test) {
  return fmt::format("{{\"particle\": {}, \"difference\": {}, \"standard_error\": {}, \"promoted\": {}}}",
                     test.particle, number(test.difference), number(test.standard_error), word(test.promoted));
}

int integer(const Json& json) {
  if (!json.is_number_integer()) throw std::out_of_range(json_text(json) + " is no whole number");
  return json.get<int>();
}

double number_or_nan(const Json& json) {
  return json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}

std::optional<double> number_or_none(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<double>());
}

template <typename Value>
std::optional<Value> value_or_none(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() || found->is_null() ? std::nullopt : std::optional(found->get<Value>());
}

bool is_list_of_lists(const Json& json) { return json.is_array() && !json.empty() && json.front().is_array(); }

swarm::Coordinates read_coordinates(const Json& json) {
  if (json.is_null()) return {};
  if (!is_list_of_lists(json)) return json.get<swarm::Coordinates>();
  swarm::Coordinates flat;
  for (const Json& block : json) {
    const auto coordinates = block.get<swarm::Coordinates>();
    flat.insert(flat.end(), coordinates.begin(), coordinates.end());
  }
  return flat;
}

StartDraws read_start_draws(const Json& json) {
  return {value_or_none<std::pair<int, int>>(json, "parents"), value_or_none<double>(json, "t"),
          value_or_none<int>(json, "partner"), value_or_none<int>(json, "warm_start")};
}

std::vector<UpdateDraws> read_update_draws(const Json& json) {
  if (!json.contains("inertia")) return {};
  const Json& first = json.at("inertia");
  std::vector<UpdateDraws> blocks(first.is_array() ? first.size() : 1);
  const auto read = [&](const char* key, std::optional<double> UpdateDraws::*which) {
    const Json& values = json.at(key);
    for (std::size_t b = 0; b < blocks.size(); ++b)
      blocks[b].*which = number_or_none(values.is_array() ? values.at(b) : values);
  };
  read("inertia", &UpdateDraws::inertia);
  read("cognitive", &UpdateDraws::cognitive);
  read("social", &UpdateDraws::social);
  read("repel", &UpdateDraws::repel);
  return blocks;
}

swarm::ParticleDraws read_draws(const Json& particle, int iteration) {
  const Json draws = particle.value("draws", Json::object());
  if (iteration == 0) return read_start_draws(draws);
  return read_update_draws(draws);
}

std::optional<swarm::DenseNorms> read_norms(const Json& json) {
  if (!json.contains("distance_to_best")) return std::nullopt;
  return swarm::DenseNorms{number_or_nan(json.value("position_norm", Json())),
                           number_or_nan(json.value("velocity_norm", Json())),
                           number_or_nan(json.at("distance_to_best"))};
}

swarm::ParticleRecord read_particle(const Json& json, int iteration) {
  swarm::ParticleRecord particle;
  particle.id = json.value("id", 0);
  particle.position = read_coordinates(json.at("position"));
  particle.velocity = read_coordinates(json.value("velocity", Json()));
  particle.utility = number_or_nan(json.at("utility"));
  particle.stale = json.value("stale", false);
  particle.examples = json.value("examples", std::size_t{0});
  particle.restarted = json.value("restarted", false);
  particle.best_utility = number_or_nan(json.value("best_utility", Json()));
  particle.best_iteration = json.value("best_iteration", 0);
  particle.draws = read_draws(json, iteration);
  if (json.contains("bounds")) particle.bounds = swarm::Interval{json["bounds"].at(0), json["bounds"].at(1)};
  particle.norms = read_norms(json);
  return particle;
}

swarm::IncumbentRecord read_extreme(const Json& json) {
  return {integer(json.at("particle")), integer(json.at("iteration")), number_or_nan(json.at("utility"))};
}

swarm::PromotionTest read_promotion(const Json& json) {
  return {integer(json.at("particle")), number_or_nan(json.at("difference")), number_or_nan(json.at("standard_error")),
          json.at("promoted").get<bool>()};
}

CompletedEvaluation read_completed(const Json& json) {
  return {integer(json.at("iteration")), integer(json.at("particle")), number_or_nan(json.at("utility"))};
}

}  // namespace

std::string to_json_line(const swarm::IterationRecord& record, double seconds) {
  std::string line = fmt::format(
      "{{\"iteration\": {}, \"step_length\": {}, \"evaluated\": {}, \"seconds\": {:.3f}, \"particles\": {}, "
      "\"global_best\": {}, \"global_worst\": {}",
      record.iteration, number(record.step_length), word(record.evaluated), seconds,
      joined(record.particles, [&](const auto& particle) { return particle_of(particle, record.blocks); }),
      extreme_of(record.global_best), extreme_of(record.global_worst));
  if (!record.order.empty())
    line += ", \"order\": " + joined(record.order, [](int particle) { return std::to_string(particle); });
  if (record.paired_promotion) line += ", \"promotions\": " + joined(record.promotions, promotion_of);
  return line + "}";
}

HistoryLine read_history_line(std::string_view text) {
  const Json json = Json::parse(text);
  HistoryLine line;
  line.iteration = integer(json.at("iteration"));
  line.step_length = number_or_none(json.at("step_length"));
  line.evaluated = json.value("evaluated", true);
  line.seconds = json.value("seconds", 0.0);
  for (const Json& particle : json.at("particles")) line.particles.push_back(read_particle(particle, line.iteration));
  const Json& first = json.at("particles").at(0).at("position");
  if (is_list_of_lists(first)) line.blocks = static_cast<int>(first.size());
  line.global_best = read_extreme(json.at("global_best"));
  line.global_worst = read_extreme(json.at("global_worst"));
  line.paired_promotion = json.contains("promotions");
  for (const Json& test : json.value("promotions", Json::array())) line.promotions.push_back(read_promotion(test));
  for (const Json& particle : json.value("order", Json::array())) line.order.push_back(integer(particle));
  for (const Json& entry : json.value("completed", Json::array())) line.completed.push_back(read_completed(entry));
  return line;
}

}  // namespace shoal::results
