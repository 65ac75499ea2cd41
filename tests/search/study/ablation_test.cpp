#include "search/study/ablation.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/error_of.hpp"

namespace ablation_test {

using namespace shoal;
using Catch::Matchers::Contains;
using shoal::testing::error_of;

namespace {

const std::string text =
    "model: m\nexperts: [e1, e2]\nutility: {tasks: [{name: t, type: exact_match, data: t.json}]}\n";

config::RunConfig config(const std::vector<std::string>& overrides = {}) {
  return config::parse_run_config(text, "/folder/c.yaml", overrides);
}

}  // namespace

TEST_CASE("each part of the algorithm can be switched off, once") {
  for (const std::string& part : search::ablation_names()) {
    INFO(part);
    const auto overrides = search::without(part, config());
    const config::RunConfig reduced = config(overrides);
    CHECK(config::trajectory_hash(reduced) != config::trajectory_hash(config()));
    CHECK_THAT(error_of([&] { search::without(part, reduced); }), Contains("2: ") && Contains("would change nothing"));
  }
}

TEST_CASE("without crossover the swarm is as large, and further particles are copies of experts") {
  const config::RunConfig reduced = config(search::without("crossover", config()));
  CHECK(reduced.swarm.particles == config().swarm.particles);
  CHECK(reduced.swarm.crossover_range_low == 1.0);
  CHECK(reduced.swarm.crossover_range_high == 1.0);
  CHECK_THAT(error_of([] { search::without("crossover", config({"swarm.particles=2"})); }), Contains("change nothing"));
}

TEST_CASE("only a swarm has these parts") {
  CHECK_THAT(error_of([] { search::without("inertia", config({"optimiser=random"})); }),
             Contains("2: ") && Contains("the optimiser is random"));
}

TEST_CASE("an unknown part is named with the nearest") {
  CHECK_THAT(error_of([] { search::without("repell", config()); }), Contains("2: ") && Contains("mean repel?"));
}

}  // namespace ablation_test
