#include "base/philox.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

namespace shoal::philox_test {
namespace {

using Words = std::array<std::uint32_t, 4>;

// Slow reference: Philox4x32-10 as in Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC11), section 4.3.
Words philox_reference(Words counter, std::uint32_t key0, std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = 0xD2511F53ULL * counter[0];
    const std::uint64_t b = 0xCD9E8D57ULL * counter[2];
    counter = {static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key0, static_cast<std::uint32_t>(b),
               static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key1, static_cast<std::uint32_t>(a)};
    key0 += 0x9E3779B9U;
    key1 += 0xBB67AE85U;
  }
  return counter;
}

double uniform_of(std::uint64_t w0, std::uint64_t w1) {
  return std::ldexp(static_cast<double>((w0 << 32 | w1) >> 11), -53);
}

Counter counter_of(const Words& words) { return {words[0], words[1], static_cast<Purpose>(words[2]), words[3]}; }

struct KnownAnswer {
  Words counter;
  std::uint64_t seed;
  std::uint32_t w0;
  std::uint32_t w1;
};

// Random123's kat_vectors for philox4x32 with 10 rounds: counter, key (low word first), first two output words.
const std::array<KnownAnswer, 3> known_answers{{
    {{0, 0, 0, 0}, 0, 0x6627e8d5, 0xe169c58d},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, 0xffffffffffffffff, 0x408f276d, 0x41c83b0e},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0x299f31d0a4093822, 0xd16cfe09, 0x94fdcceb},
}};

}  // namespace

TEST_CASE("uniform follows the published known answers of Philox4x32-10", "[philox]") {
  for (const KnownAnswer& known : known_answers) {
    CHECK(uniform(known.seed, counter_of(known.counter)) == uniform_of(known.w0, known.w1));
  }
}

TEST_CASE("the slow reference of these tests follows the same known answers", "[philox]") {
  for (const KnownAnswer& known : known_answers) {
    const Words words = philox_reference(known.counter, static_cast<std::uint32_t>(known.seed),
                                         static_cast<std::uint32_t>(known.seed >> 32));
    CHECK(words[0] == known.w0);
    CHECK(words[1] == known.w1);
  }
}

TEST_CASE("uniform equals the slow reference for every word of seed and counter", "[philox]") {
  for (const std::uint64_t seed : {0ULL, 42ULL, 1ULL << 32, 0xdeadbeefcafef00dULL}) {
    for (std::uint32_t i = 0; i < 50; ++i) {
      const Counter counter{i, 3 * i + 1, static_cast<Purpose>(i % 5), i % 4};
      const Words words = philox_reference({i, 3 * i + 1, i % 5, i % 4}, static_cast<std::uint32_t>(seed),
                                           static_cast<std::uint32_t>(seed >> 32));
      REQUIRE(uniform(seed, counter) == uniform_of(words[0], words[1]));
    }
  }
}

TEST_CASE("each word of the counter and each half of the seed changes the draw", "[philox]") {
  const std::set<double> draws{uniform(1, {1, 1, Purpose::update, 1}),
                               uniform(2, {1, 1, Purpose::update, 1}),
                               uniform(1ULL + (1ULL << 32), {1, 1, Purpose::update, 1}),
                               uniform(1, {2, 1, Purpose::update, 1}),
                               uniform(1, {1, 2, Purpose::update, 1}),
                               uniform(1, {1, 1, Purpose::dropout, 1}),
                               uniform(1, {1, 1, Purpose::update, 2})};
  CHECK(draws.size() == 7);
}

TEST_CASE("uniform draws lie in [0, 1) and have the mean and variance of a uniform", "[philox]") {
  constexpr std::uint32_t n = 100000;
  double sum = 0.0;
  double squares = 0.0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const double u = uniform(7, {i, 0, Purpose::update, 0});
    REQUIRE(u >= 0.0);
    REQUIRE(u < 1.0);
    sum += u;
    squares += u * u;
  }
  const double mean = sum / n;
  CHECK(mean == Approx(0.5).margin(0.004));  // 4 standard errors
  CHECK(squares / n - mean * mean == Approx(1.0 / 12.0).margin(0.002));
}

TEST_CASE("below is floor(u m) and reaches every integer below m", "[philox]") {
  std::array<int, 6> counts{};
  for (std::uint32_t i = 0; i < 6000; ++i) {
    const Counter counter{i, 0, Purpose::partner, 0};
    const std::uint32_t drawn = below(3, counter, 6);
    REQUIRE(drawn == static_cast<std::uint32_t>(std::floor(uniform(3, counter) * 6.0)));
    REQUIRE(drawn < 6);
    ++counts[drawn];
  }
  for (const int count : counts) CHECK(std::abs(count - 1000) < 120);  // 4 standard deviations
}

TEST_CASE("below one is always zero", "[philox]") {
  for (std::uint32_t i = 0; i < 100; ++i) CHECK(below(9, {i, i, Purpose::crossover, 0}, 1) == 0);
}

TEST_CASE("purposes keep their numbers, which recorded runs depend on", "[philox]") {
  CHECK(static_cast<int>(Purpose::crossover) == 0);
  CHECK(static_cast<int>(Purpose::partner) == 1);
  CHECK(static_cast<int>(Purpose::update) == 2);
  CHECK(static_cast<int>(Purpose::dropout) == 3);
  CHECK(static_cast<int>(Purpose::validation_split) == 4);
  CHECK(whole_iteration == 0xffffffffU);
}

}  // namespace shoal::philox_test
