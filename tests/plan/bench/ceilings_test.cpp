#include "plan/bench/ceilings.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <filesystem>

#include "comm/serial_communicator.hpp"
#include "model/model_config.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace ceilings_test {

using namespace shoal;
using namespace shoal::plan;
using Catch::Matchers::StartsWith;

TEST_CASE("the linear layers of a model are those of its configuration, the head left out") {
  model::ModelConfig config;
  config.hidden_size = 576;
  config.intermediate_size = 1536;
  config.layers = 30;
  config.heads = 9;
  config.kv_heads = 3;
  config.head_dim = 64;
  const auto shapes = linear_shapes(config);
  CHECK(shapes.size() == 4 * 30);
  CHECK(shapes[0].in == 576);
  CHECK(shapes[0].out == 960);
  // SmolLM2-135M has 106.2 M weights in these layers.
  CHECK(flops_per_row(shapes) == 2.0 * 106168320.0);
}

TEST_CASE("measured speeds are those of work really done: ten times the layers take longer") {
  const std::vector<LinearShape> small(2, {256, 256});
  const std::vector<LinearShape> large(20, {256, 256});
  const double fast = gemm_rows_per_second(small, model::Precision::float32, 1, 200);
  const double slow = gemm_rows_per_second(large, model::Precision::float32, 1, 200);
  CHECK(fast > slow);
  CHECK(slow > 0.0);
}

TEST_CASE("a folder's speed leaves nothing behind, and one that is not there is an error") {
  const testing::TempFolder folder;
  CHECK(write_and_sync_speed(folder.path(), 1 << 20) > 0.0);
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THAT(testing::error_of([&] { write_and_sync_speed(folder / "missing", 10); }), StartsWith("4: "));
}

TEST_CASE("one rank alone can sum") { CHECK(all_reduce_seconds(comm::SerialCommunicator(), 8) >= 0.0); }

}  // namespace ceilings_test
