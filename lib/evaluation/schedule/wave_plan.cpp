#include "evaluation/schedule/wave_plan.hpp"

#include <algorithm>
#include <utility>

namespace shoal::evaluation {
namespace {

/// When a task's turn is: blocks that may turn out needless wait for those before them; others can go at any time.
std::size_t round_of(const WaveTask& task, std::span<const Assignment> assignments) {
  return assignments[task.position].enough ? task.block : 0;
}

void add_tile(std::span<const Assignment> assignments, const Workload& workload, std::size_t begin, std::size_t end,
              std::vector<WaveTask>& tasks) {
  const auto first = static_cast<std::ptrdiff_t>(tasks.size());
  for (std::size_t p = begin; p < end; ++p) {
    for (std::size_t block = 0; block < assignments[p].blocks.size(); ++block) tasks.push_back({p, block});
  }
  std::ranges::stable_sort(tasks.begin() + first, tasks.end(), {}, [&](const WaveTask& task) {
    return std::pair(round_of(task, assignments), -cost_of(assignments[task.position].blocks[task.block], workload));
  });
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
  for (const std::size_t number : block) {
    const WorkItem& item = workload.items[number];
    cost += std::ssize(item.prompt);
    for (const TokenIds& text : item.continuations) cost += std::ssize(text);
    if (!item.checks.empty()) cost += std::ssize(item.checks.front());
  }
  return cost;
}

}  // namespace shoal::evaluation
