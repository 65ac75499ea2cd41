#include "results/history/history.hpp"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"

namespace shoal::results {
namespace {

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

std::string extreme_of(const swarm::ExtremeRecord& e) {
  return fmt::format("{{\"particle\": {}, \"iteration\": {}, \"utility\": {}}}", e.particle, e.iteration,
                     number(e.utility));
}

std::string promotion_of(const swarm::PromotionTest& test) {
  return fmt::format("{{\"particle\": {}, \"difference\": {}, \"standard_error\": {}, \"promoted\": {}}}",
                     test.particle, number(test.difference), number(test.standard_error), word(test.promoted));
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

void LineLog::append(const std::string& line) const { shoal::append(path_, line + "\n"); }

void LineLog::sync() const { sync_file(path_); }

void LineLog::truncate(std::size_t lines) const {
  if (!std::filesystem::exists(path_)) {
    if (lines == 0) return;
    fail(ExitCode::resource, "{} is missing although there is a checkpoint. Start anew with --resume never.",
         path_.string());
  }
  const std::string text = read_text(path_);
  std::size_t end = 0;
  for (std::size_t line = 0; line < lines; ++line) {
    const std::size_t newline = text.find('\n', end);
    if (newline == std::string::npos) {
      fail(ExitCode::resource, "{} has {} lines where the checkpoint needs {}. Start anew with --resume never.",
           path_.string(), line, lines);
    }
    end = newline + 1;
  }
  if (end < text.size()) write_atomically(path_, text.substr(0, end));
}

}  // namespace shoal::results
