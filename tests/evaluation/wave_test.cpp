#include "evaluation/wave.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK

#include "comm/serial_communicator.hpp"
#include "inputs/inputs.hpp"
#include "inputs/workloads.hpp"
#include "support/source_folder.hpp"

namespace wave_test {

using namespace shoal;
using namespace shoal::evaluation;
using namespace shoal::inputs;

namespace {

/// The tiny model's configuration with everything that it points at.
struct Fixture {
  comm::SerialCommunicator alone;
  config::RunConfig config = read();
  Inputs inputs = load_inputs(config, check_inputs(config), 0);
  Workload workload =
      make_workloads(config, inputs.tasks, inputs.tokenizer, static_cast<std::size_t>(inputs.base.config().context))
          .dev;

  static config::RunConfig read() {
    const std::filesystem::path file = shoal::testing::data_folder() / "tiny/run.yaml";
    return config::parse_run_config(config::read_config_text(file), file, {});
  }

  WaveScores evaluate_soup(std::optional<std::size_t> max_batch_tokens) const {
    WaveOptions options;
    options.max_batch_tokens = batch_tokens(max_batch_tokens, inputs.base, inputs.pool->bytes(), 1, 1);
    const Evaluator evaluator{alone,
                              inputs.base,
                              inputs.tokenizer,
                              inputs.tasks,
                              [this](const swarm::Coordinates& position) { return inputs.pool->materialise(position); },
                              options};
    const auto experts = config.experts.size();
    const std::vector<swarm::Coordinates> positions{swarm::Coordinates(experts, 1.0 / static_cast<double>(experts))};
    return evaluate(evaluator, positions, workload);
  }
};

}  // namespace

TEST_CASE("Blocks in parts give the same scores; only what neighbours share is computed more often") {
  const Fixture fixture;
  const WaveScores whole = fixture.evaluate_soup(std::nullopt);
  const WaveScores parts = fixture.evaluate_soup(1);
  CHECK(parts.positions.front().scores == whole.positions.front().scores);
  CHECK(parts.counts.output_tokens == whole.counts.output_tokens);
  CHECK(whole.counts.prompt_tokens_computed < whole.counts.prompt_tokens);
  CHECK(parts.counts.prompt_tokens_computed == parts.counts.prompt_tokens);
}

TEST_CASE("The configured tokens count as they are; those that memory allows become fewer with every thread") {
  const Fixture fixture;
  CHECK(batch_tokens(77, fixture.inputs.base, 0, 4, 4) == 77);
  const auto one = static_cast<double>(batch_tokens(std::nullopt, fixture.inputs.base, 0, 1, 1));
  const auto eight = static_cast<double>(batch_tokens(std::nullopt, fixture.inputs.base, 0, 4, 2));
  CHECK(eight == Approx(one / 8.0).epsilon(0.2));
}

}  // namespace wave_test
