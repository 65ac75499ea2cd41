#include "swarm/optimiser/cma_es.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "swarm/optimiser/free_coordinates.hpp"
#include "swarm/same_bits.hpp"

namespace shoal::swarm::cma_es_test {
namespace {

constexpr int experts = 5;

std::vector<Coordinates> corners() {
  std::vector<Coordinates> positions;
  for (int k = 0; k < experts; ++k) positions.push_back(expert_position(k, experts));
  return positions;
}

/// An ellipsoid around a mix outside the simplex, a hundred times longer in one direction than in the others.
double ellipsoid(const Coordinates& position) {
  const auto q = to_free(position, experts);
  const auto target = to_free({0.9, 0.4, -0.3, 0.1, -0.1}, experts);
  double value = 0.0;
  for (std::size_t k = 0; k < q.size(); ++k) value -= (k == 0 ? 1e-4 : 1.0) * (q[k] - target[k]) * (q[k] - target[k]);
  return value;
}

std::vector<double> utilities_of(const std::vector<Coordinates>& positions) {
  std::vector<double> utilities;
  for (const Coordinates& position : positions) utilities.push_back(ellipsoid(position));
  return utilities;
}

CmaEs begun() { return {corners(), utilities_of(corners()), experts}; }

}  // namespace

TEST_CASE("CMA-ES finds the top of a stretched ellipsoid", "[cma_es]") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    CmaEs search = begun();
    double best = -1.0;
    for (int iteration = 1; iteration <= 150; ++iteration) {
      const auto positions = search.ask(seed, iteration, 10);
      const auto utilities = utilities_of(positions);
      best = std::max(best, *std::ranges::max_element(utilities));
      search.tell(positions, utilities);
    }
    CAPTURE(seed);
    CHECK(best > -1e-8);
  }
}

TEST_CASE("its numbers are its whole state", "[cma_es]") {
  CmaEs search = begun();
  const auto positions = search.ask(3, 1, 8);
  search.tell(positions, utilities_of(positions));
  const CmaEs again(search.numbers(), experts);
  CHECK(testing::same_bits(again.numbers(), search.numbers()));
  CHECK(again.ask(3, 2, 8) == search.ask(3, 2, 8));
}

TEST_CASE("samples depend on seed, iteration and particle alone, and sum to 1", "[cma_es]") {
  const CmaEs search = begun();
  const auto eight = search.ask(3, 1, 8);
  const auto four = search.ask(3, 1, 4);
  CHECK(std::vector<Coordinates>(eight.begin(), eight.begin() + 4) == four);
  CHECK(search.ask(4, 1, 4) != four);
  CHECK(search.ask(3, 2, 4) != four);
  for (const Coordinates& position : eight) {
    double sum = 0.0;
    for (const double x : position) sum += x;
    CHECK(sum == Approx(1.0));
  }
}

TEST_CASE("utilities that are not finite rank last", "[cma_es]") {
  CmaEs with_nan = begun();
  CmaEs with_low = begun();
  const auto positions = with_nan.ask(3, 1, 6);
  auto utilities = utilities_of(positions);
  utilities[2] = std::numeric_limits<double>::quiet_NaN();
  with_nan.tell(positions, utilities);
  utilities[2] = -1e9;
  with_low.tell(positions, utilities);
  CHECK(testing::same_bits(with_nan.numbers(), with_low.numbers()));
}

TEST_CASE("the first mean lies amid the better half", "[cma_es]") {
  const std::vector<Coordinates> ends{{1.0, 0.0}, {0.0, 1.0}};
  const std::vector<double> numbers = CmaEs(ends, std::vector{0.1, 0.9}, 2).numbers();
  const Coordinates mean = from_free(std::span(numbers).subspan(2, 1), 2);
  CHECK(mean[1] == Approx(1.0));
}

}  // namespace shoal::swarm::cma_es_test
