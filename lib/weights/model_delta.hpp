#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace shoal::weights {

/// One adapted linear layer: W x becomes W x + scale * B (A x).
/// Shapes: a [rank, in_features], b [out_features, rank].
struct LowRank {
  at::Tensor a;
  at::Tensor b;
  double scale = 1.0;
};

/// What a position changes in the base model, ready to be evaluated or exported.
/// `low_rank` is keyed by module path ("model.layers.0.self_attn.q_proj"); `full` replaces whole parameters and is
/// keyed by parameter name ("model.layers.0.self_attn.q_proj.weight"). Empty for the base itself.
struct ModelDelta {
  std::map<std::string, LowRank> low_rank;
  std::map<std::string, at::Tensor> full;
};

}  // namespace shoal::weights
