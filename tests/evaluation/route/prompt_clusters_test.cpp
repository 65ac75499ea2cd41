#include "evaluation/route/prompt_clusters.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

namespace prompt_clusters_test {

using namespace shoal::evaluation;

namespace {

/// Three kinds of prompts behind a common beginning, the kinds taking turns.
std::vector<TokenIds> three_kinds() {
  std::vector<TokenIds> prompts;
  for (std::int32_t i = 0; i < 12; ++i) {
    const std::int32_t kind = 100 * (i % 3 + 1);
    prompts.push_back({1, 2, kind, kind + 1, kind + 2, kind + i});
  }
  return prompts;
}

}  // namespace

TEST_CASE("prompts of one kind come into one group") {
  const auto prompts = three_kinds();
  const PromptClusters clusters(prompts, 3);
  REQUIRE(clusters.size() == 3);
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      CHECK((clusters.members()[i] == clusters.members()[j]) == (i % 3 == j % 3));
    }
  }
}

TEST_CASE("a new prompt most likely belongs to the group of its kind") {
  const auto prompts = three_kinds();
  const PromptClusters clusters(prompts, 3);
  const auto probabilities = clusters.probabilities(std::vector{1, 2, 200, 201, 7});
  CHECK(std::accumulate(probabilities.begin(), probabilities.end(), 0.0) == Approx(1.0));
  CHECK(probabilities[clusters.members()[1]] > 0.9);
}

TEST_CASE("probabilities fall with the square of the distance") {
  const std::vector<TokenIds> prompts{{1, 1, 2}, {3}};
  const PromptClusters clusters(prompts, 2);
  const TfIdf terms(prompts);
  const TokenIds asked{1, 3};
  const auto probabilities = clusters.probabilities(asked);
  const std::size_t first = clusters.members()[0];
  const double nearer = squared_distance(terms.vector(asked), terms.vector(prompts[0])) -
                        squared_distance(terms.vector(asked), terms.vector(prompts[1]));
  CHECK(probabilities[first] / probabilities[1 - first] == Approx(std::exp(-nearer / 0.1)));
}

TEST_CASE("equal prompts make no second group") {
  const std::vector<TokenIds> prompts(4, TokenIds{5, 6});
  const PromptClusters clusters(prompts, 3);
  CHECK(clusters.size() == 1);
  CHECK(clusters.probabilities(std::vector{9}) == std::vector{1.0});
}

}  // namespace prompt_clusters_test
