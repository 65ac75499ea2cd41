#include "task/utility.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "base/statistics.hpp"
#include "support/error_of.hpp"

namespace utility_test {

using namespace shoal;
using namespace shoal::task;
using Catch::Matchers::Contains;
using shoal::testing::error_of;

namespace {

using Scores = std::vector<double>;

double combined(Combine combine, const Scores& a, const Scores& b, double weight_of_b = 1.0) {
  Scores both = a;
  both.insert(both.end(), b.begin(), b.end());
  return Utility(combine, {a.size(), b.size()}, {1.0, weight_of_b}).value(both);
}

Scores random_scores(std::mt19937& generator, std::size_t n, double rate) {
  Scores scores;
  std::bernoulli_distribution right(rate);
  for (std::size_t i = 0; i < n; ++i) scores.push_back(right(generator) ? 1.0 : 0.0);
  return scores;
}

/// The jackknife with every example really deleted: slow and plain.
double slow_jackknife(
    const std::vector<std::size_t>& sizes,
    const std::function<double(const std::vector<std::size_t>& sizes, std::size_t deleted)>& statistic) {
  double variance = 0.0;
  std::size_t example = 0;
  for (std::size_t t = 0; t < sizes.size(); ++t) {
    Scores values;
    for (std::size_t i = 0; i < sizes[t]; ++i) {
      std::vector<std::size_t> fewer = sizes;
      --fewer[t];
      values.push_back(statistic(fewer, example++));
    }
    const auto n = static_cast<double>(sizes[t]);
    for (const double value : values) variance += (n - 1.0) / n * std::pow(value - mean(values), 2.0);
  }
  return std::sqrt(variance);
}

Scores without(Scores scores, std::size_t example) {
  scores.erase(scores.begin() + static_cast<std::ptrdiff_t>(example));
  return scores;
}

}  // namespace

TEST_CASE("the utility of one task is its mean, however tasks would be combined") {
  for (std::size_t c = 0; c < combine_names().all().size(); ++c) {
    CHECK(Utility(static_cast<Combine>(c), {4}, {1.0}).value(Scores{1, 0, 0, 1}) == 0.5);
  }
}

TEST_CASE("means of tasks are combined as their name says") {
  const Scores half{1, 0};
  const Scores quarter{1, 0, 0, 0};
  CHECK(combined(Combine::harmonic_mean, half, quarter) == Approx(2.0 / (2.0 + 4.0)));
  CHECK(combined(Combine::mean, half, quarter) == Approx(0.375));
  CHECK(combined(Combine::min, half, quarter) == 0.25);
  CHECK(combined(Combine::weighted, half, quarter, 3.0) == Approx((0.5 + 0.75) / 4.0));
}

TEST_CASE("0.01 stands in for a mean over all zeros in the harmonic mean only") {
  CHECK(combined(Combine::harmonic_mean, {1, 1}, {0, 0}) == Approx(2.0 / (1.0 + 100.0)));
  CHECK(combined(Combine::harmonic_mean, {0, 0}, {0, 0}) == Approx(0.01));
  CHECK(combined(Combine::mean, {1, 1}, {0, 0}) == 0.5);
  CHECK(combined(Combine::min, {1, 1}, {0, 0}) == 0.0);
}

TEST_CASE("the means of tasks are told apart by their sizes") {
  CHECK(Utility(Combine::mean, {1, 3}, {1, 1}).task_means(Scores{1, 0, 0, 1}) == Scores{1.0, 1.0 / 3.0});
}

TEST_CASE("the standard error of one task is the usual one, of one and of a paired difference") {
  std::mt19937 generator(1);
  const Scores a = random_scores(generator, 50, 0.6);
  const Scores b = random_scores(generator, 50, 0.4);
  Scores differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  const Utility utility(Combine::harmonic_mean, {50}, {1.0});
  CHECK(utility.estimate(a).value == mean(a));
  CHECK(utility.estimate(a).standard_error == Approx(standard_error(a)));
  CHECK(utility.difference(a, b).value == Approx(mean(differences)));
  CHECK(utility.difference(a, b).standard_error == Approx(standard_error(differences)));
}

TEST_CASE("standard errors of combined utilities equal those with every example really deleted") {
  std::mt19937 generator(2);
  const std::vector<std::size_t> sizes{7, 12, 3};
  const Scores weights{1.0, 2.0, 0.5};
  const Scores a = random_scores(generator, 22, 0.5);
  const Scores b = random_scores(generator, 22, 0.5);
  for (std::size_t c = 0; c < combine_names().all().size(); ++c) {
    const auto combine = static_cast<Combine>(c);
    const Utility utility(combine, sizes, weights);
    const double one = slow_jackknife(sizes, [&](const std::vector<std::size_t>& fewer, std::size_t i) {
      return Utility(combine, fewer, weights).value(without(a, i));
    });
    const double two = slow_jackknife(sizes, [&](const std::vector<std::size_t>& fewer, std::size_t i) {
      const Utility smaller(combine, fewer, weights);
      return smaller.value(without(a, i)) - smaller.value(without(b, i));
    });
    INFO(combine_names().all()[c]);
    CHECK(utility.estimate(a).standard_error == Approx(one));
    CHECK(utility.difference(a, b).standard_error == Approx(two));
    CHECK(utility.difference(a, b).value == Approx(utility.value(a) - utility.value(b)));
  }
}

TEST_CASE("two equal evaluations differ by nothing, for certain") {
  const Scores a{1, 0, 1, 1, 0};
  const Estimate d = Utility(Combine::harmonic_mean, {2, 3}, {1, 1}).difference(a, a);
  CHECK(d.value == 0.0);
  CHECK(d.standard_error == 0.0);
}

TEST_CASE("a task of one example leaves the standard error open") {
  CHECK(std::isnan(Utility(Combine::mean, {1, 3}, {1, 1}).estimate(Scores{1, 0, 0, 1}).standard_error));
}

TEST_CASE("scores that do not fit the sizes are a defect") {
  const Utility utility(Combine::mean, {2, 3}, {1, 1});
  CHECK_THAT(error_of([&] { utility.value(Scores{1, 0, 1}); }), Contains("1: 3 scores for 5 examples"));
  CHECK_THAT(error_of([&] { utility.value(Scores(6)); }), Contains("1: 6 scores for 5 examples"));
  CHECK(error_of([] { Utility(Combine::mean, {}, {}); }).substr(0, 2) == "1:");
  CHECK(error_of([] { Utility(Combine::mean, {1}, {1, 1}); }).substr(0, 2) == "1:");
}

namespace {

/// Scores with some made unknown; `known` says of how many in a hundred the truth stays visible.
Scores with_gaps(std::mt19937& generator, Scores scores, int known) {
  for (double& score : scores) {
    if (static_cast<int>(generator() % 100) >= known) score = std::numeric_limits<double>::quiet_NaN();
  }
  return scores;
}

}  // namespace

TEST_CASE("bounds hold the utility whatever the missing scores are, and meet when none is missing") {
  std::mt19937 generator(5);
  for (std::size_t c = 0; c < combine_names().all().size(); ++c) {
    for (const double rate : {0.0, 0.003, 0.5, 1.0}) {
      const Utility utility(static_cast<Combine>(c), {150, 40}, {1.0, 3.0});
      for (int trial = 0; trial < 50; ++trial) {
        const Scores scores = random_scores(generator, 190, rate);
        const Bounds bounds = utility.bounds(with_gaps(generator, scores, trial * 2));
        INFO(combine_names().all()[c] << ", rate " << rate << ", trial " << trial);
        CHECK(bounds.lower <= utility.value(scores));
        CHECK(bounds.upper >= utility.value(scores));
        CHECK(utility.bounds(scores).lower == utility.value(scores));
        CHECK(utility.bounds(scores).upper == utility.value(scores));
      }
    }
  }
}

TEST_CASE("a task without a point so far may still end below the harmonic mean's stand-in for zero") {
  Scores scores(300, 0.0);
  for (std::size_t i = 200; i < 300; ++i) scores[i] = 1.0;
  const Utility utility(Combine::harmonic_mean, {200, 100}, {1.0, 1.0});
  Scores one_missing = scores;
  one_missing[0] = std::numeric_limits<double>::quiet_NaN();
  Scores one_right = scores;
  one_right[0] = 1.0;
  REQUIRE(utility.value(one_right) < utility.value(scores));  // 1 of 200 is worse than the stand-in for 0 of 200
  CHECK(utility.bounds(one_missing).lower <= utility.value(one_right));
  CHECK(utility.bounds(one_missing).upper >= utility.value(scores));
}

}  // namespace utility_test
