#include "task/scorer/reward_scorer.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "model/model_config.hpp"
#include "task/scorer/reward_model.hpp"
#include "text/chat_template.hpp"

namespace shoal::task {
namespace {

constexpr double shortest = 10.0;  // tokens
constexpr double longest = 201.0;

// A template that is asked for and not there is told when it is loaded.
bool renders_chats(const RewardConfig& config) {
  const bool exists = text::ChatTemplate::exists(config.model);
  if (config.chat_template.value_or(exists) && !exists) text::ChatTemplate::load(config.model);
  return config.chat_template.value_or(exists);
}

}  // namespace

const EnumNames<RewardVariant>& reward_variant_names() {
  static const EnumNames<RewardVariant> names{"plain", "verbose", "concise"};
  return names;
}

double normalised_reward(const RewardConfig& config, double reward) {
  return std::clamp((reward - config.minimum) / (config.maximum - config.minimum), 0.0, 1.0);
}

double length_score(std::size_t tokens) {
  return std::clamp((static_cast<double>(tokens) - shortest) / (longest - shortest), 0.0, 1.0);
}

double reward_score(const RewardConfig& config, double reward, std::size_t tokens) {
  const double value = normalised_reward(config, reward);
  if (config.variant == RewardVariant::plain) return value;
  const double longer = length_score(tokens);
  return 0.5 * (value + (config.variant == RewardVariant::verbose ? longer : 1.0 - longer));
}

RewardScorer::RewardScorer(RewardConfig config) : config_(std::move(config)), as_chat_(renders_chats(config_)) {
  model::ModelConfig::load(config_.model, model::Head::score);
}

void RewardScorer::prepare(RewardModels& models) { model_ = models.load(config_.model); }

std::vector<std::optional<double>> RewardScorer::score(std::span<const Answer> answers,
                                                       const std::function<bool()>& cancelled) const {
  std::vector<std::optional<double>> scores;
  for (const Scored& scored : score_in_detail(answers, cancelled)) scores.push_back(scored.score);
  return scores;
}

std::vector<Scored> RewardScorer::score_in_detail(std::span<const Answer> answers,
                                                  const std::function<bool()>& cancelled) const {
  expect(model_ != nullptr, "a reward model is loaded before it scores.");
  std::vector<Exchange> exchanges;
  for (const Answer& answer : answers) exchanges.push_back({answer.prompt, answer.output});
  const std::vector<double> rewards = model_->rewards(exchanges, as_chat_, cancelled);
  std::vector<Scored> scored;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto tokens = answers[i].tokens;
    scored.push_back(
        {reward_score(config_, rewards[i], tokens), {{"reward", rewards[i]}, {"tokens", static_cast<double>(tokens)}}});
  }
  return scored;
}

}  // namespace shoal::task
