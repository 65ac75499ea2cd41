#include "evaluation/route/cluster_experts.hpp"

#include <numeric>
#include <set>
#include <utility>

namespace shoal::evaluation {

ClusterExperts::ClusterExperts(std::span<const TokenIds> prompts, std::span<const std::vector<double>> scores)
    : clusters_(prompts, scores.size()), experts_(scores.size()) {
  for (std::size_t group = 0; group < clusters_.size(); ++group) chosen_.push_back(best_expert(group, scores));
}

std::size_t ClusterExperts::best_expert(std::size_t group, std::span<const std::vector<double>> scores) const {
  std::size_t best = 0;
  std::pair<double, double> most{-1.0, -1.0};  // on the group, on all prompts
  for (std::size_t expert = 0; expert < experts_; ++expert) {
    std::pair<double, double> sums{0.0, std::accumulate(scores[expert].begin(), scores[expert].end(), 0.0)};
    for (std::size_t i = 0; i < scores[expert].size(); ++i) {
      if (clusters_.members()[i] == group) sums.first += scores[expert][i];
    }
    if (expert > 0 && sums <= most) continue;
    best = expert;
    most = sums;
  }
  return best;
}

std::vector<std::size_t> ClusterExperts::asked() const {
  const std::set<std::size_t> asked(chosen_.begin(), chosen_.end());
  return {asked.begin(), asked.end()};
}

std::vector<double> ClusterExperts::weights(std::span<const std::int32_t> prompt) const {
  const std::vector<double> probabilities = clusters_.probabilities(prompt);
  std::vector<double> weights(experts_, 0.0);
  for (std::size_t group = 0; group < chosen_.size(); ++group) weights[chosen_[group]] += probabilities[group];
  return weights;
}

}  // namespace shoal::evaluation
