#include "plan/bench/engine_speed.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace engine_speed_test {

using namespace shoal;
using namespace shoal::plan;
using namespace shoal::testing;
using Catch::Matchers::Contains;

namespace {

EngineSpeed measure(std::int64_t prompt_tokens) {
  const TempFolder folder;
  write_model(folder.path(), tiny_config(), tiny_parameters(tiny_config(), 1));
  EngineLoad load;
  load.threads = 2;
  load.prompts = 5;
  load.prompt_tokens = prompt_tokens;
  return measure_engine(model::LanguageModel::load(folder.path(), model::Precision::float32), load);
}

}  // namespace

TEST_CASE("the engine's speed is measured on every thread") {
  const EngineSpeed speed = measure(20);
  CHECK(speed.prompt_tokens_per_second > 0.0);
  CHECK(speed.output_tokens_per_second == Approx(10.0 / speed.step_seconds));
}

TEST_CASE("a load that does not fit into the context is an input error") {
  CHECK_THAT(error_of([] { measure(120); }), Contains("3: ") && Contains("context"));
}

}  // namespace engine_speed_test
