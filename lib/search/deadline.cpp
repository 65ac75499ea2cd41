#include "search/deadline.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

namespace shoal::search {
namespace {

using Clock = std::chrono::system_clock;

std::optional<double> seconds_to_slurm_end(Clock::time_point now) {
  const char* text = std::getenv("SLURM_JOB_END_TIME");
  if (text == nullptr) return std::nullopt;
  const std::string_view digits = text;
  long long epoch = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), epoch);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return static_cast<double>(epoch) - std::chrono::duration<double>(now.time_since_epoch()).count();
}

}  // namespace

Deadline Deadline::from(std::optional<double> walltime) {
  constexpr double longest_margin = 60.0;
  constexpr double century = 3.2e9;  // what is later would not fit into the clock's nanoseconds
  const auto now = Clock::now();
  const auto granted = walltime ? walltime : seconds_to_slurm_end(now);
  Deadline deadline;
  if (!granted || *granted > century) return deadline;
  const double usable = *granted - std::min(longest_margin, 0.1 * std::max(*granted, 0.0));
  deadline.stop_at_ = now + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(usable));
  return deadline;
}

bool Deadline::passed() const { return stop_at_ && Clock::now() >= *stop_at_; }

std::optional<double> Deadline::seconds_left() const {
  if (!stop_at_) return std::nullopt;
  return std::chrono::duration<double>(*stop_at_ - Clock::now()).count();
}

}  // namespace shoal::search
