#include "swarm/dense/ownership.hpp"

#include <cstdint>

namespace shoal::swarm {

IdRange owned_by(int rank, int ranks, int particles) {
  const auto first = [&](std::int64_t r) { return static_cast<int>(r * particles / ranks); };
  return {first(rank), first(rank + std::int64_t{1})};
}

// The smallest r with id < floor((r + 1) N / R).
int owner_of(int particle, int ranks, int particles) {
  return static_cast<int>(((particle + std::int64_t{1}) * ranks - 1) / particles);
}

}  // namespace shoal::swarm
