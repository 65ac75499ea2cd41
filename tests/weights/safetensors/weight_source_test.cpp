#include "weights/safetensors/weight_source.hpp"

#include "support/torch_catch.hpp"
//
#include <stdexcept>

namespace weight_source_test {

using shoal::weights::WeightSource;

namespace {

const at::Tensor stored = at::arange(6, at::kFloat).view({2, 3});

}  // namespace

TEST_CASE("Where every process reads, what was read is passed on without a copy") {
  const at::Tensor fetched = WeightSource().fetch({2, 3}, at::kFloat, [] { return stored; });
  CHECK(fetched.is_same(stored));
}

TEST_CASE("The process that reads spreads a copy of what it has read") {
  at::Tensor spread;
  const WeightSource source{true, [&](const at::Tensor& weights) { spread = weights; }};
  const at::Tensor fetched = source.fetch({2, 3}, at::kFloat, [] { return stored; });
  CHECK(fetched.equal(stored));
  CHECK(spread.is_same(fetched));
  CHECK(fetched.data_ptr() != stored.data_ptr());
}

TEST_CASE("The others read nothing and get what is spread") {
  const WeightSource source{false, [](const at::Tensor& weights) { weights.copy_(stored); }};
  const at::Tensor fetched = source.fetch({2, 3}, at::kFloat, []() -> at::Tensor { throw std::logic_error("read"); });
  CHECK(fetched.equal(stored));
}

}  // namespace weight_source_test
