#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model/parameters/model_variant.hpp"
#include "weights/pool/expert_pool.hpp"

namespace shoal::evaluation {

/// The experts of a token swarm: models of their own, of any architecture, with the vocabulary of one base. Adapters
/// share the base's weights. In memory once per process; safe to use from several threads.
class ExpertModels {
 public:
  using Folders = std::span<const std::filesystem::path>;

  /// The checks of `load` that need no weights: adapters fit the base; whole models have an architecture that this
  /// build knows, and the base's vocabulary: as many scores, the same token for every id, and the same tokens that end
  /// an answer. Throws Error{input} naming the expert and the first thing that does not fit.
  static void check(Folders folders, const std::filesystem::path& base);

  /// Reads PEFT adapters of the base and whole models, in the order given, for the base's device and precision. `base`
  /// was read from `base_folder`. Whole models are looked through for weights that are not finite by one rank of the
  /// `share` each. Throws Error{input}, Error{resource}.
  static ExpertModels load(Folders folders, const model::LanguageModel& base, const std::filesystem::path& base_folder,
                           model::Adapters adapters = model::Adapters::separate, const weights::Share& share = {},
                           const weights::WeightSource& source = {});

  /// The tokens that the base and every expert can look back on.
  static std::int64_t context(Folders folders, const std::filesystem::path& base);

  std::size_t size() const { return models_.size(); }
  const model::ModelVariant& operator[](std::size_t expert) const { return models_[expert]; }
  const std::vector<std::string>& names() const { return names_; }  ///< folder names, one per expert
  std::size_t bytes() const { return bytes_; }                      ///< memory held beside the base

  /// The base model, or that of an expert, that needs most memory for a token.
  const model::LanguageModel& most_demanding() const;

 private:
  void add(const std::filesystem::path& folder, const model::LanguageModel& base,
           const std::filesystem::path& base_folder, model::Adapters adapters, const weights::WeightSource& source);

  std::vector<std::string> names_;
  std::vector<model::ModelVariant> models_;
  std::size_t bytes_ = 0;
};

}  // namespace shoal::evaluation
