#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/philox.hpp"
#include "swarm/settings.hpp"

namespace shoal::swarm {

/// Where the random numbers of a dense particle's move stand.
struct Where {
  std::uint64_t seed;
  int iteration;
  int particle;

  /// The counter of one weight. Vectors may be longer than 2^32: the index's upper bits go above the particle's number,
  /// which is far below 2^24.
  Counter at(Purpose purpose, std::size_t weight) const {
    const auto upper = static_cast<std::uint32_t>(weight >> 32U) << 24U;
    return {static_cast<std::uint32_t>(iteration), static_cast<std::uint32_t>(particle) | upper, purpose,
            static_cast<std::uint32_t>(weight)};
  }
};

/// Gaussian mutation of the part [begin, end) of a position: each weight, with probability `rate`, gets sigma n added.
/// Philox words w0, w1 give the u that is compared with `rate`, w2 and w3 the normal number n.
void mutate(std::span<float> position, const Mutation& mutation, const Where& where, std::size_t begin,
            std::size_t end);

}  // namespace shoal::swarm
