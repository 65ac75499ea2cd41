#include "model/decoding/batch_limit.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "base/available_memory.hpp"
#include "support/temp_folder.hpp"
#include "support/tiny_model.hpp"

namespace batch_limit_test {

using namespace shoal::model;
using namespace shoal::testing;

TEST_CASE("A token needs its keys, its values and room for its way through a layer") {
  ModelConfig config;
  config.layers = 10;
  config.hidden_size = 100;
  config.heads = 8;
  config.kv_heads = 2;
  config.head_dim = 16;
  config.intermediate_size = 300;
  const std::int64_t numbers = 2 * 10 * 32 + 4 * 100 + 3 * 128 + 4 * 32 + 3 * 300;
  CHECK(bytes_per_token(config, Precision::float32) == 4 * numbers);
  CHECK(bytes_per_token(config, Precision::bfloat16) == 2 * numbers);
}

TEST_CASE("On a CPU half of the available memory is shared out, and one token always fits") {
  const TempFolder folder;
  write_model(folder.path(), tiny_config(), tiny_parameters(tiny_config(), 1));
  const auto base = LanguageModel::load(folder.path(), Precision::float32);
  const double bytes = static_cast<double>(bytes_per_token(base.config(), base.precision()));
  const double expected = static_cast<double>(shoal::available_memory()) / 2.0 / 4.0 / bytes;
  CHECK(static_cast<double>(automatic_batch_tokens(base, 0, 4)) == Approx(expected).epsilon(0.2));
  CHECK(automatic_batch_tokens(base, 0, 2000000000) == 1);
}

}  // namespace batch_limit_test
