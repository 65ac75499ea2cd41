#include "evaluation/route/tf_idf.hpp"

#include <cmath>
#include <set>

namespace shoal::evaluation {

double squared_distance(const TokenVector& a, const TokenVector& b) {
  double sum = 0.0;
  auto x = a.begin();
  auto y = b.begin();
  while (x != a.end() || y != b.end()) {
    const bool take_x = y == b.end() || (x != a.end() && x->first <= y->first);
    const bool take_y = x == a.end() || (y != b.end() && y->first <= x->first);
    const double difference = (take_x ? x->second : 0.0) - (take_y ? y->second : 0.0);
    sum += difference * difference;
    if (take_x) ++x;
    if (take_y) ++y;
  }
  return sum;
}

TfIdf::TfIdf(std::span<const TokenIds> prompts) {
  for (const TokenIds& prompt : prompts) {
    for (const std::int32_t token : std::set<std::int32_t>(prompt.begin(), prompt.end())) weights_[token] += 1.0;
  }
  const double known = 1.0 + static_cast<double>(prompts.size());
  for (auto& [token, weight] : weights_) weight = std::log(known / (1.0 + weight)) + 1.0;
}

TokenVector TfIdf::vector(std::span<const std::int32_t> prompt) const {
  TokenVector vector;
  for (const std::int32_t token : prompt) {
    const auto known = weights_.find(token);
    if (known != weights_.end()) vector[token] += known->second;
  }
  double square = 0.0;
  for (const auto& [token, value] : vector) square += value * value;
  for (auto& [token, value] : vector) value /= std::sqrt(square);
  return vector;
}

}  // namespace shoal::evaluation
