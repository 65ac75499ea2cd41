#pragma once

#include <ATen/core/Tensor.h>

#include "model/kernel/rotary.hpp"

namespace shoal::model {

/// Where packed rows stand and where their keys and values go. Both int64 [rows], on the device of the rows.
struct RowPlacement {
  at::Tensor positions;
  at::Tensor slots;

  RowPlacement narrow(std::int64_t first, std::int64_t count) const {
    return {positions.narrow(0, first, count), slots.narrow(0, first, count)};
  }
};

// The passes between the matrix products: one fused kernel each, on CPUs and on GPUs. Rows are contiguous.

/// residual += update (in place; nothing when update is undefined), then RMSNorm of the residual, normalised in float32
/// and cast back before the weight is applied, as transformers' LlamaRMSNorm. All [rows, hidden]; weight [hidden].
at::Tensor add_norm(const at::Tensor& residual, const at::Tensor& update, const at::Tensor& weight, double eps);

/// silu(gate) * up of gate_up [rows, 2 intermediate] -> [rows, intermediate].
at::Tensor gate(const at::Tensor& gate_up);

/// Where the parts of qkv go: queries [rows, query], the layer's cache [cache rows, kv].
struct AttentionBuffers {
  at::Tensor queries;
  at::Tensor keys;
  at::Tensor values;
};

/// Takes qkv [rows, query + 2 kv] apart: rotated queries to `queries`, rotated keys and plain values to rows `slots` of
/// the cache.
void rotate_and_store(const at::Tensor& qkv, std::int64_t head_dim, const RowPlacement& placement,
                      const RotaryTable& table, const AttentionBuffers& buffers);

}  // namespace shoal::model
