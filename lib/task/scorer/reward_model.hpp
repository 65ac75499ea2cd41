#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/parameters/language_model.hpp"
#include "model/parameters/model_variant.hpp"
#include "text/tokenizer/tokenizer.hpp"

namespace shoal::task {

/// What was asked and what was answered.
struct Exchange {
  std::string prompt;
  std::string output;
};

/// Where reward models compute, and beside what.
struct RewardPlace {
  model::Precision precision = model::Precision::float32;
  at::Device device = at::Device(at::kCPU);
  std::int64_t other_bytes = 0;  ///< of the device's memory that others hold
  int sharers = 1;               ///< threads that score at once
};

/// A reward model with its tokenizer: one number per exchange. Safe to use from several threads.
class RewardModel {
 public:
  /// Throws Error{input}, Error{resource}.
  RewardModel(const std::filesystem::path& folder, const RewardPlace& place);

  /// Rewards as the model gives them, in order. `as_chat`: exchanges are rendered by the model's chat template; else
  /// the output stands behind the prompt. What does not fit into the model's context is cut off at the beginning.
  /// `cancelled` is polled now and then. Throws model::Cancelled.
  std::vector<double> rewards(std::span<const Exchange> exchanges, bool as_chat,
                              const std::function<bool()>& cancelled) const;

  std::size_t bytes() const { return variant_.base().bytes(); }

 private:
  std::vector<std::int32_t> tokens(const Exchange& exchange, bool as_chat) const;

  text::Tokenizer tokenizer_;
  model::ModelVariant variant_;
  mutable std::atomic<std::int64_t> most_tokens_;
};

/// The reward models of a process, each folder loaded once.
class RewardModels {
 public:
  explicit RewardModels(const RewardPlace& place) : place_(place) {}

  /// Throws like RewardModel.
  std::shared_ptr<const RewardModel> load(const std::filesystem::path& folder);

  std::size_t bytes() const;

 private:
  RewardPlace place_;
  std::map<std::filesystem::path, std::shared_ptr<const RewardModel>> models_;
};

}  // namespace shoal::task
