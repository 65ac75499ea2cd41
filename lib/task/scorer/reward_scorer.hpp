#pragma once

#include "task/scorer/scorer.hpp"

namespace shoal::task {

class RewardModel;

/// (reward - minimum) / (maximum - minimum), clipped to [0, 1].
double normalised_reward(const RewardConfig& config, double reward);

/// How long an answer is, from 0 (10 tokens or fewer) to 1 (201 or more), as published.
double length_score(std::size_t tokens);

/// The normalised reward, or its mean with the length score (verbose) or with 1 minus that (concise).
double reward_score(const RewardConfig& config, double reward, std::size_t tokens);

/// Scores answers by a reward model in this process.
class RewardScorer : public Scorer {
 public:
  /// Reads the folder's configuration only. Throws Error{input} when it is no reward model that this build knows, or
  /// lacks a chat template that the configuration asks for.
  explicit RewardScorer(RewardConfig config);

  void prepare(RewardModels& models) override;

  std::vector<std::optional<double>> score(std::span<const Answer> answers,
                                           const std::function<bool()>& cancelled) const override;

  /// Details: the reward as the model gives it, and the tokens generated.
  std::vector<Scored> score_in_detail(std::span<const Answer> answers,
                                      const std::function<bool()>& cancelled) const override;

 private:
  RewardConfig config_;
  bool as_chat_;
  std::shared_ptr<const RewardModel> model_;
};

}  // namespace shoal::task
