#include "task/scorer/reward_model.hpp"

#include "model/decoding/batch_limit.hpp"
#include "model/decoding/text_score.hpp"

namespace shoal::task {

RewardModel::RewardModel(const std::filesystem::path& folder, const RewardPlace& place)
    : tokenizer_(text::Tokenizer::load(folder)),
      variant_(model::LanguageModel::load(folder, place.precision, place.device, {}, model::Head::score), {}),
      most_tokens_(model::automatic_batch_tokens(variant_.base(), place.other_bytes, place.sharers)) {}

std::vector<std::int32_t> RewardModel::tokens(const Exchange& exchange, bool as_chat) const {
  auto ids = as_chat ? tokenizer_.encode_chat(exchange.prompt, exchange.output)
                     : tokenizer_.encode(exchange.prompt + exchange.output);
  const auto context = static_cast<std::size_t>(variant_.base().config().context);
  if (ids.size() > context) ids.erase(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(context));
  return ids;
}

std::vector<double> RewardModel::rewards(std::span<const Exchange> exchanges, bool as_chat,
                                         const std::function<bool()>& cancelled) const {
  std::vector<std::vector<std::int32_t>> texts;
  for (const Exchange& exchange : exchanges) texts.push_back(tokens(exchange, as_chat));
  if (cancelled()) throw model::Cancelled{};
  return model::score_texts_in_parts(variant_, texts, {}, most_tokens_);
}

std::shared_ptr<const RewardModel> RewardModels::load(const std::filesystem::path& folder) {
  auto& model = models_[std::filesystem::weakly_canonical(folder)];
  if (!model) model = std::make_shared<const RewardModel>(folder, place_);
  return model;
}

std::size_t RewardModels::bytes() const {
  std::size_t total = 0;
  for (const auto& [folder, model] : models_) total += model->bytes();
  return total;
}

}  // namespace shoal::task
