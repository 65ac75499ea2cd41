#pragma once

#include "search/inputs.hpp"
#include "search/wave.hpp"
#include "search/workloads.hpp"
#include "support/source_folder.hpp"

namespace shoal::search::testing {

/// The tiny search with full fine-tunes as experts.
struct TinySearch {
  io::RunConfig config;
  Inputs inputs;
  Workload workload;

  static io::RunConfig configuration() {
    const std::filesystem::path file = shoal::testing::data_folder() / "tiny/run.yaml";
    return io::parse_run_config(io::read_config_text(file), file,
                                {"experts=[" + (file.parent_path() / "full/*").string() + "]"});
  }

  TinySearch() : config(configuration()), inputs(load_inputs(config, check_inputs(config), 0)) {
    const auto context = static_cast<std::size_t>(inputs.base.config().context);
    workload = make_workloads(config, inputs.tasks, inputs.tokenizer, context).search;
  }

  Evaluator evaluator(const comm::Communicator& comm) const {
    const auto materialise = [this](const swarm::Coordinates& position) { return inputs.pool->materialise(position); };
    return {comm, inputs.base, inputs.tokenizer, inputs.tasks, materialise, WaveOptions{}};
  }
};

}  // namespace shoal::search::testing
