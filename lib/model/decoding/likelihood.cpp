#include "model/decoding/likelihood.hpp"

#include <ATen/ops/log_softmax.h>
#include <ATen/ops/tensor.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "model/compute_stream.hpp"
#include "model/decoding/batch_parts.hpp"
#include "model/decoding/decoder.hpp"
#include "model/decoding/prompt_check.hpp"
#include "model/decoding/prompt_tree.hpp"

namespace shoal::model {

namespace {

constexpr std::int64_t rows_at_once = 128;  // of logits over the whole vocabulary

std::int64_t length(std::span<const TokenId> tokens) { return static_cast<std::int64_t>(tokens.size()); }

void check_request(const ModelConfig& config, const LikelihoodRequest& request) {
  if (request.continuation.empty()) {
    fail(ExitCode::input,
         "A text to be measured is empty (no token has a probability). Remove the example or fill it in.");
  }
  check_prompt(config, request.prompt, length(request.continuation) - 1);
  check_vocabulary(config, request.continuation);
}

// What the model reads of a request: its last token is only predicted.
std::vector<TokenId> tokens_read(const LikelihoodRequest& request) {
  std::vector<TokenId> tokens(request.prompt.begin(), request.prompt.end());
  tokens.insert(tokens.end(), request.continuation.begin(), std::prev(request.continuation.end()));
  return tokens;
}

/// A token whose probability is wanted, and where it is predicted.
struct Target {
  std::int64_t place;  // index of the hidden state
  TokenId token;
};

/// Collects the rows at which targets are predicted, each once: options of a question share their first.
class Targets {
 public:
  explicit Targets(const PromptTree& tree)
      : batch_(rows_of(tree)), places_(static_cast<std::size_t>(tree.rows()), -1) {}

  /// `path`: cache rows of what is read of the request.
  void add(const LikelihoodRequest& request, const std::vector<KeySpan>& path) {
    std::vector<KeySpan> keys;
    std::int64_t position = 0;
    for (const KeySpan& span : path) {
      keys.push_back({span.first, 0});
      for (std::int64_t row = span.first; row < span.first + span.count; ++row, ++position) {
        ++keys.back().count;
        const auto predicted = position + 1 - length(request.prompt);
        if (predicted >= 0) add(row, keys, request.continuation[static_cast<std::size_t>(predicted)]);
      }
    }
  }

  const TokenBatch& batch() const { return batch_; }
  const std::vector<Target>& all() const { return targets_; }

 private:
  void add(std::int64_t row, const std::vector<KeySpan>& keys, TokenId token) {
    std::int64_t& place = places_[static_cast<std::size_t>(row)];
    if (place < 0) {
      place = static_cast<std::int64_t>(batch_.wanted.size());
      batch_.want(row, keys);
    }
    targets_.push_back({place, token});
  }

  TokenBatch batch_;
  std::vector<std::int64_t> places_;  // of each row; -1: not wanted
  std::vector<Target> targets_;       // request after request
};

/// The targets that are predicted within the same rows of logits.
struct Chunk {
  std::vector<std::size_t> targets;
  std::vector<std::int64_t> entries;  // of the flattened [rows, vocabulary]
};

std::vector<Chunk> cut(const std::vector<Target>& targets, std::int64_t rows, std::int64_t vocabulary) {
  std::vector<Chunk> chunks(static_cast<std::size_t>((rows + rows_at_once - 1) / rows_at_once));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    Chunk& chunk = chunks[static_cast<std::size_t>(targets[i].place / rows_at_once)];
    chunk.targets.push_back(i);
    chunk.entries.push_back(targets[i].place % rows_at_once * vocabulary + targets[i].token);
  }
  return chunks;
}

// log p(t) = x_t - log sum_v exp(x_v)
std::vector<float> log_probabilities(const Decoder& decoder, const at::Tensor& hidden,
                                     const std::vector<Target>& targets, std::int64_t vocabulary) {
  std::vector<float> values(targets.size());
  std::int64_t first = 0;
  for (const Chunk& chunk : cut(targets, hidden.size(0), vocabulary)) {
    const auto rows = std::min(rows_at_once, hidden.size(0) - first);
    const at::Tensor logits = decoder.logits(hidden.narrow(0, first, rows));
    const at::Tensor entries = at::tensor(chunk.entries, at::kLong).to(hidden.device());
    const at::Tensor found = logits.to(at::kFloat).log_softmax(-1).view(-1).index_select(0, entries).to(at::kCPU);
    for (std::size_t i = 0; i < chunk.targets.size(); ++i) values[chunk.targets[i]] = found.const_data_ptr<float>()[i];
    first += rows;
  }
  return values;
}

// Added up request by request, so that the order of a sum does not depend on the others.
std::vector<Likelihood> sums(std::span<const LikelihoodRequest> requests, const std::vector<float>& values) {
  std::vector<Likelihood> likelihoods;
  auto value = values.begin();
  for (const LikelihoodRequest& request : requests) {
    Likelihood& sum = likelihoods.emplace_back();
    sum.tokens = length(request.continuation);
    for (std::int64_t t = 0; t < sum.tokens; ++t) sum.log_probability += static_cast<double>(*value++);
  }
  return likelihoods;
}

std::int64_t longest(const std::vector<std::vector<TokenId>>& read) {
  std::int64_t most = 0;
  for (const auto& tokens : read) most = std::max(most, length(tokens));
  return most;
}

// Options of one question follow each other and have the same prompt.
std::int64_t added_tokens(const LikelihoodRequest* previous, const LikelihoodRequest& request) {
  std::ptrdiff_t shared = 0;
  if (previous != nullptr) {
    shared = std::ranges::mismatch(previous->prompt, request.prompt).in2 - request.prompt.begin();
  }
  return length(request.prompt) - shared + length(request.continuation);
}

}  // namespace

LikelihoodResult measure(const ModelVariant& variant, std::span<const LikelihoodRequest> requests,
                         const GenerationOptions& options) {
  const c10::InferenceMode inference;
  const ModelConfig& config = variant.base().config();
  LikelihoodResult result;
  if (requests.empty()) return result;
  std::vector<std::vector<TokenId>> read;
  for (const LikelihoodRequest& request : requests) {
    check_request(config, request);
    read.push_back(tokens_read(request));
    result.counts.prompt_tokens += length(read.back());
  }
  const PromptTree tree(std::vector<std::span<const TokenId>>(read.begin(), read.end()), options.prefix_sharing);
  result.counts.prompt_tokens_computed = tree.rows();
  Targets targets(tree);
  for (std::size_t i = 0; i < requests.size(); ++i) targets.add(requests[i], tree.path_of_prompt(i));
  const ComputeStream stream(variant.base().device());
  Decoder decoder(variant, tree.rows(), longest(read), options.cancelled, options.steps);
  const at::Tensor hidden = decoder.hidden(targets.batch());
  result.likelihoods = sums(requests, log_probabilities(decoder, hidden, targets.all(), config.vocabulary_size));
  return result;
}

LikelihoodResult measure_in_parts(const ModelVariant& variant, std::span<const LikelihoodRequest> requests,
                                  const GenerationOptions& options, std::atomic<std::int64_t>& most_tokens) {
  const PartsPlan plan{requests.size(),
                       [&](std::size_t first, std::size_t i) {
                         return added_tokens(i == first ? nullptr : &requests[i - 1], requests[i]);
                       },
                       [&](std::size_t i) {
                         return fmt::format("A prompt of {} tokens and a text of {}", requests[i].prompt.size(),
                                            requests[i].continuation.size());
                       }};
  LikelihoodResult all;
  work_in_parts(plan, most_tokens, [&](std::size_t first, std::size_t count) {
    LikelihoodResult part = measure(variant, requests.subspan(first, count), options);
    std::ranges::move(part.likelihoods, std::back_inserter(all.likelihoods));
    all.counts += part.counts;
  });
  return all;
}

}  // namespace shoal::model
