#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/buffer.hpp"
#include "evaluation/wave.hpp"

namespace shoal::evaluation {

/// What the ranks compute in one wave, each its own blocks, zeros elsewhere; summed over ranks it is the whole.
class ScoreTable {
 public:
  ScoreTable(std::size_t positions, std::size_t items) : items_(items), values_(positions * items * fields, 0.0) {}

  /// Different (position, item) pairs may be set from different threads at once.
  void set(std::size_t position, std::size_t item, const task::Outcome& outcome) {
    double* const entry = &values_[(position * items_ + item) * fields];
    entry[0] = outcome.score;
    entry[1] = outcome.parsed ? 1.0 : 0.0;
  }

  double score(std::size_t position, std::size_t item) const { return entry(position, item)[0]; }
  bool parsed(std::size_t position, std::size_t item) const { return entry(position, item)[1] != 0.0; }

  Buffer buffer() { return Buffer::of(std::span(values_)); }

  static constexpr std::size_t fields = 2;  ///< numbers per (position, item)

 private:
  const double* entry(std::size_t position, std::size_t item) const {
    return &values_[(position * items_ + item) * fields];
  }

  std::size_t items_;
  std::vector<double> values_;  // [positions, items, fields]
};

/// The scores of the shortest run of leading blocks that is enough, in a table summed over ranks.
PositionScores read_scores(const ScoreTable& table, std::size_t position, const Assignment& assignment,
                           std::size_t items);

}  // namespace shoal::evaluation
