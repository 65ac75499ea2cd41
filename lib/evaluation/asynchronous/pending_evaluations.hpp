#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "evaluation/asynchronous/chunk_message.hpp"
#include "evaluation/workload.hpp"

namespace shoal::evaluation {

/// An evaluation of which every block has been scored.
struct CompleteEvaluation {
  int particle = 0;
  int iteration = 0;
  std::vector<double> scores;  ///< one per item of the workload
};

/// The evaluations of an asynchronous search as rank 0 sees them: blocks that wait for a free hand, blocks that ranks
/// are at, and what is complete. Plain bookkeeping: no messages, no threads.
class PendingEvaluations {
 public:
  /// `hands[r]`: tasks that rank r works on at once. The workload must outlive this.
  PendingEvaluations(const Workload& workload, std::vector<int> hands);

  void begin(int particle, int iteration, const swarm::Coordinates& position);
  bool has_begun(int particle, int iteration) const;

  struct Assigned {
    int rank;
    ChunkTask task;
  };
  /// The next block and who is to score it: evaluations in the order in which they began, of each the most expensive
  /// block first; the rank with most free hands, the lowest of equals. Empty when there is no block or no free hand.
  std::optional<Assigned> next();

  /// What a rank has found, which frees a hand of it.
  void add(int rank, const ChunkScores& found);

  /// Takes the evaluation of this iteration that was complete first, or that of a certain particle. Empty: not yet.
  std::optional<CompleteEvaluation> take(int iteration, std::optional<int> particle);

 private:
  struct Partial {
    CompleteEvaluation evaluation;
    std::size_t missing;  ///< blocks
  };

  const Workload& workload_;
  std::vector<std::size_t> blocks_;  // of the workload, most expensive first
  std::vector<int> free_hands_;      // by rank
  std::deque<ChunkTask> waiting_;
  std::vector<Partial> partial_;
  std::vector<CompleteEvaluation> complete_;  // in the order of completion
};

}  // namespace shoal::evaluation
