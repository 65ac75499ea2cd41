#include "evaluation/route/prompt_clusters.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shoal::evaluation {
namespace {

constexpr double temperature = 0.1;
constexpr int most_rounds = 100;  // it ends long before; a guard against ties that go round in circles

TokenVector mean_of(std::span<const TokenVector> vectors) {
  TokenVector mean;
  for (const TokenVector& vector : vectors) {
    for (const auto& [token, value] : vector) mean[token] += value / static_cast<double>(vectors.size());
  }
  return mean;
}

std::vector<double> squared_distances(const TokenVector& vector, std::span<const TokenVector> centres) {
  std::vector<double> distances;
  for (const TokenVector& centre : centres) distances.push_back(squared_distance(vector, centre));
  return distances;
}

std::size_t nearest(const TokenVector& vector, std::span<const TokenVector> centres) {
  const auto distances = squared_distances(vector, centres);
  return static_cast<std::size_t>(std::ranges::min_element(distances) - distances.begin());
}

}  // namespace

PromptClusters::PromptClusters(std::span<const TokenIds> prompts, std::size_t count) : terms_(prompts) {
  std::vector<TokenVector> vectors;
  for (const TokenIds& prompt : prompts) vectors.push_back(terms_.vector(prompt));
  place_centres(vectors, count);
  members_.assign(vectors.size(), 0);
  for (int round = 0; assign(vectors) && round < most_rounds; ++round) move_centres(vectors);
}

void PromptClusters::place_centres(std::span<const TokenVector> vectors, std::size_t count) {
  const TokenVector mean = mean_of(vectors);
  centres_.push_back(vectors[nearest(mean, vectors)]);
  std::vector<double> distances(vectors.size(), std::numeric_limits<double>::infinity());
  while (centres_.size() < count) {
    for (std::size_t i = 0; i < vectors.size(); ++i)
      distances[i] = std::min(distances[i], squared_distance(vectors[i], centres_.back()));
    const auto farthest = std::ranges::max_element(distances);
    if (*farthest == 0.0) return;
    centres_.push_back(vectors[static_cast<std::size_t>(farthest - distances.begin())]);
  }
}

/// Whether any prompt changes its group.
bool PromptClusters::assign(std::span<const TokenVector> vectors) {
  std::vector<std::size_t> members;
  for (const TokenVector& vector : vectors) members.push_back(nearest(vector, centres_));
  std::swap(members, members_);
  return members != members_;
}

void PromptClusters::move_centres(std::span<const TokenVector> vectors) {
  for (std::size_t group = 0; group < centres_.size(); ++group) {
    std::vector<TokenVector> own;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      if (members_[i] == group) own.push_back(vectors[i]);
    }
    if (!own.empty()) centres_[group] = mean_of(own);
  }
}

std::vector<double> PromptClusters::probabilities(std::span<const std::int32_t> prompt) const {
  std::vector<double> weights = squared_distances(terms_.vector(prompt), centres_);
  const double smallest = *std::ranges::min_element(weights);
  double sum = 0.0;
  for (double& weight : weights) {
    weight = std::exp((smallest - weight) / temperature);
    sum += weight;
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

}  // namespace shoal::evaluation
