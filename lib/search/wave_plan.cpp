#include "search/wave_plan.hpp"

#include <algorithm>

namespace shoal::search {
namespace {

void add_tile(std::span<const Assignment> assignments, const Workload& workload, std::size_t begin, std::size_t end,
              std::vector<WaveTask>& tasks) {
  std::size_t rounds = 0;
  for (std::size_t p = begin; p < end; ++p) rounds = std::max(rounds, assignments[p].blocks.size());
  for (std::size_t block = 0; block < rounds; ++block) {
    const auto first = static_cast<std::ptrdiff_t>(tasks.size());
    for (std::size_t p = begin; p < end; ++p) {
      if (block < assignments[p].blocks.size()) tasks.push_back({p, block});
    }
    std::ranges::stable_sort(tasks.begin() + first, tasks.end(), std::ranges::greater{}, [&](const WaveTask& task) {
      return cost_of(assignments[task.position].blocks[task.block], workload);
    });
  }
}

}  // namespace

std::vector<WaveTask> plan_wave(std::span<const Assignment> assignments, const Workload& workload, std::size_t tile) {
  std::vector<WaveTask> tasks;
  for (std::size_t begin = 0; begin < assignments.size(); begin += tile) {
    add_tile(assignments, workload, begin, std::min(begin + tile, assignments.size()), tasks);
  }
  return tasks;
}

std::int64_t cost_of(const ItemList& block, const Workload& workload) {
  std::int64_t cost = 0;
  for (const std::size_t item : block) cost += static_cast<std::int64_t>(workload.items[item].prompt.size());
  return cost;
}

}  // namespace shoal::search
