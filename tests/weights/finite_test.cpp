#include "support/torch_catch.hpp"
//
#include <limits>

#include "weights/finite.hpp"

namespace finite_test {

namespace {

using shoal::weights::all_finite;

const auto floating_types = {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kFloat8_e5m2};

TEST_CASE("NaN and both infinities are found at any place of any floating-point type") {
  for (const at::ScalarType type : floating_types) {
    for (const double bad : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()}) {
      for (const std::int64_t place : {0, 4095, 4096, 9999}) {
        at::Tensor values = at::ones({10'000}, at::kDouble);
        values[place] = bad;
        INFO(at::toString(type) << " " << bad << " at " << place);
        CHECK_FALSE(all_finite(values.to(type)));
      }
    }
  }
}

TEST_CASE("the largest, smallest and negative finite numbers, whole numbers and nothing at all are finite") {
  CHECK(all_finite(at::full({3}, std::numeric_limits<float>::max())));
  CHECK(all_finite(at::full({3}, std::numeric_limits<double>::lowest(), at::kDouble)));
  CHECK(all_finite(at::full({3}, 65504.0, at::kHalf)));
  CHECK(all_finite(at::full({3}, -3.3895e38, at::kBFloat16)));
  CHECK(all_finite(at::full({3}, std::numeric_limits<float>::denorm_min())));
  CHECK(all_finite(at::full({3}, std::numeric_limits<std::int64_t>::max(), at::kLong)));
  CHECK(all_finite(at::empty({0})));
}

TEST_CASE("a view is judged by what it shows") {
  at::Tensor values = at::ones({4, 4});
  values[0][3] = std::numeric_limits<float>::infinity();
  CHECK(all_finite(values.narrow(1, 0, 3)));
  CHECK_FALSE(all_finite(values.t()));
}

}  // namespace

}  // namespace finite_test
