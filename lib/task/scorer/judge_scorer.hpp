#pragma once

#include "task/scorer/endpoint.hpp"
#include "task/scorer/scorer.hpp"

namespace shoal::task {

/// A chat model that rates answers from 1 to 10 (OpenAI-compatible chat completions), one request per answer. The
/// rating is read off a line of its own, "Rating: 7"; the last one counts; (rating - 1) / 9 is the score.
class JudgeScorer : public Scorer {
 public:
  explicit JudgeScorer(const ServiceConfig& config);
  std::vector<std::optional<double>> score(std::span<const Answer> answers,
                                           const std::function<bool()>& cancelled) const override;

  /// The rating in a judge's words.
  static std::optional<double> rating_in(const std::string& words);

 private:
  std::string request_for(const Answer& answer) const;

  std::string model_;
  std::string question_;
  Endpoint endpoint_;
};

}  // namespace shoal::task
