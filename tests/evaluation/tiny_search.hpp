#pragma once

#include "evaluation/wave.hpp"
#include "inputs/inputs.hpp"
#include "inputs/workloads.hpp"
#include "support/source_folder.hpp"

namespace shoal::evaluation::testing {

/// The tiny search with full fine-tunes as experts.
struct TinySearch {
  config::RunConfig config;
  inputs::Inputs inputs;
  Workload workload;

  static config::RunConfig configuration() {
    const std::filesystem::path file = shoal::testing::data_folder() / "tiny/run.yaml";
    return config::parse_run_config(config::read_config_text(file), file,
                                    {"experts=[" + (file.parent_path() / "full/*").string() + "]"});
  }

  TinySearch() : config(configuration()), inputs(inputs::load_inputs(config, inputs::check_inputs(config), 0)) {
    const auto context = static_cast<std::size_t>(inputs.base.config().context);
    workload = inputs::make_workloads(config, inputs.tasks, inputs.tokenizer, context).search;
  }

  Evaluator evaluator(const comm::Communicator& comm) const {
    const auto materialise = [this](const swarm::Coordinates& position) { return inputs.pool->materialise(position); };
    return {comm, inputs.base, inputs.tokenizer, inputs.tasks, materialise, WaveOptions{}};
  }
};

}  // namespace shoal::evaluation::testing
