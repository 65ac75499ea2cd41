#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace shoal::testing {

using Json = nlohmann::ordered_json;

/// A small finished run that tests change to taste before they write it: 2 experts, 3 particles, iterations 0 to 2,
/// tasks "sums" and "words". The swarm scores 0.8 ± 0.01 on 100 test examples, the best single expert "adder" 0.6.
class RunFolder {
 public:
  RunFolder();
  ~RunFolder() { std::filesystem::remove_all(folder_); }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& folder() const { return folder_; }

  /// Writes history, and run and result unless they are null.
  const std::filesystem::path& write() const;
  void write_file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::vector<Json> history;
  Json run;
  Json result;

 private:
  std::filesystem::path folder_;
};

inline Json particle(int id, std::vector<double> position, double utility) {
  return {{"id", id},       {"position", position}, {"velocity", {0.0, 0.0}},  {"utility", utility}, {"stale", false},
          {"examples", 50}, {"restarted", false},   {"best_utility", utility}, {"best_iteration", 0}};
}

inline Json iteration(int number, Json particles, Json best) {
  return {{"iteration", number},
          {"step_length", number == 0 ? Json(nullptr) : Json(0.7)},
          {"evaluated", true},
          {"seconds", 10.0},
          {"particles", std::move(particles)},
          {"global_best", std::move(best)},
          {"global_worst", {{"particle", 1}, {"iteration", 0}, {"utility", 0.4}}}};
}

inline Json split(double utility, int examples) {
  const Json task = {{"mean", utility}, {"standard_error", 0.02}, {"n", examples / 2}, {"parse_failure_rate", 0.0}};
  return {
      {"utility", utility}, {"standard_error", 0.01}, {"n", examples}, {"tasks", {{"sums", task}, {"words", task}}}};
}

inline Json row(const std::string& name, std::vector<double> position, double utility, double difference) {
  return {{"name", name},
          {"position", position},
          {"dev", split(utility + 0.01, 40)},
          {"test", split(utility, 100)},
          {"versus_best", {{"difference", difference}, {"standard_error", 0.02}}}};
}

/// The analysis of such a run: of 12 test examples that nobody answers, the winner answers 5.
inline Json analysis_example() {
  const auto counts = [](int emerged) {
    return Json{{"n", 100}, {"unsolved", 12}, {"emerged", emerged}, {"missed", 40}, {"gained", 25}, {"lost", 5}};
  };
  return {{"dev", counts(6)},
          {"test", counts(5)},
          {"rank_at_start", 2},
          {"particles", 3},
          {"iterations",
           {{"emerged_best", {0.0, 0.25, 0.5}}, {"emerged_any", {0.125, 0.5, 0.75}}, {"diversity", {1.0, 0.75, 0.5}}}}};
}

inline RunFolder::RunFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "shoal-report-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  const auto best = [](int of, int at, double utility) {
    return Json{{"particle", of}, {"iteration", at}, {"utility", utility}};
  };
  history = {
      iteration(0, {particle(0, {1, 0}, 0.6), particle(1, {0, 1}, 0.4), particle(2, {.5, .5}, 0.5)}, best(0, 0, 0.6)),
      iteration(1, {particle(0, {.9, .1}, 0.7), particle(1, {.2, .8}, 0.5), particle(2, {1.25, -.25}, 0.8125)},
                best(2, 1, 0.8125)),
      iteration(2, {particle(0, {1, 0}, 0.75), particle(1, {1, 0}, 0.65), particle(2, {1, 0}, 0.7)},
                best(2, 1, 0.8125))};
  run = {{"name", "demo"},
         {"version", "0.1.0"},
         {"build", {{"compiler", "GCC 12"}, {"mpi", "Open MPI"}}},
         {"host", "node1"},
         {"job_id", nullptr},
         {"git_revision", "abc123"},
         {"command_line", {"shoal", "run", "demo.yaml"}},
         {"started", "2025-01-02T03:04:05Z"},
         {"config", {{"name", "demo"}, {"swarm", {{"particles", 3}, {"validation_fraction", 0.25}}}}},
         {"inputs", {{{"path", "a/model.safetensors"}, {"sha256", "0123abcd"}}}},
         {"experts", {"adder", "speller"}},
         {"ranks", 2},
         {"threads_per_rank", 1},
         {"dtype", "float32"}};
  Json swarm = row("swarm", {1.25, -0.25}, 0.8, 0.0);
  swarm.erase("versus_best");
  swarm.update(Json{{"particle", 2},
                    {"iteration", 1},
                    {"chosen_by", "search"},
                    {"search_utility", 0.8125},
                    {"validation_utility", nullptr}});
  result = {{"name", "demo"},
            {"seed", 7},
            {"model", "base-model"},
            {"merge_space", "factors"},
            {"dtype", "float32"},
            {"stop_reason", "patience"},
            {"iterations", 2},
            {"evaluations", 1234},
            {"validation_evaluations", 0},
            {"final_evaluations", 4},
            {"searches", 1},
            {"seconds", 125.0},
            {"search_seconds", 90.0},
            {"gpu_hours", 0.0},
            {"ranks", 2},
            {"threads_per_rank", 1},
            {"peak_memory_bytes", 1073741824},
            {"best", swarm},
            {"experts", {row("adder", {1, 0}, 0.6, 0.2), row("speller", {0, 1}, 0.4, 0.4)}},
            {"baselines", {row("uniform_soup", {.5, .5}, 0.5, 0.3)}},
            {"best_single", "adder"},
            {"ensemble", nullptr},
            {"leaks", Json::array()}};
}

inline const std::filesystem::path& RunFolder::write() const {
  std::string lines;
  for (const Json& line : history) lines += line.dump() + "\n";
  write_file("history.jsonl", lines);
  if (!run.is_null()) write_file("run.json", run.dump());
  if (!result.is_null()) write_file("result.json", result.dump());
  return folder_;
}

}  // namespace shoal::testing
