#include "plan/asynchronous_simulation.hpp"

#include <functional>
#include <queue>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "evaluation/asynchronous/pending_evaluations.hpp"

namespace shoal::plan {
namespace {

/// A block that a rank is at.
struct Event {
  double time;  // when it is scored
  int rank;
  evaluation::ChunkName name;

  bool operator>(const Event& other) const { return std::tie(time, rank) > std::tie(other.time, other.rank); }
};

class Simulation {
 public:
  Simulation(const SimulatedSearch& search, const evaluation::Workload& workload, std::span<const double> block_seconds)
      : search_(search),
        workload_(workload),
        block_seconds_(block_seconds),
        under_way_(workload, std::vector(static_cast<std::size_t>(search.ranks), search.threads)) {}

  double run() {
    for (int particle = 0; particle < search_.particles; ++particle) under_way_.begin(particle, 1, {});
    hand_out();
    while (iteration_ <= search_.iterations) {
      pass_to_next_event();
      take_complete();
      hand_out();
    }
    return now_;
  }

 private:
  void hand_out() {
    while (const auto assigned = under_way_.next()) {
      const evaluation::ChunkName& name = assigned->task.name;
      events_.push({now_ + block_seconds_[name.block], assigned->rank, name});
    }
  }

  void pass_to_next_event() {
    const Event event = events_.top();
    events_.pop();
    now_ = event.time;
    under_way_.add(event.rank, {event.name, std::vector<double>(workload_.blocks[event.name.block].size())});
  }

  /// Particles move on; with the last of them the iteration is over, and the next one may have complete evaluations.
  void take_complete() {
    while (const auto complete = under_way_.take(iteration_, std::nullopt)) {
      if (iteration_ < search_.iterations) under_way_.begin(complete->particle, iteration_ + 1, {});
      if (++taken_ < search_.particles) continue;
      taken_ = 0;
      ++iteration_;
    }
  }

  SimulatedSearch search_;
  const evaluation::Workload& workload_;
  std::span<const double> block_seconds_;
  evaluation::PendingEvaluations under_way_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  double now_ = 0.0;
  int iteration_ = 1;
  int taken_ = 0;
};

}  // namespace

double asynchronous_seconds(const SimulatedSearch& search, const evaluation::Workload& workload,
                            std::span<const double> block_seconds) {
  expect(search.ranks > 0 && search.threads > 0 && search.particles > 0, "a simulation needs workers and particles.");
  expect(!workload.blocks.empty() && block_seconds.size() == workload.blocks.size(), "{} times for {} blocks of work.",
         block_seconds.size(), workload.blocks.size());
  return Simulation(search, workload, block_seconds).run();
}

}  // namespace shoal::plan
