#include "evaluation/asynchronous/pending_evaluations.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "evaluation/schedule/wave_plan.hpp"

namespace shoal::evaluation {
namespace {

bool is(const CompleteEvaluation& evaluation, int particle, int iteration) {
  return evaluation.particle == particle && evaluation.iteration == iteration;
}

}  // namespace

PendingEvaluations::PendingEvaluations(const Workload& workload, std::vector<int> hands)
    : workload_(workload), blocks_(workload.blocks.size()), free_hands_(std::move(hands)) {
  std::iota(blocks_.begin(), blocks_.end(), std::size_t{0});
  std::ranges::stable_sort(blocks_, std::ranges::greater{},
                           [&](std::size_t block) { return cost_of(workload.blocks[block], workload); });
}

void PendingEvaluations::begin(int particle, int iteration, const swarm::Coordinates& position) {
  const std::vector<double> unknown(workload_.items.size(), std::numeric_limits<double>::quiet_NaN());
  partial_.push_back({{particle, iteration, unknown}, blocks_.size()});
  for (const std::size_t block : blocks_) waiting_.push_back({{particle, iteration, block}, position});
}

bool PendingEvaluations::has_begun(int particle, int iteration) const {
  return std::ranges::any_of(partial_, [&](const Partial& p) { return is(p.evaluation, particle, iteration); }) ||
         std::ranges::any_of(complete_, [&](const CompleteEvaluation& c) { return is(c, particle, iteration); });
}

std::optional<PendingEvaluations::Assigned> PendingEvaluations::next() {
  const auto freest = std::ranges::max_element(free_hands_);
  if (waiting_.empty() || *freest <= 0) return std::nullopt;
  --*freest;
  Assigned assigned{static_cast<int>(freest - free_hands_.begin()), std::move(waiting_.front())};
  waiting_.pop_front();
  return assigned;
}

void PendingEvaluations::add(int rank, const ChunkScores& found) {
  ++free_hands_[static_cast<std::size_t>(rank)];
  const auto partial = std::ranges::find_if(
      partial_, [&](const Partial& p) { return is(p.evaluation, found.name.particle, found.name.iteration); });
  expect(partial != partial_.end(), "scores of an evaluation that is not under way (particle {}, iteration {}).",
         found.name.particle, found.name.iteration);
  const ItemList& items = workload_.blocks.at(found.name.block);
  expect(items.size() == found.scores.size(), "{} scores for a block of {}.", found.scores.size(), items.size());
  for (std::size_t i = 0; i < items.size(); ++i) partial->evaluation.scores[items[i]] = found.scores[i];
  if (--partial->missing > 0) return;
  complete_.push_back(std::move(partial->evaluation));
  partial_.erase(partial);
}

std::optional<CompleteEvaluation> PendingEvaluations::take(int iteration, std::optional<int> particle) {
  const auto found = std::ranges::find_if(complete_, [&](const CompleteEvaluation& c) {
    return c.iteration == iteration && (!particle || c.particle == *particle);
  });
  if (found == complete_.end()) return std::nullopt;
  CompleteEvaluation evaluation = std::move(*found);
  complete_.erase(found);
  return evaluation;
}

}  // namespace shoal::evaluation
