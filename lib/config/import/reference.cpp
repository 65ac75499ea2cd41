#include "config/import/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "config/import/reference_options.hpp"
#include "config/import/reference_tasks.hpp"
#include "config/yaml/yaml_writer.hpp"
#include "task/dataset.hpp"

namespace shoal::config {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int never = 1'000'000;  // iterations: longer than any search

/// Options that have no counterpart, and why nothing is lost by that.
const std::map<std::string, std::string>& idle_options() {
  static const std::map<std::string, std::string> reasons{
      {"gpus", "every rank takes a GPU of its own"},
      {"num_cpu_when_merging", "evaluation.threads sets the threads"},
      {"fast_merge", "experts are never copied to be merged"},
      {"project_name_wb", "runs are logged for TensorBoard and in metrics.csv"},
      {"starting_test_set_eval", "the final table has every expert on the held-out test"},
      {"clean_up_on_end", "output.keep sets how many checkpoints stay"},
      {"to_visualize", "history.jsonl and the report hold the whole path"},
      {"correctness_emergence", "the report always shows it"}};
  return reasons;
}

class ReferenceImport {
 public:
  ReferenceImport(ReferenceOptions options, const fs::path& file) : options_(std::move(options)), file_(file) {}

  Imported run() {
    config_["name"] = text("name", file_.stem().string());
    if (given("seed")) config_["seed"] = integer("seed", 42);
    config_["model"] = folder(text("base_model", "google/gemma-7b-it"));
    add_experts();
    config_["merge_space"] = "factors";
    add_utility();
    add_swarm();
    tell_about_the_rest();
    const std::string head = fmt::format("# From {}: the published code's options.\n", file_.filename().string());
    return {head + yaml_of(config_), warnings_};
  }

 private:
  bool given(const std::string& name) {
    told_.insert(name);
    return !options_.get(name, "").empty();
  }

  std::string text(const std::string& name, const std::string& usual) {
    told_.insert(name);
    const std::string value = options_.get(name, usual);
    return value.empty() ? usual : value;
  }

  /// A number; for a variable of a shell script the published default, with a warning.
  double number(const std::string& name, double usual) {
    if (!given(name)) return usual;
    const std::string value = options_.get(name, "");
    if (value.find('$') != value.npos) {
      warn(fmt::format("{} is {} (set by the script): the published default {} stands in its place.", name, value,
                       usual));
      return usual;
    }
    std::size_t end = 0;
    double read = 0.0;
    try {
      read = std::stod(value, &end);
    } catch (const std::exception&) {
      end = 0;
    }
    if (end != value.size() || !std::isfinite(read)) {
      fail(ExitCode::usage, "{}: {} is {} (a number is expected). Repair it.", file_.string(), name, value);
    }
    return read;
  }

  int integer(const std::string& name, int usual) {
    const double value = number(name, usual);
    if (value >= 0.0 && value <= 1e9 && value == std::floor(value)) return static_cast<int>(value);
    fail(ExitCode::usage, "{}: {} is {} (a whole number is expected). Repair it.", file_.string(), name, value);
  }

  void warn(std::string sentence) { warnings_.push_back(std::move(sentence)); }

  fs::path beside() const { return fs::absolute(file_).parent_path(); }

  std::string folder(const std::string& name) {
    for (const fs::path& place : {fs::current_path() / name, beside() / name}) {
      if (fs::is_directory(place)) return place.lexically_normal().string();
    }
    warn(fmt::format("{} is no folder here: put the right one in its place.", name));
    return name;
  }

  void add_experts() {
    const std::string name = folder(text("initial_expert_directory", "./initial_experts"));
    config_["experts"] = Json::array({name + (name.ends_with('/') ? "*" : "/*")});
    if (!fs::is_directory(name)) return;
    for (const auto& entry : fs::directory_iterator(name)) experts_ += entry.is_directory() ? 1 : 0;
  }

  void add_utility() {
    const ReferenceTasks tasks =
        reference_tasks(text("eval_type", ""), text("dataset", ""), text("only_one_or_two", ""), beside());
    config_["utility"] = Json::parse(tasks.utility);
    warnings_.insert(warnings_.end(), tasks.notes.begin(), tasks.notes.end());
  }

  void add_swarm() {
    Json swarm{{"preset", "reference"}};
    add_particles(swarm);
    add_numbers(swarm);
    swarm["starting_velocity_mode"] = text("starting_velocity_mode", "random");
    swarm["repel_term"] = number("repel_term", 1) != 0.0;
    // The published code itself spells it so; forks have mended it.
    swarm["weight_randomness"] = number("weight_randomess", 1) != 0.0 && number("weight_randomness", 1) != 0.0;
    add_restarts(swarm);
    config_["swarm"] = swarm;
  }

  void add_numbers(Json& swarm) {
    static const std::vector<std::pair<const char*, double>> defaults{
        {"inertia", 0.4},     {"cognitive_coeff", 0.3},     {"social_coeff", 0.3},        {"repel_coeff", 0.3},
        {"step_length", 1.0}, {"step_length_factor", 0.95}, {"minimum_step_length", 0.1}, {"dropK", 0.0},
        {"dropN", 0.0}};
    for (const auto& [name, usual] : defaults) swarm[name] = number(name, usual);
    swarm["patience"] = integer("patience", 10);
    swarm["max_iteration"] = integer("max_iteration", 200);
  }

  /// As many particles as experts, or populated up to a number.
  void add_particles(Json& swarm) {
    const bool populate = number("populate_initial_experts", 0) != 0.0;
    const int wanted = populate ? integer("initial_experts_num", 0) : 0;
    told_.insert("initial_experts_num");
    const int particles = std::max(wanted, experts_);
    if (particles > 0 && (experts_ > 0 || populate)) {
      swarm["particles"] = particles;
    } else {
      warn("the experts cannot be counted yet: set swarm.particles to their number (preset reference has two each).");
    }
  }

  /// There, restart_patience is a part of patience; a particle restarts once a whole number of evaluations reaches it.
  void add_restarts(Json& swarm) {
    const double part = number("restart_patience", 0.5);
    const bool restarts = number("restart_stray_particles", 1) != 0.0;
    const double evaluations = std::clamp(std::ceil(part * integer("patience", 10) - 1e-9), 1.0, 1.0 * never);
    swarm["restart_patience"] = restarts ? static_cast<int>(evaluations) : never;
  }

  void tell_about_the_rest() {
    warnings_.insert(warnings_.end(), options_.notes.begin(), options_.notes.end());
    std::set<std::string> done;
    for (const auto& [name, value] : options_.values) {
      if (told_.contains(name) || !done.insert(name).second) continue;
      const auto reason = idle_options().find(name);
      warn(reason == idle_options().end()
               ? fmt::format("{} is no option of the published code and is not carried over.", name)
               : fmt::format("{} is not carried over: {}.", name, reason->second));
    }
  }

  ReferenceOptions options_;
  fs::path file_;
  int experts_ = 0;
  Json config_ = Json::object();
  std::set<std::string> told_;
  std::vector<std::string> warnings_;
};

bool is_data(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  return json.is_object() && (json.contains("dev") || json.contains("test"));
}

Imported import_data(const fs::path& file) {
  const bool choices = task::guess_type(file) == task::TaskType::multiple_choice;
  const std::string head = fmt::format("# From {}, scored as the published code does.\n", file.filename().string());
  return {head + yaml_of(Json::parse(reference_data_task(file, choices))), {}};
}

}  // namespace

Imported import_reference(const fs::path& file) {
  const std::string text = read_text(file);
  if (is_data(text)) return import_data(file);
  return ReferenceImport(reference_options(text, file), file).run();
}

}  // namespace shoal::config
