#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/enum_names.hpp"

namespace shoal::task {

/// What an answer is worth beside its reward: nothing more, its length, or its brevity.
enum class RewardVariant { plain, verbose, concise };

/// "plain", "verbose", "concise".
const EnumNames<RewardVariant>& reward_variant_names();

/// The reward model of a task of type reward.
struct RewardConfig {
  std::filesystem::path model;  ///< Hugging Face folder of a ...ForSequenceClassification with one label
  double minimum = 0.0;         ///< the reward that becomes the score 0
  double maximum = 1.0;         ///< the reward that becomes the score 1
  RewardVariant variant = RewardVariant::plain;
  std::optional<bool> chat_template;  ///< the reward model's own; empty: if it has one
};

}  // namespace shoal::task
