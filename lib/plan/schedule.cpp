#include "plan/schedule.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <vector>

#include "base/error.hpp"

namespace shoal::plan {

double makespan(std::span<const double> task_seconds, int workers) {
  expect(workers > 0, "a schedule needs workers.");
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (int w = 0; w < workers; ++w) free_at.push(0.0);
  double end = 0.0;
  for (const double seconds : task_seconds) {
    const double done = free_at.top() + seconds;
    free_at.pop();
    free_at.push(done);
    end = std::max(end, done);
  }
  return end;
}

double all_reduce_model(double bytes, int ranks) {
  constexpr double alpha = 5e-6;  // seconds per message: an ordinary cluster network
  constexpr double beta = 1e10;   // bytes per second and direction
  const double steps = 2.0 * (ranks - 1);
  return steps * (alpha + bytes / (ranks * beta));
}

}  // namespace shoal::plan
