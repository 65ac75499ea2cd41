#include "model/parameters/linear_group.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "weights/low_rank.hpp"

namespace shoal::model {

namespace {

LinearGroup::Part part(const std::string& module, std::int64_t out_features) {
  return {module, out_features, module + ".weight"};
}

std::int64_t out_features(const LinearGroup& group) {
  std::int64_t total = 0;
  for (const auto& each : group.parts) total += each.out_features;
  return total;
}

at::Tensor stack(const std::vector<at::Tensor>& tensors) { return tensors.size() == 1 ? tensors[0] : at::cat(tensors); }

at::Tensor fetch_bias(const LinearGroup& group, const Parameters& parameters, const at::TensorOptions& options) {
  if (!group.bias) return {};
  std::vector<at::Tensor> biases;
  for (const auto& each : group.parts) {
    biases.push_back(parameters.fetch(each.module + ".bias", {each.out_features}, options));
  }
  return stack(biases);
}

void check_shape(const LinearGroup& group, const LinearGroup::Part& each, const weights::LowRank& factors) {
  const bool fits = factors.a.dim() == 2 && factors.b.dim() == 2 && factors.a.size(1) == group.in_features &&
                    factors.b.size(0) == each.out_features && factors.a.size(0) == factors.b.size(1);
  if (fits) return;
  fail(ExitCode::input,
       "An adapter of {} does not fit the model (A is [{}] and B is [{}]; the layer maps {} to {} features). Use "
       "adapters "
       "trained on this model.",
       each.module, fmt::join(factors.a.sizes(), ", "), fmt::join(factors.b.sizes(), ", "), group.in_features,
       each.out_features);
}

}  // namespace

LayerGroups layer_groups(const ModelConfig& config, std::int64_t layer) {
  const std::string prefix = fmt::format("model.layers.{}.", layer);
  const auto attention = [&](const char* name, std::int64_t size) { return part(prefix + "self_attn." + name, size); };
  const auto mlp = [&](const char* name, std::int64_t size) { return part(prefix + "mlp." + name, size); };
  return {
      .qkv = {{attention("q_proj", config.query_size()), attention("k_proj", config.kv_size()),
               attention("v_proj", config.kv_size())},
              config.hidden_size,
              config.attention_bias},
      .output = {{attention("o_proj", config.hidden_size)}, config.query_size(), config.output_bias},
      .gate_up = {{mlp("gate_proj", config.intermediate_size), mlp("up_proj", config.intermediate_size)},
                  config.hidden_size,
                  config.mlp_bias},
      .down = {{mlp("down_proj", config.hidden_size)}, config.intermediate_size, config.mlp_bias},
  };
}

LinearGroup head_group(const ModelConfig& config) {
  const char* const weight = config.tie_word_embeddings ? "model.embed_tokens.weight" : "lm_head.weight";
  return {{{"lm_head", config.vocabulary_size, weight}}, config.hidden_size, false};
}

Linear build(const LinearGroup& group, const Parameters& parameters, const at::TensorOptions& options) {
  std::vector<at::Tensor> weights;
  for (const auto& each : group.parts) {
    weights.push_back(parameters.fetch(each.weight, {each.out_features, group.in_features}, options));
  }
  return Linear(stack(weights), fetch_bias(group, parameters, options));
}

AdaptedLinear adapt(const LinearGroup& group, const Linear& base,
                    const std::map<std::string, weights::LowRank>& factors, const at::TensorOptions& options) {
  std::vector<at::Tensor> a;
  std::vector<at::Tensor> b;  // [out of the whole group, rank], zero outside the part's own rows
  std::int64_t row = 0;
  for (const auto& each : group.parts) {
    if (const auto found = factors.find(each.module); found != factors.end()) {
      check_shape(group, each, found->second);
      a.push_back(found->second.a.to(options));
      b.push_back(at::zeros({out_features(group), found->second.b.size(1)}, options));
      // The scale goes into B before it is rounded to the compute type.
      b.back().narrow(0, row, each.out_features).copy_(found->second.b.to(at::kFloat) * found->second.scale);
    }
    row += each.out_features;
  }
  return a.empty() ? AdaptedLinear(base) : AdaptedLinear(base, at::cat(a), at::cat(b, 1));
}

Linear fold(const LinearGroup& group, const Parameters& parameters,
            const std::map<std::string, weights::LowRank>& factors, const at::TensorOptions& options) {
  std::vector<at::Tensor> weights;
  for (const auto& each : group.parts) {
    at::Tensor weight =
        parameters.fetch(each.weight, {each.out_features, group.in_features}, options.dtype(at::kFloat));
    if (const auto found = factors.find(each.module); found != factors.end()) {
      check_shape(group, each, found->second);
      weight = weights::fold(weight, found->second);
    }
    weights.push_back(weight.to(options));
  }
  return Linear(stack(weights), fetch_bias(group, parameters, options));
}

bool any_adapted(const LinearGroup& group, const std::map<std::string, weights::LowRank>& factors) {
  return std::any_of(group.parts.begin(), group.parts.end(),
                     [&](const LinearGroup::Part& each) { return factors.contains(each.module); });
}

bool any_replaced(const LinearGroup& group, const Parameters& parameters) {
  return std::any_of(group.parts.begin(), group.parts.end(), [&](const LinearGroup::Part& each) {
    return parameters.replaces(each.weight) || (group.bias && parameters.replaces(each.module + ".bias"));
  });
}

}  // namespace shoal::model
