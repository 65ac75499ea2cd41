#pragma once

#include <ATen/core/Tensor.h>

#include "model/rotary.hpp"

namespace shoal::model {

/// Where packed rows stand and where their keys and values go. Both int64 [rows], on the device of the rows.
struct RowPlacement {
  at::Tensor positions;
  at::Tensor slots;
};

// The passes between the matrix products: fused kernels on CPUs, ATen operations elsewhere. Rows are contiguous.

/// residual += update (in place; nothing when update is undefined), then RMSNorm of the residual, normalised in float32
/// and cast back before the weight is applied, as transformers' LlamaRMSNorm. All [rows, hidden]; weight [hidden].
at::Tensor add_norm(const at::Tensor& residual, const at::Tensor& update, const at::Tensor& weight, double eps);

/// silu(gate) * up of gate_up [rows, 2 intermediate] -> [rows, intermediate].
at::Tensor gate(const at::Tensor& gate_up);

/// Rotates the queries of qkv [rows, query + 2 kv] in place; writes rotated keys, and values, to rows `slots` of the
/// layer's cache, keys and values [cache rows, kv].
void rotate_and_store(const at::Tensor& qkv, std::int64_t head_dim, const RowPlacement& placement,
                      const RotaryTable& table, const at::Tensor& keys, const at::Tensor& values);

}  // namespace shoal::model
