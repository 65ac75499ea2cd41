#include "evaluation/schedule/wave_units.hpp"

#include <algorithm>
#include <optional>

namespace shoal::evaluation {
namespace {

std::optional<int> owner_of(const Assignment& assignment) {
  return assignment.dense ? assignment.dense->owner : std::nullopt;
}

// Tokens from which on the steps of an answer cost more than a prompt of a usual length.
constexpr int long_answer = 32;

class Joiner {
 public:
  Joiner(std::span<const WaveTask> tasks, std::span<const Assignment> assignments, const Joining& joining)
      : tasks_(tasks), assignments_(assignments), joining_(joining) {}

  std::vector<WorkUnit> units() const {
    std::vector<WorkUnit> units;
    for (std::size_t begin = 0; begin < tasks_.size();) {
      const std::size_t end = end_of_like(begin);
      cut(tasks_.subspan(begin, end - begin), units);
      begin = end;
    }
    return units;
  }

 private:
  const ItemList& block(const WaveTask& task) const { return assignments_[task.position].blocks[task.block]; }

  bool alike(const WaveTask& a, const WaveTask& b) const {
    const Assignment& left = assignments_[a.position];
    const Assignment& right = assignments_[b.position];
    const bool may_be_cut = left.enough || right.enough;
    return owner_of(left) == owner_of(right) && (!may_be_cut || a.block == b.block);
  }

  // The end of the tasks from `begin` on that could be one unit if it had no limits.
  std::size_t end_of_like(std::size_t begin) const {
    std::size_t end = begin + 1;
    if (!joining_.long_answers(block(tasks_[begin]))) return end;
    while (end < tasks_.size() && alike(tasks_[begin], tasks_[end]) && joining_.long_answers(block(tasks_[end]))) ++end;
    return end;
  }

  void cut(std::span<const WaveTask> like, std::vector<WorkUnit>& units) const {
    const std::size_t share = (like.size() + joining_.workers - 1) / joining_.workers;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < like.size(); ++i) {
      const std::size_t more = block(like[i]).size();
      if (i == 0 || units.back().size() >= share || rows + more > joining_.rows) {
        units.emplace_back();
        rows = 0;
      }
      units.back().push_back(like[i]);
      rows += more;
    }
  }

  std::span<const WaveTask> tasks_;
  std::span<const Assignment> assignments_;
  const Joining& joining_;
};

}  // namespace

bool has_long_answers(const ItemList& block, const Workload& workload, std::span<const task::Task> tasks) {
  return std::ranges::any_of(
      block, [&](std::size_t item) { return tasks[workload.items[item].task].max_new_tokens() >= long_answer; });
}

std::vector<WorkUnit> coalesce(std::span<const WaveTask> tasks, std::span<const Assignment> assignments,
                               const Joining& joining) {
  return Joiner(tasks, assignments, joining).units();
}

}  // namespace shoal::evaluation
