#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/wave.hpp"

namespace shoal::evaluation {

/// One unit of work: a block of one assignment.
struct WaveTask {
  std::size_t position;
  std::size_t block;
};

/// All tasks of a wave in the order in which they are handed out: positions in tiles of `tile`; inside a tile the most
/// expensive blocks first, so that whoever comes last has little left to wait for. Where positions may be cut short,
/// every position's first block comes before any second one, and so on.
std::vector<WaveTask> plan_wave(std::span<const Assignment> assignments, const Workload& workload, std::size_t tile);

/// An estimate of a block's work, in prompt tokens: what it costs grows with its prompts and its answers.
std::int64_t cost_of(const ItemList& block, const Workload& workload);

}  // namespace shoal::evaluation
