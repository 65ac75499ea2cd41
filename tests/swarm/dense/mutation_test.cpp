#include "swarm/dense/mutation.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

namespace mutation_test {

using namespace shoal;
using namespace shoal::swarm;

namespace {

std::vector<float> mutated(std::size_t count, const Mutation& mutation, const Where& where) {
  std::vector<float> position(count, 1.0F);
  mutate(position, mutation, where, 0, count);
  return position;
}

}  // namespace

TEST_CASE("a weight mutates exactly when its draw is below the rate", "[mutation]") {
  const auto position = mutated(5000, {0.25, 0.1}, {9, 3, 7});
  int changed = 0;
  for (std::uint32_t k = 0; k < position.size(); ++k) {
    const bool drawn = uniform(9, {3, 7, Purpose::mutation, k}) < 0.25;
    REQUIRE((position[k] != 1.0F) == drawn);
    changed += drawn ? 1 : 0;
  }
  CHECK(changed > 1000);
}

TEST_CASE("the noise is normal with standard deviation sigma", "[mutation]") {
  const std::size_t count = 200'000;
  const auto position = mutated(count, {1.0, 0.01}, {1, 1, 0});
  double sum = 0.0, squares = 0.0, beyond_two = 0.0;
  for (const float x : position) {
    const double n = (static_cast<double>(x) - 1.0) / 0.01;
    sum += n;
    squares += n * n;
    beyond_two += std::abs(n) > 2.0 ? 1.0 : 0.0;
  }
  const auto total = static_cast<double>(count);
  CHECK(std::abs(sum / total) < 0.01);
  CHECK(std::abs(squares / total - 1.0) < 0.02);
  CHECK(std::abs(beyond_two / total - 0.0455) < 0.003);
}

TEST_CASE("seed, iteration, particle and weight each have noise of their own", "[mutation]") {
  const auto first = mutated(100, {1.0, 1.0}, {1, 2, 3});
  CHECK(mutated(100, {1.0, 1.0}, {1, 2, 3}) == first);
  for (const Where& other : {Where{2, 2, 3}, Where{1, 3, 3}, Where{1, 2, 4}}) {
    CHECK(mutated(100, {1.0, 1.0}, other) != first);
  }
  CHECK(first[0] != first[1]);
  const Where where{1, 2, 3};
  const Counter near = where.at(Purpose::mutation, 5), far = where.at(Purpose::mutation, 5 + (std::size_t{1} << 32U));
  CHECK(random_words(1, near) != random_words(1, far));
}

TEST_CASE("a mutation in parts gives the same bits, and without rate or sigma nothing changes", "[mutation]") {
  std::vector<float> parts(1000, 1.0F);
  for (std::size_t begin = 0; begin < 1000; begin += 70) {
    mutate(parts, {0.5, 0.1}, {4, 5, 6}, begin, std::min<std::size_t>(1000, begin + 70));
  }
  CHECK(parts == mutated(1000, {0.5, 0.1}, {4, 5, 6}));
  CHECK(mutated(10, {0.0, 1.0}, {1, 1, 1}) == std::vector<float>(10, 1.0F));
  CHECK(mutated(10, {1.0, 0.0}, {1, 1, 1}) == std::vector<float>(10, 1.0F));
}

}  // namespace mutation_test
