#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "baselines/position_scorer.hpp"
#include "comm/communicator.hpp"

namespace shoal::baselines {

/// A file of what positions have scored, one question per line, so that a job that is interrupted in the middle of a
/// baseline's search does not score them again: whoever asks the same questions in the same order gets the same
/// answers.
class ScoreJournal {
 public:
  /// Takes up what `file` holds under the same `key` (what the scores depend on beside the position); anything else is
  /// forgotten. Collective. `comm` outlives this.
  ScoreJournal(const comm::Communicator& comm, std::filesystem::path file, std::string key);

  /// Answers from the file as long as the questions are those of the file; then asks `score`, and files. Collective.
  /// Throws Error{resource} when the file cannot be written.
  std::optional<std::vector<double>> ask(std::span<const swarm::Coordinates> positions, const PositionScorer& score);

 private:
  struct Entry {
    std::vector<swarm::Coordinates> positions;
    std::vector<double> utilities;
  };

  void read(const std::string& text);
  void write() const;

  const comm::Communicator& comm_;
  std::filesystem::path file_;
  std::string key_;
  std::vector<Entry> entries_;
  std::size_t next_ = 0;
};

}  // namespace shoal::baselines
