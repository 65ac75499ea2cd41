#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/model_config.hpp"
#include "model/parameters/adapted_linear.hpp"
#include "model/parameters/parameters.hpp"
#include "weights/model_delta.hpp"

namespace shoal::model {

/// Linear modules that read the same input and are therefore one matrix product (query, key, value; gate, up).
struct LinearGroup {
  struct Part {
    std::string module;  ///< "model.layers.0.self_attn.q_proj"
    std::int64_t out_features;
    std::string weight;  ///< parameter name; the embedding for a tied output head
  };
  std::vector<Part> parts;
  std::int64_t in_features = 0;
  bool bias = false;
};

/// The four groups of one layer, in order of use.
struct LayerGroups {
  LinearGroup qkv;
  LinearGroup output;
  LinearGroup gate_up;
  LinearGroup down;
};

LayerGroups layer_groups(const ModelConfig& config, std::int64_t layer);
LinearGroup head_group(const ModelConfig& config);

/// Stacks and packs the weights. Throws Error{input} for missing or misshaped parameters.
Linear build(const LinearGroup& group, const Parameters& parameters, const at::TensorOptions& options);

/// Adds the low-rank parts of `factors` that belong to `group`. Throws Error{input} when a shape does not fit.
AdaptedLinear adapt(const LinearGroup& group, const Linear& base,
                    const std::map<std::string, weights::LowRank>& factors, const at::TensorOptions& options);

/// The same low-rank parts added into the weights (in float32, rounded once to the compute type): W + sum scale B A, a
/// matrix of its own. Throws Error{input} when a shape does not fit.
Linear fold(const LinearGroup& group, const Parameters& parameters,
            const std::map<std::string, weights::LowRank>& factors, const at::TensorOptions& options);

bool any_adapted(const LinearGroup& group, const std::map<std::string, weights::LowRank>& factors);
bool any_replaced(const LinearGroup& group, const Parameters& parameters);

}  // namespace shoal::model
