#include "search/study/ablation.hpp"

#include "base/error.hpp"
#include "base/spelling.hpp"

namespace shoal::search {
namespace {

/// A part of the algorithm: the setting without it, and whether a configuration has it.
struct Part {
  const char* setting;
  bool present;
};

Part part_of(const std::string& name, const config::RunConfig& config) {
  const swarm::Settings& s = config.swarm;
  const bool children = s.particles > static_cast<int>(config.experts.size());
  const bool copies = s.crossover_range_low == 1.0 && s.crossover_range_high == 1.0;
  if (name == "crossover") return {"swarm.crossover_range=[1, 1]", children && !copies};
  if (name == "inertia") return {"swarm.inertia=0", s.inertia > 0.0};
  if (name == "repel") return {"swarm.repel_term=false", s.repel_term && s.repel_coeff > 0.0};
  if (name == "randomness") return {"swarm.weight_randomness=false", s.weight_randomness};
  // An age beyond any search.
  if (name == "restart") return {"swarm.restart_patience=1000000", s.restart_patience < s.max_iteration};
  fail(ExitCode::usage, "--ablate {} is unknown (known: {}). Did you mean {}?", name, fmt::join(ablation_names(), ", "),
       nearest(name, ablation_names()));
}

}  // namespace

const std::vector<std::string>& ablation_names() {
  static const std::vector<std::string> names{"crossover", "inertia", "repel", "randomness", "restart"};
  return names;
}

std::vector<std::string> without(const std::string& part, const config::RunConfig& config) {
  if (config.swarm.optimiser != swarm::Optimiser::swarm) {
    fail(ExitCode::usage, "--ablate {} takes a part of the swarm away (the optimiser is {}). Use optimiser: swarm.",
         part, swarm::optimiser_names().of(config.swarm.optimiser));
  }
  const Part found = part_of(part, config);
  if (!found.present) {
    fail(ExitCode::usage, "--ablate {} would change nothing (the configuration does without it already). Leave it out.",
         part);
  }
  return {found.setting};
}

}  // namespace shoal::search
