#include "evaluation/expert_models.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "model/decoding/batch_limit.hpp"
#include "text/tokenizer/vocabulary.hpp"
#include "weights/pool/full_model_pool.hpp"

namespace shoal::evaluation {
namespace {

namespace fs = std::filesystem;

bool is_adapter(const fs::path& folder) { return weights::ExpertPool::kind_of(folder) == weights::ExpertKind::lora; }

[[noreturn]] void refuse(const fs::path& expert, const fs::path& base, const std::string& difference) {
  fail(ExitCode::input,
       "expert {} has another vocabulary than the model {} ({}). Experts that answer together need the same.",
       expert.string(), base.string(), difference);
}

std::set<std::int32_t> ends_of(const model::ModelConfig& config) {
  return {config.eos_ids.begin(), config.eos_ids.end()};
}

/// What a whole model is compared with.
struct Base {
  fs::path folder;
  model::ModelConfig config;
  text::Tokenizer tokenizer;
};

void check_model(const fs::path& folder, const Base& base) {
  const auto config = model::ModelConfig::load(folder);
  const weights::SafetensorsFolder headers(folder);
  if (config.vocabulary_size != base.config.vocabulary_size) {
    refuse(folder, base.folder,
           fmt::format("{} tokens there and {} here", config.vocabulary_size, base.config.vocabulary_size));
  }
  const std::string difference = text::first_difference(base.tokenizer, text::Tokenizer::load(folder));
  if (!difference.empty()) refuse(folder, base.folder, difference);
  if (ends_of(config) == ends_of(base.config)) return;
  refuse(folder, base.folder,
         fmt::format("answers end with the tokens [{}] there and [{}] here", fmt::join(ends_of(config), ", "),
                     fmt::join(ends_of(base.config), ", ")));
}

}  // namespace

void ExpertModels::check(Folders folders, const fs::path& base) {
  std::optional<Base> here;  // only whole models are compared with it
  for (const fs::path& folder : folders) {
    if (is_adapter(folder)) {
      weights::ExpertPool::check(std::span(&folder, 1), base, weights::MergeSpace::factors);
    } else {
      if (!here) here = Base{base, model::ModelConfig::load(base), text::Tokenizer::load(base)};
      check_model(folder, *here);
    }
  }
}

ExpertModels ExpertModels::load(Folders folders, const model::LanguageModel& base, const fs::path& base_folder,
                                model::Adapters adapters, const weights::Share& share,
                                const weights::WeightSource& source) {
  ExpertModels experts;
  experts.names_ = weights::ExpertPool::names_of(folders);
  for (std::size_t k = 0; k < folders.size(); ++k) {
    experts.add(folders[k], base, base_folder, adapters, source);
    if (k % share.of != share.index || is_adapter(folders[k])) continue;
    const weights::SafetensorsFolder files(folders[k]);
    for (const std::string& name : files.names()) weights::check_finite(files, name);
  }
  return experts;
}

void ExpertModels::add(const fs::path& folder, const model::LanguageModel& base, const fs::path& base_folder,
                       model::Adapters adapters, const weights::WeightSource& source) {
  if (!is_adapter(folder)) {
    const bool is_base = fs::equivalent(folder, base_folder);
    const auto model = is_base ? base : model::LanguageModel::load(folder, base.precision(), base.device(), source);
    models_.emplace_back(model, weights::ModelDelta{});
    if (!is_base) bytes_ += model.bytes();
    return;
  }
  const auto alone = weights::ExpertPool::load(std::span(&folder, 1), base_folder, weights::MergeSpace::factors,
                                               base.device(), {}, source);
  models_.emplace_back(base, alone.materialise(std::vector{1.0}), adapters);
  bytes_ += adapters == model::Adapters::folded ? base.bytes() : alone.bytes();
}

std::int64_t ExpertModels::context(Folders folders, const fs::path& base) {
  std::int64_t least = model::ModelConfig::load(base).context;
  for (const fs::path& folder : folders) {
    if (!is_adapter(folder)) least = std::min(least, model::ModelConfig::load(folder).context);
  }
  return least;
}

const model::LanguageModel& ExpertModels::most_demanding() const {
  const auto need = [](const model::ModelVariant& model) {
    return model::bytes_per_token(model.base().config(), model.base().precision());
  };
  return std::ranges::max_element(models_, {}, need)->base();
}

}  // namespace shoal::evaluation
