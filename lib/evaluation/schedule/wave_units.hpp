#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "evaluation/schedule/wave_plan.hpp"

namespace shoal::evaluation {

/// Tasks that a thread works off together.
using WorkUnit = std::vector<WaveTask>;

/// Answers that are written together: enough rows for a product to be fast, few enough to leave many units.
inline constexpr std::size_t rows_of_a_unit = 64;

/// When tasks are joined. A step of decoding has a row for every answer under way, and fewer rows are slower ones; the
/// prompts of a block have rows enough.
struct Joining {
  std::size_t workers = 1;                                  ///< threads on all ranks: each should get a unit
  std::size_t rows = rows_of_a_unit;                        ///< answers of a joined unit, at most
  std::function<bool(const ItemList& block)> long_answers;  ///< whether a block is worth joining
};

/// Whether an answer to one of the block's items may be long.
bool has_long_answers(const ItemList& block, const Workload& workload, std::span<const task::Task> tasks);

/// The tasks in their order as units of work. Tasks of different owners (dense positions) and, where positions may be
/// cut short, blocks of different importance stay apart.
std::vector<WorkUnit> coalesce(std::span<const WaveTask> tasks, std::span<const Assignment> assignments,
                               const Joining& joining);

}  // namespace shoal::evaluation
