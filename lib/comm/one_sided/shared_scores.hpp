#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "comm/communicator.hpp"

namespace shoal::comm {

/// A table of numbers that all ranks read and write while work is under way, without waiting for each other. Every
/// number starts as NaN, "not known yet", and is written at most once. Only one thread per rank may use it (the one
/// that talks to MPI).
class SharedScores {
 public:
  virtual ~SharedScores() = default;

  virtual void write(std::size_t first, std::span<const double> values) = 0;

  /// What is known by now of `count` numbers; another rank's latest ones may still be on their way.
  virtual std::vector<double> read(std::size_t first, std::size_t count) const = 0;
};

/// Construction and destruction are collective.
std::unique_ptr<SharedScores> make_shared_scores(const Communicator& comm, std::size_t size);

}  // namespace shoal::comm
