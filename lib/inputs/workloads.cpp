#include "inputs/workloads.hpp"

#include "swarm/draws.hpp"

namespace shoal::inputs {

Workloads make_workloads(const config::RunConfig& config, std::span<const task::Task> tasks,
                         const text::Tokenizer& tokenizer, std::size_t context) {
  std::vector<std::vector<std::size_t>> search;
  std::vector<std::vector<std::size_t>> validation;
  for (std::size_t t = 0; t < tasks.size(); ++t) {
    auto split = swarm::split_validation(config.seed, static_cast<std::uint32_t>(t), tasks[t].size(task::Split::dev),
                                         config.swarm.validation_fraction);
    search.push_back(std::move(split.search));
    validation.push_back(std::move(split.validation));
  }
  const std::size_t block = config.evaluation.block.value_or(evaluation::default_chunk());
  const auto make = [&](task::Split split, const std::vector<std::vector<std::size_t>>& chosen) {
    return evaluation::make_workload(tasks, split, chosen, tokenizer, block, context);
  };
  return {make(task::Split::dev, search), make(task::Split::dev, validation),
          make(task::Split::dev, evaluation::all_examples(tasks, task::Split::dev)),
          make(task::Split::test, evaluation::all_examples(tasks, task::Split::test))};
}

task::Utility utility_of(const config::RunConfig& config, const evaluation::Workload& workload) {
  std::vector<std::size_t> sizes(config.utility.tasks.size(), 0);
  for (const evaluation::WorkItem& item : workload.items) ++sizes[item.task];
  std::vector<double> weights;
  for (const task::TaskConfig& task : config.utility.tasks) weights.push_back(task.weight);
  return {config.utility.combine, std::move(sizes), std::move(weights)};
}

}  // namespace shoal::inputs
