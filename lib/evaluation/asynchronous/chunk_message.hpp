#pragma once

#include <cstddef>
#include <vector>

#include "swarm/coordinates.hpp"

namespace shoal::evaluation {

/// What ranks of an asynchronous search write to each other: comm::Letter's kinds.
enum class MessageKind {
  task,     ///< rank 0 to a rank: a block to be scored
  scores,   ///< and back
  give_up,  ///< a rank to rank 0: it cannot or must not go on
  meet      ///< rank 0 to all: come to the next collective
};

/// Which block of which evaluation: a particle's evaluation in an iteration is made once.
struct ChunkName {
  int particle = 0;
  int iteration = 0;
  std::size_t block = 0;

  bool operator==(const ChunkName&) const = default;
};

/// A block of the workload to be scored at a position.
struct ChunkTask {
  ChunkName name;
  swarm::Coordinates position;
};

/// What has come of it: a score per item of the block.
struct ChunkScores {
  ChunkName name;
  std::vector<double> scores;
};

/// A name and what belongs to it as the numbers of a message, and back.
std::vector<double> to_numbers(const ChunkName& name, const std::vector<double>& content);
ChunkName name_in(const std::vector<double>& numbers);
std::vector<double> content_in(const std::vector<double>& numbers);

}  // namespace shoal::evaluation
