#include "evaluation/route/cluster_experts.hpp"

#include <catch2/catch.hpp>

namespace cluster_experts_test {

using namespace shoal::evaluation;

namespace {

const std::vector<TokenIds> two_kinds{{1, 10, 11}, {1, 20, 21}, {1, 10, 12}, {1, 20, 22}};

}  // namespace

TEST_CASE("each kind of prompt gets the expert that answers it best") {
  const std::vector<std::vector<double>> scores{{0, 1, 0, 1}, {1, 0, 1, 0}};
  const ClusterExperts experts(two_kinds, scores);
  const auto for_tens = experts.weights(std::vector{1, 10, 13});
  CHECK(for_tens[1] > 0.9);
  CHECK(for_tens[0] + for_tens[1] == Approx(1.0));
  CHECK(experts.weights(std::vector{1, 20, 23})[0] > 0.9);
}

TEST_CASE("an expert may have several groups, another none") {
  const std::vector<std::vector<double>> scores{{0, 0, 0, 0}, {1, 1, 1, 1}};
  const ClusterExperts experts(two_kinds, scores);
  CHECK(experts.chosen() == std::vector<std::size_t>(2, 1));
  CHECK(experts.asked() == std::vector<std::size_t>{1});
  const auto weights = experts.weights(std::vector{1, 10, 20});
  CHECK(weights[0] == 0.0);
  CHECK(weights[1] == Approx(1.0));
}

TEST_CASE("a tie on a group goes to the expert that is better on all prompts, then to the first") {
  const std::vector<std::vector<double>> uneven{{1, 0, 1, 0}, {1, 1, 1, 0}};
  CHECK(ClusterExperts(two_kinds, uneven).chosen() == std::vector<std::size_t>{1, 1});
  const std::vector<std::vector<double>> equal(2, std::vector<double>(4, -1.0));
  CHECK(ClusterExperts(two_kinds, equal).chosen() == std::vector<std::size_t>{0, 0});
}

}  // namespace cluster_experts_test
