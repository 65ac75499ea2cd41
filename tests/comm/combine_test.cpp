#include "comm/combine.hpp"

#include <catch2/catch.hpp>

#include "comm/typed_numbers.hpp"
#include "support/error_of.hpp"

namespace combine_test {

using namespace shoal;
using namespace shoal::testing;
using comm::ReduceOp;

TEMPLATE_LIST_TEST_CASE("parts are combined element by element", "", NumberTypes) {
  std::vector<TestType> parts;
  for (const double value : {1.0, -2.0, 3.0, 5.0, -6.0, 7.0}) parts.push_back(number<TestType>(value));
  std::vector<TestType> result(2);
  comm::combine(Buffer::of(parts), ReduceOp::sum, Buffer::of(result));
  CHECK(value_of(result[0]) == -2.0);
  CHECK(value_of(result[1]) == 10.0);
  comm::combine(Buffer::of(parts), ReduceOp::max, Buffer::of(result));
  CHECK(value_of(result[0]) == 3.0);
  CHECK(value_of(result[1]) == 7.0);
}

TEST_CASE("sums run in the order of the parts") {
  std::vector<double> parts{1e16, 1.0, -1e16};  // 1e16 + 1 rounds to 1e16
  std::vector<double> result(1);
  comm::combine(Buffer::of(parts), ReduceOp::sum, Buffer::of(result));
  CHECK(result.front() == 0.0);
  std::vector<double> otherwise{1e16, -1e16, 1.0};
  comm::combine(Buffer::of(otherwise), ReduceOp::sum, Buffer::of(result));
  CHECK(result.front() == 1.0);
}

TEST_CASE("nothing is combined to nothing, and two types not at all") {
  std::vector<double> none;
  std::vector<float> single(1);
  std::vector<double> one(1);
  comm::combine(Buffer::of(none), ReduceOp::sum, Buffer::of(none));
  CHECK(error_of([&] { comm::combine(Buffer::of(one), ReduceOp::sum, Buffer::of(single)); }).substr(0, 2) == "1:");
}

}  // namespace combine_test
