#include "evaluation/schedule/pruning_monitor.hpp"

#include <algorithm>
#include <cmath>

namespace shoal::evaluation {

PruningMonitor::PruningMonitor(const comm::Communicator& comm, std::span<const Assignment> assignments,
                               std::size_t items)
    : assignments_(assignments) {
  const auto may_be_cut = [](const Assignment& assignment) { return static_cast<bool>(assignment.enough); };
  if (std::ranges::none_of(assignments, may_be_cut)) return;
  std::size_t places = 0;
  for (const Assignment& assignment : assignments) {
    Progress& progress = progress_.emplace_back();
    progress.scores = scores_before(assignment, items);
    progress.enough = assignment.enough && assignment.enough(progress.scores);
    auto& first = first_.emplace_back();
    for (const ItemList& block : assignment.blocks) {
      first.push_back(places);
      places += block.size();
    }
  }
  board_ = comm::make_shared_scores(comm, places);
}

void PruningMonitor::publish(const WaveTask& task, const ScoreTable& table) {
  if (!board_ || !assignments_[task.position].enough) return;
  std::vector<double> scores;
  for (const std::size_t item : assignments_[task.position].blocks[task.block]) {
    scores.push_back(table.score(task.position, item));
  }
  board_->write(first_[task.position][task.block], scores);
}

bool PruningMonitor::needless(const WaveTask& task) {
  if (!board_ || !assignments_[task.position].enough) return false;
  if (progress_[task.position].blocks < task.block) advance(task.position);
  return progress_[task.position].enough;
}

// Enough after the leading blocks so far: those behind, which this is asked about, are not needed.
void PruningMonitor::advance(std::size_t position) {
  Progress& progress = progress_[position];
  const Assignment& assignment = assignments_[position];
  while (!progress.enough && progress.blocks < assignment.blocks.size() && add_block(progress, position)) {
    progress.enough = assignment.enough(progress.scores);
  }
}

bool PruningMonitor::add_block(Progress& progress, std::size_t position) const {
  const ItemList& block = assignments_[position].blocks[progress.blocks];
  const std::vector<double> scores = board_->read(first_[position][progress.blocks], block.size());
  if (std::ranges::any_of(scores, [](double score) { return std::isnan(score); })) return false;
  for (std::size_t i = 0; i < block.size(); ++i) progress.scores[block[i]] = scores[i];
  ++progress.blocks;
  return true;
}

}  // namespace shoal::evaluation
