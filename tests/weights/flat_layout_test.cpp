#include "weights/flat_layout.hpp"

#include <ATen/ATen.h>

#include "support/error_of.hpp"
#include "support/torch_catch.hpp"

namespace flat_layout_test {

using namespace shoal;

namespace {

weights::ModelDelta example() {
  weights::ModelDelta delta;
  delta.low_rank["b"] = {at::arange(6, at::kFloat).view({2, 3}), at::arange(8, at::kFloat).view({4, 2}), 0.5};
  delta.low_rank["a"] = {at::full({1, 2}, 20.0, at::kBFloat16), at::full({3, 1}, 21.0, at::kBFloat16), 2.0};
  delta.full["c"] = at::full({2, 2}, 22.0, at::kFloat);
  return delta;
}

}  // namespace

TEST_CASE("a delta lies in a vector module by module, A before B, whole parameters last") {
  const weights::FlatLayout layout(example());
  std::vector<float> flat(layout.size());
  layout.flatten(example(), flat);
  CHECK(flat == std::vector<float>{20, 20, 21, 21, 21, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 6, 7, 22, 22, 22, 22});
}

TEST_CASE("a vector seen as a delta is the delta that it was made of, without a copy") {
  const weights::FlatLayout layout(example());
  std::vector<float> flat(layout.size());
  layout.flatten(example(), flat);
  const weights::ModelDelta delta = layout.view(flat);
  REQUIRE(delta.low_rank.size() == 2);
  CHECK(delta.low_rank.at("b").scale == 0.5);
  CHECK(at::equal(delta.low_rank.at("b").b, example().low_rank.at("b").b));
  CHECK(at::equal(delta.low_rank.at("a").a, example().low_rank.at("a").a.to(at::kFloat)));
  CHECK(at::equal(delta.full.at("c"), example().full.at("c")));
  CHECK(delta.low_rank.at("a").a.const_data_ptr<float>() == flat.data());
}

TEST_CASE("a vector of another length is refused") {
  const weights::FlatLayout layout(example());
  std::vector<float> flat(layout.size() + 1);
  CHECK_THROWS(layout.view(flat));
  CHECK_THROWS(layout.flatten(example(), flat));
}

}  // namespace flat_layout_test
