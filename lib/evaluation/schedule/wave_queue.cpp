#include "evaluation/schedule/wave_queue.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace shoal::evaluation {
namespace {

bool has_owner(const Assignment& assignment) { return assignment.dense && assignment.dense->owner; }

}  // namespace

WaveQueue::WaveQueue(comm::WorkCounter& counter, std::span<const WorkUnit> units,
                     std::span<const Assignment> assignments, int rank)
    : counter_(counter) {
  if (std::ranges::none_of(assignments, has_owner)) return;
  expect(std::ranges::all_of(assignments, has_owner), "a wave has positions with and without owners.");
  own_.emplace();
  for (std::size_t number = 0; number < units.size(); ++number) {
    if (assignments[units[number].front().position].dense->owner == rank)
      own_->push_back(static_cast<std::int64_t>(number));
  }
}

std::optional<std::int64_t> WaveQueue::next() {
  if (!own_) return counter_.next();
  if (taken_ == own_->size() || !counter_.next()) return std::nullopt;
  return (*own_)[taken_++];
}

}  // namespace shoal::evaluation
