#pragma once

#include "task/scorer/endpoint.hpp"
#include "task/scorer/scorer.hpp"

namespace shoal::task {

/// A service shaped like Perspective's comments:analyze, one request per answer; the score is 1 - the probability of
/// the attribute, so that higher is better.
class ToxicityScorer : public Scorer {
 public:
  explicit ToxicityScorer(const ServiceConfig& config);
  std::vector<std::optional<double>> score(std::span<const Answer> answers,
                                           const std::function<bool()>& cancelled) const override;

 private:
  std::string attribute_;
  Endpoint endpoint_;
};

}  // namespace shoal::task
