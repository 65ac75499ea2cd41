#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "model/model_config.hpp"
#include "weights/model_delta.hpp"

namespace shoal::testing {

/// Llama as its description reads: float32, one sequence, every position computed again for every token, no cache, no
/// fused operation. Slow on purpose; the engine is compared with it.
class ReferenceLlama {
 public:
  ReferenceLlama(model::ModelConfig config, std::map<std::string, at::Tensor> parameters,
                 weights::ModelDelta delta = {})
      : config_(std::move(config)), parameters_(std::move(parameters)), delta_(std::move(delta)) {
    for (const auto& [name, values] : delta_.full) parameters_[name] = values.to(at::kFloat);
  }

  /// Logits [vocabulary] after the last token.
  at::Tensor next_logits(const std::vector<std::int32_t>& tokens) const {
    const at::Tensor ids = at::tensor(std::vector<std::int64_t>(tokens.begin(), tokens.end()));
    at::Tensor x = at::index_select(parameter("model.embed_tokens.weight"), 0, ids);
    for (std::int64_t layer = 0; layer < config_.layers; ++layer) {
      const std::string prefix = "model.layers." + std::to_string(layer) + ".";
      x = x + attention(prefix + "self_attn.", norm(x, prefix + "input_layernorm.weight"));
      x = x + mlp(prefix + "mlp.", norm(x, prefix + "post_attention_layernorm.weight"));
    }
    const at::Tensor last = norm(x, "model.norm.weight").slice(0, ids.size(0) - 1);
    if (!config_.tie_word_embeddings) return linear("lm_head", last)[0];
    return at::matmul(last, parameter("model.embed_tokens.weight").t())[0];
  }

  std::vector<std::int32_t> greedy(std::vector<std::int32_t> tokens, int max_new_tokens) const {
    std::vector<std::int32_t> output;
    for (int step = 0; step < max_new_tokens; ++step) {
      const auto token = static_cast<std::int32_t>(next_logits(tokens).argmax().item<std::int64_t>());
      if (config_.ends(token)) break;
      output.push_back(token);
      tokens.push_back(token);
    }
    return output;
  }

 private:
  const at::Tensor& parameter(const std::string& name) const { return parameters_.at(name); }

  at::Tensor linear(const std::string& module, const at::Tensor& x) const {
    at::Tensor y = at::matmul(x, parameter(module + ".weight").t());
    if (parameters_.count(module + ".bias") != 0) y = y + parameter(module + ".bias");
    if (const auto found = delta_.low_rank.find(module); found != delta_.low_rank.end()) {
      const auto& factors = found->second;
      y = y + at::matmul(at::matmul(x, factors.a.t()), factors.b.t()) * factors.scale;
    }
    return y;
  }

  at::Tensor norm(const at::Tensor& x, const std::string& name) const {
    return parameter(name) * x / at::sqrt(x.square().mean(-1, true) + config_.rms_norm_eps);
  }

  at::Tensor mlp(const std::string& prefix, const at::Tensor& x) const {
    const at::Tensor gate = linear(prefix + "gate_proj", x);
    return linear(prefix + "down_proj", gate * at::sigmoid(gate) * linear(prefix + "up_proj", x));
  }

  // x [heads, positions, head_dim]: the pair (i, i + head_dim / 2) turns by position * theta^(-2 i / head_dim).
  at::Tensor turned(const at::Tensor& x) const {
    at::Tensor y = x.clone();
    for (std::int64_t position = 0; position < x.size(1); ++position) {
      for (std::int64_t i = 0; i < config_.head_dim / 2; ++i) {
        const double exponent = -2.0 * static_cast<double>(i) / static_cast<double>(config_.head_dim);
        const double angle = static_cast<double>(position) * std::pow(config_.rope.theta, exponent);
        const at::Tensor a = x.select(1, position).select(1, i);
        const at::Tensor b = x.select(1, position).select(1, i + config_.head_dim / 2);
        y.select(1, position).select(1, i).copy_(a * std::cos(angle) - b * std::sin(angle));
        y.select(1, position).select(1, i + config_.head_dim / 2).copy_(b * std::cos(angle) + a * std::sin(angle));
      }
    }
    return y;
  }

  at::Tensor attention(const std::string& prefix, const at::Tensor& x) const {
    const auto heads = [&](const at::Tensor& y) {  // [positions, n head_dim] -> [heads, positions, head_dim]
      const at::Tensor split = y.view({y.size(0), -1, config_.head_dim}).transpose(0, 1);
      return at::repeat_interleave(split, config_.heads / split.size(0), 0);
    };
    const at::Tensor q = turned(heads(linear(prefix + "q_proj", x)));
    const at::Tensor k = turned(heads(linear(prefix + "k_proj", x)));
    const at::Tensor v = heads(linear(prefix + "v_proj", x));
    const at::Tensor scores = at::matmul(q, k.transpose(1, 2)) / std::sqrt(static_cast<double>(config_.head_dim));
    const at::Tensor future = at::ones({x.size(0), x.size(0)}, at::kBool).triu(1);
    const at::Tensor weights = at::softmax(scores.masked_fill(future, -INFINITY), -1);
    return linear(prefix + "o_proj", at::matmul(weights, v).transpose(0, 1).reshape({x.size(0), -1}));
  }

  model::ModelConfig config_;
  std::map<std::string, at::Tensor> parameters_;
  weights::ModelDelta delta_;
};

}  // namespace shoal::testing
