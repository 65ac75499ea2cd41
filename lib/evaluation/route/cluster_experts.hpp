#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/route/prompt_clusters.hpp"

namespace shoal::evaluation {

/// cBTM for experts that are given (arXiv 2303.14177): each group of prompts has an expert of its own, and an answer is
/// written by the experts of the groups to which its prompt may belong. The paper trains an expert on each group; here
/// it is the expert with the highest mean score on the group's prompts.
class ClusterExperts {
 public:
  /// `scores` [expert, prompt]; as many groups as experts, at most. Ties go to the expert that is better on all
  /// prompts, then to the first.
  ClusterExperts(std::span<const TokenIds> prompts, std::span<const std::vector<double>> scores);

  /// The weight of each expert's next-token distribution for an answer to `prompt`; their sum is 1.
  std::vector<double> weights(std::span<const std::int32_t> prompt) const;

  /// How many experts there are.
  std::size_t experts() const { return experts_; }

  /// The expert of each group.
  const std::vector<std::size_t>& chosen() const { return chosen_; }

  /// The experts that have a group, ascending.
  std::vector<std::size_t> asked() const;

 private:
  std::size_t best_expert(std::size_t group, std::span<const std::vector<double>> scores) const;

  PromptClusters clusters_;
  std::size_t experts_;
  std::vector<std::size_t> chosen_;
};

}  // namespace shoal::evaluation
