#include "results/result/analysis.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace shoal::results {
namespace {

bool answered(double score) { return score >= 0.5; }  // false for NaN

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double squares = 0.0;
  for (std::size_t k = 0; k < a.size(); ++k) squares += (a[k] - b[k]) * (a[k] - b[k]);
  return std::sqrt(squares);
}

}  // namespace

Emergence emergence(std::span<const std::vector<double>> experts, std::size_t best_single,
                    std::span<const double> winner) {
  expect(best_single < experts.size(), "no expert {} of {}", best_single, experts.size());
  Emergence counts;
  counts.examples = winner.size();
  for (std::size_t e = 0; e < winner.size(); ++e) {
    const bool by_winner = answered(winner[e]);
    const bool by_single = answered(experts[best_single][e]);
    const bool by_any = std::ranges::any_of(experts, [&](const auto& scores) { return answered(scores[e]); });
    counts.unsolved += by_any ? 0 : 1;
    counts.emerged += !by_any && by_winner ? 1 : 0;
    counts.missed += by_single ? 0 : 1;
    counts.gained += !by_single && by_winner ? 1 : 0;
    counts.lost += by_single && !by_winner ? 1 : 0;
  }
  return counts;
}

std::size_t rank_of(std::span<const double> utilities, std::size_t particle) {
  const double own = utilities[particle];
  const auto above = [own](double utility) { return std::isfinite(utility) && (utility > own || !std::isfinite(own)); };
  return 1 + static_cast<std::size_t>(std::ranges::count_if(utilities, above));
}

double mean_pairwise_distance(std::span<const std::vector<double>> positions) {
  double sum = 0.0;
  for (std::size_t i = 0; i < positions.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) sum += distance(positions[i], positions[j]);
  }
  const auto pairs = static_cast<double>(positions.size() * (positions.size() - 1)) / 2.0;
  return pairs > 0.0 ? sum / pairs : 0.0;
}

}  // namespace shoal::results
