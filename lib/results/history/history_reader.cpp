#include "results/history/history_reader.hpp"

#include <stdexcept>
#include <string_view>

#include "base/error.hpp"
#include "base/file.hpp"

namespace shoal::results {
namespace {

// What later code relies on: numbering, a swarm of constant size, and a global best that has happened.
void check_fits(const std::vector<HistoryLine>& iterations) {
  const HistoryLine& first = iterations.front();
  const HistoryLine& last = iterations.back();
  const auto require = [](bool condition, const char* problem) {
    if (!condition) throw std::out_of_range(problem);
  };
  require(last.iteration == first.iteration + static_cast<int>(iterations.size()) - 1 && first.iteration == 0,
          "iterations are not numbered 0, 1, 2, …");
  require(!last.particles.empty() && last.particles.size() == first.particles.size(),
          "the number of particles changes");
  for (const swarm::ParticleRecord& particle : last.particles) {
    require(particle.position.size() == first.particles.front().position.size(), "positions differ in length");
    require(!particle.position.empty() || particle.norms, "a particle has no position");
  }
  require(last.global_best.particle >= 0 && last.global_best.particle < static_cast<int>(last.particles.size()),
          "the global best is not a particle");
  require(last.global_best.iteration >= 0 && last.global_best.iteration <= last.iteration,
          "the global best is not in the past");
}

void apply_completed(std::vector<HistoryLine>& iterations) {
  for (const CompletedEvaluation& entry : iterations.back().completed) {
    auto& particles = iterations.at(static_cast<std::size_t>(entry.iteration)).particles;
    swarm::ParticleRecord& particle = particles.at(static_cast<std::size_t>(entry.particle));
    particle.utility = entry.utility;
    particle.bounds.reset();
  }
}

void append_line(std::string_view line, HistoryRecord& history) {
  history.iterations.push_back(read_history_line(line));
  check_fits(history.iterations);
  apply_completed(history.iterations);
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

const swarm::Coordinates& best_position(const HistoryRecord& history) {
  const HistoryLine& last = history.iterations.back();
  const HistoryLine& then = history.iterations[static_cast<std::size_t>(last.global_best.iteration)];
  return then.particles[static_cast<std::size_t>(last.global_best.particle)].position;
}

}  // namespace shoal::results
