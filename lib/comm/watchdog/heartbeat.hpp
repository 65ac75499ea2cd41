#pragma once

#include <cstdint>

#include "comm/liveness.hpp"

namespace shoal::comm {

/// What a rank tells the next one about itself, several times a second.
struct Heartbeat {
  std::uint64_t job = 0;  ///< a random number that the ranks of one job share: datagrams of others are ignored
  std::int32_t rank = 0;
  Phase phase = Phase::starting;
  double quiet = 0.0;      ///< seconds since any rank that this one knows of, itself included, last got on
  std::int32_t reach = 0;  ///< how many ranks before this one are included in that
  std::uint32_t left = 0;  ///< not 0: this is the last one, on purpose
};

}  // namespace shoal::comm
