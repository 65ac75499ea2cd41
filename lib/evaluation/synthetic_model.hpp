#pragma once

#include <cstdint>
#include <functional>

#include "swarm/coordinates.hpp"

namespace shoal::evaluation {

/// Stands in for the model when scale itself is tested (evaluation.synthetic): scores that depend on position and
/// example alone, after a time that depends on the prompts. Never a result: whatever it gives is marked as synthetic.
class SyntheticModel {
 public:
  /// `seconds_per_token`: of a prompt.
  SyntheticModel(double seconds_per_token, std::uint64_t seed) : seconds_per_token_(seconds_per_token), seed_(seed) {}

  /// Waits as long as so many tokens take, without using a core; `poll` is called now and then and may throw.
  void compute(std::int64_t tokens, const std::function<void()>& poll) const;

  /// 1 where the position lies close to a target in the example's own direction, else 0: like an accuracy, with its
  /// best somewhere between the experts.
  double score(const swarm::Coordinates& position, std::size_t example) const;

 private:
  double seconds_per_token_;
  std::uint64_t seed_;
};

}  // namespace shoal::evaluation
