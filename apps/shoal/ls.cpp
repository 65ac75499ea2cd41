#include <fmt/format.h>

#include "config/baseline_config.hpp"
#include "exporter/merge.hpp"
#include "launch.hpp"
#include "model/model_config.hpp"
#include "swarm/settings.hpp"
#include "task/task_config.hpp"
#include "verbs.hpp"
#include "weights/merge_space.hpp"

namespace shoal::app {
namespace {

void print(const char* what, const std::vector<std::string>& names) {
  fmt::print("{:<14} {}\n", what, fmt::join(names, ", "));
}

int list() {
  print("model types", model::supported_architectures());
  print("reward models", model::supported_architectures(model::Head::score));
  print("utilities", task::type_names().all());
  print("combine", {"harmonic_mean", "mean", "min", "weighted"});
  print("merge spaces", weights::merge_space_names().all());
  print("merge methods", exporter::method_names());
  print("presets", swarm::preset_names());
  print("positions", swarm::positions_names().all());
  print("optimisers", swarm::optimiser_names().all());
  print("baselines", config::baseline_names());
  return 0;
}

}  // namespace

void add_ls(CLI::App& program, Action& action) {
  auto* verb = program.add_subcommand("ls", "List the model types, utilities, merge methods and presets of this build");
  verb->callback([&action] { action = [](const Process&) { return in_one_process("ls", list); }; });
}

}  // namespace shoal::app
