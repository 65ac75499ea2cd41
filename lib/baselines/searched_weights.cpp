#include "baselines/searched_weights.hpp"

#include "base/error.hpp"
#include "baselines/baselines.hpp"
#include "comm/serial_communicator.hpp"
#include "inputs/inputs.hpp"
#include "inputs/workloads.hpp"

namespace shoal::baselines {

FoundPosition search_weights(const config::RunConfig& config, const std::string& method,
                             const std::filesystem::path& journals) {
  const comm::SerialCommunicator alone;
  const inputs::Inputs inputs = inputs::load_inputs(config, inputs::check_inputs(config), 0);
  const inputs::Workloads workloads =
      inputs::make_workloads(config, inputs.tasks, inputs.tokenizer, inputs::context_of(config));
  const auto materialise = [&](const swarm::Coordinates& position) { return inputs.pool->materialise(position); };
  evaluation::Evaluator evaluator{
      alone,
      inputs.base,
      inputs.tokenizer,
      inputs.tasks,
      materialise,
      inputs::wave_options(config, inputs, inputs::thread_count(config.evaluation.threads, 1), 1)};
  std::string away;
  evaluator.warn = [&](const std::string& sentence) { away = sentence; };
  auto found = search_for(
      {config, evaluator, workloads.search, workloads.validation, most_evaluations(config, method), journals}, method);
  if (!found) {
    fail(ExitCode::service, "a service that scores answers is away ({}). The same command goes on where it stopped.",
         away);
  }
  return std::move(*found);
}

}  // namespace shoal::baselines
