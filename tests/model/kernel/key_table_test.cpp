#include "model/kernel/key_table.hpp"

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include "support/error_of.hpp"

namespace key_table_test {

using namespace shoal::model;
using shoal::testing::error_of;

TEST_CASE("A table of keys lists the cache rows of all spans and fills the rest up") {
  const std::vector<std::vector<KeySpan>> keys{{{4, 2}, {9, 1}}, {{0, 4}}, {}};
  const at::Tensor expected = at::tensor({4, 5, 9, 7, 0, 1, 2, 3, 7, 7, 7, 7, 7, 7, 7, 7}, at::kInt).view({4, 4});
  CHECK(key_table(keys, 4, 4, 7).equal(expected));
}

TEST_CASE("A row with more keys than columns is a defect") {
  const std::vector<std::vector<KeySpan>> keys{{{0, 3}}};
  CHECK_THAT(error_of([&] { key_table(keys, 1, 2, 0); }), Catch::Matchers::Contains("1: "));
}

}  // namespace key_table_test
