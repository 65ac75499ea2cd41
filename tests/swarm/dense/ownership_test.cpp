#include "swarm/dense/ownership.hpp"

#include <catch2/catch.hpp>

namespace ownership_test {

using namespace shoal::swarm;

TEST_CASE("every particle is held by exactly the rank that owner_of names", "[ownership]") {
  for (int particles = 1; particles <= 21; ++particles) {
    for (int ranks = 1; ranks <= 25; ++ranks) {
      CAPTURE(particles, ranks);
      for (int id = 0; id < particles; ++id) {
        for (int rank = 0; rank < ranks; ++rank) {
          REQUIRE(owned_by(rank, ranks, particles).contains(id) == (owner_of(id, ranks, particles) == rank));
        }
      }
    }
  }
}

TEST_CASE("blocks of particles follow each other and differ by at most one in size", "[ownership]") {
  int next = 0;
  for (int rank = 0; rank < 4; ++rank) {
    const IdRange owned = owned_by(rank, 4, 10);
    CHECK(owned.first == next);
    CHECK((owned.size() == 2 || owned.size() == 3));
    next = owned.last;
  }
  CHECK(next == 10);
}

}  // namespace ownership_test
