#pragma once

#include <vector>

#include "model/parameters/adapters.hpp"
#include "model/parameters/linear_group.hpp"

namespace shoal::model {

/// One decoder layer, ready to multiply. Tensors are shared between variants until something replaces them.
struct DecoderLayer {
  at::Tensor input_norm;  ///< [hidden]
  AdaptedLinear qkv;      ///< hidden -> query + 2 kv
  AdaptedLinear output;   ///< query -> hidden
  at::Tensor post_norm;   ///< [hidden]
  AdaptedLinear gate_up;  ///< hidden -> 2 intermediate
  AdaptedLinear down;     ///< intermediate -> hidden
};

struct DecoderWeights {
  at::Tensor embedding;  ///< [vocabulary, hidden]
  std::vector<DecoderLayer> layers;
  at::Tensor norm;     ///< [hidden]
  AdaptedLinear head;  ///< hidden -> vocabulary; empty for Head::score
  at::Tensor score;    ///< [1, hidden]; Head::score only

  std::size_t bytes() const;
};

/// Reads and packs everything. Throws Error{input} for missing or misshaped parameters.
DecoderWeights build_decoder(const ModelConfig& config, const Parameters& parameters, const at::TensorOptions& options);

/// Whether two variants differ in their low-rank factors at most, so that one product with the shared weights serves
/// rows of both.
bool share_weights(const DecoderWeights& a, const DecoderWeights& b);

/// `base` with the replaced parameters and low-rank factors of `delta`; everything else is shared with `base`.
/// Throws Error{input} when the delta names something that the model lacks or has in another shape.
DecoderWeights apply_delta(const DecoderWeights& base, const ModelConfig& config,
                           const weights::SafetensorsFolder& folder, const weights::ModelDelta& delta,
                           const at::TensorOptions& options, Adapters adapters);

}  // namespace shoal::model
