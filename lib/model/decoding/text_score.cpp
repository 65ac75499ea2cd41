#include "model/decoding/text_score.hpp"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "model/compute_stream.hpp"
#include "model/decoding/batch_parts.hpp"
#include "model/decoding/decoder.hpp"
#include "model/decoding/prompt_check.hpp"
#include "model/decoding/prompt_tree.hpp"
#include "model/parameters/decoder_weights.hpp"

namespace shoal::model {

namespace {

std::int64_t length(std::span<const TokenId> tokens) { return static_cast<std::int64_t>(tokens.size()); }

std::span<const TokenId> without_filling(std::span<const TokenId> text, std::optional<TokenId> pad) {
  while (pad && text.size() > 1 && text.back() == *pad) text = text.first(text.size() - 1);
  return text;
}

// score = w . h of each row, in float64: one order of summation, however many rows there are.
std::vector<double> products(const at::Tensor& hidden, const at::Tensor& weight) {
  const at::Tensor rows = hidden.to(at::kCPU, at::kDouble).contiguous();
  const at::Tensor factors = weight.to(at::kCPU, at::kDouble).contiguous();
  const auto size = rows.size(1);
  std::vector<double> scores;
  for (std::int64_t row = 0; row < rows.size(0); ++row) {
    const auto* state = rows.const_data_ptr<double>() + row * size;
    double sum = 0.0;
    for (std::int64_t i = 0; i < size; ++i) sum += state[i] * factors.const_data_ptr<double>()[i];
    scores.push_back(sum);
  }
  return scores;
}

std::int64_t added_tokens(std::span<const std::vector<TokenId>> texts, std::size_t first, std::size_t index) {
  std::ptrdiff_t shared = 0;
  if (index != first) shared = std::ranges::mismatch(texts[index - 1], texts[index]).in2 - texts[index].begin();
  return length(texts[index]) - shared;
}

}  // namespace

std::vector<double> score_texts(const ModelVariant& variant, std::span<const std::vector<TokenId>> texts,
                                const GenerationOptions& options) {
  const c10::InferenceMode inference;
  const ModelConfig& config = variant.base().config();
  expect(config.head == Head::score, "texts are scored by models with a score.");
  if (texts.empty()) return {};
  std::vector<std::span<const TokenId>> read;
  std::int64_t longest = 0;
  for (const auto& text : texts) {
    check_prompt(config, text, 0);
    read.push_back(without_filling(text, config.pad_id));
    longest = std::max(longest, length(read.back()));
  }
  const PromptTree tree(read, options.prefix_sharing);
  const ComputeStream stream(variant.base().device());
  Decoder decoder(variant, tree.rows(), longest, options.cancelled, options.steps);
  return products(decoder.hidden(batch_of(tree)), variant.weights().score);
}

std::vector<double> score_texts_in_parts(const ModelVariant& variant, std::span<const std::vector<TokenId>> texts,
                                         const GenerationOptions& options, std::atomic<std::int64_t>& most_tokens) {
  const PartsPlan plan{texts.size(), [&](std::size_t first, std::size_t i) { return added_tokens(texts, first, i); },
                       [&](std::size_t i) { return fmt::format("A text of {} tokens", texts[i].size()); }};
  std::vector<double> all;
  work_in_parts(plan, most_tokens, [&](std::size_t first, std::size_t count) {
    std::ranges::copy(score_texts(variant, texts.subspan(first, count), options), std::back_inserter(all));
  });
  return all;
}

}  // namespace shoal::model
