#include "comm/watchdog/hang_detector.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace shoal::comm {
namespace {

/// Files are read without a sign of life in between.
constexpr double reading_factor = 6.0;

bool reads_files(Phase phase) { return phase == Phase::starting || phase == Phase::loading; }

constexpr const char* advice = "The job was stopped: resume it, without that node if this comes again.";

}  // namespace

HangLimits HangLimits::from(double patience) {
  constexpr double longest_silence = 60.0;
  const double silent = std::min(longest_silence, patience / 2.0);
  return {patience, silent, std::clamp(silent / 10.0, 0.02, 1.0)};
}

HangDetector::HangDetector(int rank, std::vector<std::string> nodes, const HangLimits& limits)
    : rank_(rank), nodes_(std::move(nodes)), limits_(limits) {}

void HangDetector::look(const Liveness& liveness, double seconds) {
  const bool got_on = liveness.beats() != beats_;
  beats_ = liveness.beats();
  phase_ = liveness.phase();
  waiting_ = liveness.waiting();
  quiet_ = got_on ? 0.0 : quiet_ + seconds;
  silent_ += seconds;
}

void HangDetector::hear(const Heartbeat& heartbeat) {
  if (heartbeat.rank != before()) return;
  last_ = heartbeat;
  silent_ = 0.0;
}

Heartbeat HangDetector::heartbeat() const {
  Heartbeat beat;
  beat.rank = rank_;
  beat.phase = phase_;
  beat.quiet = known_quiet();
  const int furthest = static_cast<int>(nodes_.size()) - 1;
  beat.reach = last_ ? std::min(last_->reach + 1, furthest) : 0;
  return beat;
}

std::optional<std::string> HangDetector::verdict() const {
  if (!waiting_ && quiet_ > limits_.quiet * reading()) {
    return fmt::format("{} has made no progress for {:.0f} s (phase: {}). {}", named(rank_), quiet_, name_of(phase_),
                       advice);
  }
  if (last_ && last_->left == 0 && silent_ > limits_.silent) {
    return fmt::format("{} has given no sign of life for {:.0f} s (phase: {}). {}", named(before()), silent_,
                       name_of(last_->phase), advice);
  }
  const bool hears_all = heartbeat().reach + 1 == static_cast<int>(nodes_.size());
  if (rank_ == 0 && waiting_ && hears_all && known_quiet() > limits_.everybody(nodes_.size()) * reading()) {
    return fmt::format("no rank has made progress for {:.0f} s (phase of rank 0: {}, waiting for the others). {}",
                       known_quiet(), name_of(phase_), advice);
  }
  return std::nullopt;
}

std::optional<int> HangDetector::unheard() const {
  return !last_ && silent_ > limits_.silent ? std::optional(before()) : std::nullopt;
}

double HangDetector::reading() const { return reads_files(phase_) ? reading_factor : 1.0; }

double HangDetector::known_quiet() const { return last_ ? std::min(quiet_, last_->quiet + silent_) : quiet_; }

int HangDetector::before() const {
  const int size = static_cast<int>(nodes_.size());
  return (rank_ + size - 1) % size;
}

std::string HangDetector::named(int rank) const {
  return fmt::format("rank {} on {}", rank, nodes_[static_cast<std::size_t>(rank)]);
}

}  // namespace shoal::comm
