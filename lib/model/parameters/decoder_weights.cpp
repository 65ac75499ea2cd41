#include "model/parameters/decoder_weights.hpp"

#include <algorithm>
#include <set>

#include "base/error.hpp"

namespace shoal::model {

namespace {

const std::string embedding_name = "model.embed_tokens.weight";
const std::string norm_name = "model.norm.weight";
const std::string score_name = "score.weight";

std::string input_norm_name(std::int64_t layer) { return fmt::format("model.layers.{}.input_layernorm.weight", layer); }

std::string post_norm_name(std::int64_t layer) {
  return fmt::format("model.layers.{}.post_attention_layernorm.weight", layer);
}

/// Calls visit(group, member) for the four groups of a layer.
template <typename Layer, typename Visit>
void for_each_group(const ModelConfig& config, std::int64_t index, Layer& layer, const Visit& visit) {
  const LayerGroups groups = layer_groups(config, index);
  visit(groups.qkv, layer.qkv);
  visit(groups.output, layer.output);
  visit(groups.gate_up, layer.gate_up);
  visit(groups.down, layer.down);
}

void add_names(const LinearGroup& group, std::set<std::string>& modules, std::set<std::string>& parameters) {
  for (const auto& part : group.parts) {
    modules.insert(part.module);
    parameters.insert(part.module + ".weight");
    if (group.bias) parameters.insert(part.module + ".bias");
  }
}

// A misspelt layer must not be ignored: the particle would be evaluated as something else.
void check_names(const ModelConfig& config, const weights::ModelDelta& delta) {
  std::set<std::string> modules;
  std::set<std::string> parameters{embedding_name, norm_name};
  if (config.head == Head::next_token) add_names(head_group(config), modules, parameters);
  for (std::int64_t i = 0; i < config.layers; ++i) {
    const LayerGroups groups = layer_groups(config, i);
    for (const auto* group : {&groups.qkv, &groups.output, &groups.gate_up, &groups.down}) {
      add_names(*group, modules, parameters);
    }
    parameters.insert({input_norm_name(i), post_norm_name(i)});
  }
  const auto reject = [](const std::string& name) {
    fail(ExitCode::input, "The model has no {} (an expert changes it). Use experts of this model.", name);
  };
  for (const auto& [name, factors] : delta.low_rank) {
    if (!modules.contains(name)) reject(name);
  }
  for (const auto& [name, values] : delta.full) {
    if (!parameters.contains(name)) reject(name);
  }
}

void replace(at::Tensor& vector, const std::string& name, const Parameters& parameters,
             const at::TensorOptions& options) {
  if (parameters.replaces(name)) vector = parameters.fetch(name, vector.sizes().vec(), options);
}

}  // namespace

std::size_t DecoderWeights::bytes() const {
  std::size_t total = embedding.nbytes() + norm.nbytes() + head.base().bytes();
  if (score.defined()) total += score.nbytes();
  for (const DecoderLayer& layer : layers) {
    total += layer.input_norm.nbytes() + layer.post_norm.nbytes();
    for (const auto* part : {&layer.qkv, &layer.output, &layer.gate_up, &layer.down}) total += part->base().bytes();
  }
  return total;
}

bool share_weights(const DecoderWeights& a, const DecoderWeights& b) {
  const auto same = [](const AdaptedLinear& left, const AdaptedLinear& right) {
    return left.base().is_same(right.base());
  };
  const auto same_layer = [&](const DecoderLayer& left, const DecoderLayer& right) {
    return left.input_norm.is_same(right.input_norm) && left.post_norm.is_same(right.post_norm) &&
           same(left.qkv, right.qkv) && same(left.output, right.output) && same(left.gate_up, right.gate_up) &&
           same(left.down, right.down);
  };
  return a.embedding.is_same(b.embedding) && a.norm.is_same(b.norm) && same(a.head, b.head) &&
         std::ranges::equal(a.layers, b.layers, same_layer);
}

DecoderWeights build_decoder(const ModelConfig& config, const Parameters& parameters,
                             const at::TensorOptions& options) {
  DecoderWeights weights;
  weights.embedding = parameters.fetch(embedding_name, {config.vocabulary_size, config.hidden_size}, options);
  weights.norm = parameters.fetch(norm_name, {config.hidden_size}, options);
  if (config.head == Head::score) {
    weights.score = parameters.fetch(score_name, {1, config.hidden_size}, options);
  } else {
    weights.head = AdaptedLinear(build(head_group(config), parameters, options));
  }
  for (std::int64_t i = 0; i < config.layers; ++i) {
    DecoderLayer& layer = weights.layers.emplace_back();
    layer.input_norm = parameters.fetch(input_norm_name(i), {config.hidden_size}, options);
    layer.post_norm = parameters.fetch(post_norm_name(i), {config.hidden_size}, options);
    for_each_group(config, i, layer, [&](const LinearGroup& group, AdaptedLinear& linear) {
      linear = AdaptedLinear(build(group, parameters, options));
    });
    parameters.release();  // the layer has been packed: file and packed weights need not be in memory at once
  }
  return weights;
}

DecoderWeights apply_delta(const DecoderWeights& base, const ModelConfig& config,
                           const weights::SafetensorsFolder& folder, const weights::ModelDelta& delta,
                           const at::TensorOptions& options, Adapters adapters) {
  check_names(config, delta);
  const Parameters parameters(folder, delta.full);
  const auto change = [&](const LinearGroup& group, AdaptedLinear& linear) {
    if (adapters == Adapters::folded && any_adapted(group, delta.low_rank)) {
      linear = AdaptedLinear(fold(group, parameters, delta.low_rank, options));
      return;
    }
    const Linear plain = any_replaced(group, parameters) ? build(group, parameters, options) : linear.base();
    linear = adapt(group, plain, delta.low_rank, options);
  };
  DecoderWeights weights = base;
  replace(weights.embedding, embedding_name, parameters, options);
  replace(weights.norm, norm_name, parameters, options);
  if (config.head == Head::next_token) change(head_group(config), weights.head);
  for (std::int64_t i = 0; i < config.layers; ++i) {
    DecoderLayer& layer = weights.layers[static_cast<std::size_t>(i)];
    replace(layer.input_norm, input_norm_name(i), parameters, options);
    replace(layer.post_norm, post_norm_name(i), parameters, options);
    for_each_group(config, i, layer, change);
  }
  return weights;
}

}  // namespace shoal::model
