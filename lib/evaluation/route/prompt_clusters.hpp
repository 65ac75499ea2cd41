#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "evaluation/route/tf_idf.hpp"

namespace shoal::evaluation {

/// Prompts in groups that have tokens in common: k-means on their tf-idf vectors, as in cBTM (arXiv 2303.14177), which
/// also keeps its groups equally large. The first centre is the prompt nearest to the mean of all, each further one the
/// prompt that is farthest from those before (ties: the first), so nothing is drawn at random.
class PromptClusters {
 public:
  /// At most `count` groups: fewer where there are fewer different prompts. Requires a prompt and count > 0.
  PromptClusters(std::span<const TokenIds> prompts, std::size_t count);

  std::size_t size() const { return centres_.size(); }

  /// The group of each prompt.
  const std::vector<std::size_t>& members() const { return members_; }

  /// How likely a prompt is to belong to each group: in proportion to exp(-d^2 / T), d the distance to its centre and
  /// T = 0.1 as in the paper.
  std::vector<double> probabilities(std::span<const std::int32_t> prompt) const;

 private:
  void place_centres(std::span<const TokenVector> vectors, std::size_t count);
  bool assign(std::span<const TokenVector> vectors);
  void move_centres(std::span<const TokenVector> vectors);

  TfIdf terms_;
  std::vector<TokenVector> centres_;
  std::vector<std::size_t> members_;
};

}  // namespace shoal::evaluation
