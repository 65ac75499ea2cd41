#include "weights/merge/merge_method.hpp"

#include "weights/adapter_files.hpp"
//
#include "support/error_of.hpp"

namespace merge_method_test {

namespace {

using namespace shoal;
using namespace shoal::testing;
using namespace shoal::weights;
using Catch::Matchers::Contains;

std::string error_for(const MergeOptions& options, std::size_t experts = 2) {
  return error_of([&] { check(options, experts); });
}

TEST_CASE("usable options pass") {
  CHECK(error_for({MergeMethod::uniform_soup}) == "none");
  CHECK(error_for({MergeMethod::ties, {0.5, -0.5}, 1.0}) == "none");
  CHECK(error_for({MergeMethod::linear, {2.0, -1.0}}) == "none");
}

TEST_CASE("weights must pair up with the experts and mean something to the method") {
  CHECK_THAT(error_for({MergeMethod::linear, {1.0}}), Contains("2: there are 1 weights for 2 experts"));
  CHECK_THAT(error_for({MergeMethod::uniform_soup, {1.0, 1.0}}), Contains("2: uniform_soup has no weights"));
  CHECK_THAT(error_for({MergeMethod::model_stock, {1.0, 1.0}}), Contains("2: model_stock has no weights"));
  CHECK_THAT(error_for({MergeMethod::linear, {1.0, -1.0}}), Contains("2: the weights of linear do not add up"));
  CHECK_THAT(error_for({MergeMethod::slerp, {1.0, -0.5}}), Contains("2: -0.5 is no weight for slerp"));
}

TEST_CASE("one expert, and densities that keep nothing or more than everything, are refused") {
  CHECK_THAT(error_for({MergeMethod::linear}, 1), Contains("2: there is 1 expert to merge"));
  for (const double density : {0.0, -0.1, 1.1}) {
    CHECK_THAT(error_for({MergeMethod::ties, {}, density}), Contains("2: density"));
  }
}

}  // namespace

}  // namespace merge_method_test
