#include "search/searched_weights.hpp"

#include "base/error.hpp"
#include "comm/serial_communicator.hpp"
#include "search/baselines.hpp"
#include "search/inputs.hpp"
#include "search/workloads.hpp"

namespace shoal::search {

FoundPosition search_weights(const io::RunConfig& config, const std::string& method,
                             const std::filesystem::path& journals) {
  const comm::SerialCommunicator alone;
  const Inputs inputs = load_inputs(config, check_inputs(config), 0);
  const Workloads workloads = make_workloads(config, inputs.tasks, inputs.tokenizer, context_of(config));
  const auto materialise = [&](const swarm::Coordinates& position) { return inputs.pool->materialise(position); };
  Evaluator evaluator{
      alone,        inputs.base, inputs.tokenizer,
      inputs.tasks, materialise, wave_options(config, inputs, thread_count(config.evaluation.threads, 1), 1)};
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

}  // namespace shoal::search
