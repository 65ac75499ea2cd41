#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "evaluation/workload.hpp"

namespace shoal::evaluation {

/// A sparse vector over tokens.
using TokenVector = std::map<std::int32_t, double>;

/// The squared Euclidean distance.
double squared_distance(const TokenVector& a, const TokenVector& b);

/// How much each token says about a prompt: its count times ln((1 + n) / (1 + n_token)) + 1, where n_token of the n
/// known prompts contain it; vectors have length 1. As scikit-learn's TfidfVectorizer does it.
class TfIdf {
 public:
  explicit TfIdf(std::span<const TokenIds> prompts);

  /// Tokens that no known prompt contains are left out; a prompt of none but such is the zero vector.
  TokenVector vector(std::span<const std::int32_t> prompt) const;

 private:
  TokenVector weights_;
};

}  // namespace shoal::evaluation
