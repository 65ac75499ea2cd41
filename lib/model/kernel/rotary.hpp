#pragma once

#include <ATen/core/Tensor.h>

#include "model/model_config.hpp"

namespace shoal::model {

/// Cosines and sines of rotary position embeddings, one row per position.
/// cosine, sine: float32 [positions, head_dim / 2], already rounded to the compute type as Hugging Face does.
struct RotaryTable {
  at::Tensor cosine;
  at::Tensor sine;
};

/// angle(p, i) = p * theta^(-2i/d), with the scaling of `settings`; computed in float32 like transformers.
RotaryTable make_rotary_table(const RopeSettings& settings, std::int64_t head_dim, std::int64_t positions,
                              at::ScalarType compute_type);

}  // namespace shoal::model
