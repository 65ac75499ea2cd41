#include "swarm/optimiser/cma_es_constants.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace shoal::swarm::cma_es_constants_test {

TEST_CASE("weights fall with the rank and sum to 1", "[cma_es]") {
  const std::vector<double> weights = recombination_weights(6);
  REQUIRE(weights.size() == 3);
  CHECK(weights[0] + weights[1] + weights[2] == Approx(1.0));
  CHECK(weights[0] / weights[2] == Approx(std::log(3.5) / (std::log(3.5) - std::log(3.0))));
  CHECK(recombination_weights(2) == std::vector{1.0});
}

TEST_CASE("constants worked out by hand for one parent in one dimension", "[cma_es]") {
  const CmaEsConstants c = cma_es_constants(std::vector{1.0}, 1);
  CHECK(c.mu_eff == 1.0);
  CHECK(c.path_sigma == Approx(3.0 / 7.0));
  CHECK(c.path_c == Approx(5.0 / 7.0));
  CHECK(c.rank_one == Approx(2.0 / (2.3 * 2.3 + 1.0)));
  CHECK(c.rank_mu == Approx(0.0).margin(1e-15));
  CHECK(c.damping == Approx(1.0 + 3.0 / 7.0));
  CHECK(c.expected_norm == Approx(std::sqrt(2.0 / std::acos(-1.0))).epsilon(0.01));
}

TEST_CASE("shares of the covariance never exceed the whole", "[cma_es]") {
  for (const std::size_t population : {2U, 6U, 20U, 200U}) {
    for (const std::size_t dimensions : {1U, 9U, 90U}) {
      const CmaEsConstants c = cma_es_constants(recombination_weights(population), dimensions);
      CHECK(c.rank_one + c.rank_mu <= 1.0);
      CHECK(c.rank_one > 0.0);
      CHECK(c.rank_mu >= 0.0);
    }
  }
}

}  // namespace shoal::swarm::cma_es_constants_test
