#include "search/run_result.hpp"

#include <algorithm>
#include <utility>

#include "comm/device/device_collectives.hpp"
#include "inputs/inputs.hpp"

namespace shoal::search {
namespace {

void place_rows(results::RunResult& result, FinalTable table) {
  result.final_evaluations = table.evaluations;
  result.baseline_evaluations = table.baseline_evaluations;
  result.best = std::move(table.best);
  result.ensemble = std::move(table.ensemble);
  result.baselines = std::move(table.baselines);
  result.experts = std::move(table.experts);
  const auto best =
      std::ranges::max_element(result.experts, {}, [](const results::ResultRow& row) { return row.dev.utility; });
  result.best_single = best->name;
}

}  // namespace

results::RunResult run_result(const FinishedSearch& search, FinalTable table) {
  const auto& [config, outcome, winner, leaks, seconds, ranks, threads] = search;
  results::RunResult result;
  result.name = config.name;
  result.seed = config.seed;
  result.model = config.model.string();
  result.merge_space = inputs::merging_of(config);
  result.dtype = config.evaluation.dtype;
  result.stop_reason = outcome.stop_reason;
  result.iterations = outcome.state.iteration;
  result.evaluations = outcome.state.evaluations;
  result.validation_evaluations = static_cast<std::int64_t>(winner.evaluations);
  result.seconds = seconds;
  result.search_seconds = outcome.seconds;
  result.gpu_hours = comm::has_device_collectives() ? seconds * ranks / 3600.0 : 0.0;
  result.ranks = ranks;
  result.threads_per_rank = threads;
  result.best_particle = winner.extreme.particle;
  result.best_iteration = winner.extreme.iteration;
  result.chosen_by = winner.validation_utility ? "validation" : "search";
  result.search_utility = winner.extreme.utility;
  result.validation_utility = winner.validation_utility;
  result.leaks.assign(leaks.begin(), leaks.end());
  result.synthetic = config.evaluation.synthetic.has_value();
  place_rows(result, std::move(table));
  return result;
}

}  // namespace shoal::search
