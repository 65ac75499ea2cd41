#include "task/measures.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "base/statistics.hpp"

namespace measures_test {

using namespace shoal;
using namespace shoal::task;

TEST_CASE("perplexity is the geometric mean over examples") {
  const std::vector<double> scores{0.5, 0.125};
  CHECK(measures(TaskType::perplexity, scores).at("perplexity") == Approx(4.0));
}

TEST_CASE("an abstainer's effective reliability is twice its utility less one") {
  const std::vector<double> scores{1.0, 1.0, 1.0, 0.5, 0.5, 0.0};
  const Measures found = measures(TaskType::abstain, scores);
  CHECK(found.at("effective_reliability") == Approx(2.0 / 6.0));
  CHECK(found.at("effective_reliability") == Approx(2.0 * mean(scores) - 1.0));
  CHECK(found.at("answered") == Approx(4.0 / 6.0));
  CHECK(found.at("right_when_answered") == 0.75);
}

TEST_CASE("who never answers has no accuracy of the answered") {
  const std::vector<double> scores{0.5, 0.5};
  const Measures found = measures(TaskType::abstain, scores);
  CHECK(found.at("effective_reliability") == 0.0);
  CHECK(std::isnan(found.at("right_when_answered")));
}

TEST_CASE("other types have no measures, and neither have no scores") {
  const std::vector<double> scores{1.0, 0.0};
  CHECK(measures(TaskType::multiple_choice, scores).empty());
  CHECK(measures(TaskType::option_likelihood, scores).empty());
  CHECK(measures(TaskType::perplexity, {}).empty());
}

}  // namespace measures_test
