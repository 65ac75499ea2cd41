#include "task/measures.hpp"

#include <algorithm>
#include <cmath>

namespace shoal::task {
namespace {

// exp(-mean log s)
double geometric_mean_of_reciprocals(std::span<const double> scores) {
  double sum = 0.0;
  for (const double score : scores) sum += std::log(score);
  return std::exp(-sum / static_cast<double>(scores.size()));
}

Measures of_abstaining(std::span<const double> scores) {
  const auto n = static_cast<double>(scores.size());
  const auto right = static_cast<double>(std::ranges::count(scores, 1.0));
  const auto wrong = static_cast<double>(std::ranges::count(scores, 0.0));
  return {{"effective_reliability", (right - wrong) / n},
          {"answered", (right + wrong) / n},
          {"right_when_answered", right / (right + wrong)}};
}

}  // namespace

Measures measures(TaskType type, std::span<const double> scores) {
  if (scores.empty()) return {};
  if (type == TaskType::perplexity) return {{"perplexity", geometric_mean_of_reciprocals(scores)}};
  if (type == TaskType::abstain) return of_abstaining(scores);
  return {};
}

}  // namespace shoal::task
