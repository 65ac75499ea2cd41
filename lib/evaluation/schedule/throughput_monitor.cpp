#include "evaluation/schedule/throughput_monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/host.hpp"

namespace shoal::evaluation {
namespace {

constexpr double slow = 1.5;  // times the median
constexpr double least_seconds = 1.0;

bool counts(const RankWork& rank) { return rank.seconds >= least_seconds && rank.work > 0.0; }

double pace_of(const RankWork& rank) { return rank.seconds / rank.work; }

/// The lower one of an even number: of two ranks the faster is the measure.
double median_pace(std::span<const RankWork> ranks) {
  std::vector<double> paces;
  for (const RankWork& rank : ranks) {
    if (rank.work > 0.0) paces.push_back(pace_of(rank));
  }
  if (paces.empty()) return 0.0;
  std::ranges::sort(paces);
  return paces[(paces.size() - 1) / 2];
}

}  // namespace

std::vector<std::string> stragglers(std::span<const RankWork> ranks, std::span<const std::string> nodes) {
  const double median = median_pace(ranks);
  std::vector<std::string> sentences;
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    if (!counts(ranks[r]) || pace_of(ranks[r]) <= slow * median) continue;
    sentences.push_back(fmt::format("rank {} on {} needs {:.1f} times as long for its blocks as the median rank", r,
                                    nodes[r], pace_of(ranks[r]) / median));
  }
  return sentences;
}

void ThroughputMonitor::add(double seconds, double work) {
  const std::lock_guard lock(mutex_);
  mine_.seconds += seconds;
  mine_.work += work;
}

std::vector<std::string> ThroughputMonitor::report(const comm::Communicator& comm) {
  RankWork work;
  {
    const std::lock_guard lock(mutex_);
    work = std::exchange(mine_, {});
  }
  std::array<double, 2> mine{work.seconds, work.work};
  std::vector<double> all(2 * static_cast<std::size_t>(comm.size()));
  comm.all_gather(Buffer::of(mine), Buffer::of(all));
  std::vector<RankWork> ranks;
  for (std::size_t r = 0; r < all.size(); r += 2) ranks.push_back({all[r], all[r + 1]});
  return stragglers(ranks, comm.all_gather(node_name()));
}

}  // namespace shoal::evaluation
