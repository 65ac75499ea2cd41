#pragma once

#include <ATen/core/Tensor.h>

#include "model/kernel/attention_segment.hpp"
#include "model/kernel/row_kernels.hpp"
#include "model/kernel/row_operations.hpp"

namespace shoal::model {

// The work between the matrix products on a GPU, by kernels of ours. Each call queues a kernel on the current stream of
// the tensors' device. Tensors are contiguous, float32 or bfloat16. Builds without GPUs throw Error{internal}.

/// As add_norm (row_operations.hpp), into `out` [rows, hidden].
void add_norm_on_device(const at::Tensor& residual, const at::Tensor& update, const at::Tensor& weight, double eps,
                        const at::Tensor& out);

/// As gate, into `out` [rows, intermediate].
void gate_on_device(const at::Tensor& gate_up, const at::Tensor& out);

/// As rotate_and_store; `plan` points at the device's memory.
void rotate_and_store_on_device(const at::Tensor& qkv, const RotationPlan& plan, const AttentionBuffers& buffers);

/// Attention of a step of decoding, into `out` [rows, heads head_dim]: row r looks at the cache rows key_rows[r, j] for
/// j <= positions[r]. key_rows int32 [rows, columns], positions int64 [rows]; heads of at most longest_step_head.
void attend_steps_on_device(const AttentionShape& shape, const AttentionBuffers& buffers, const at::Tensor& key_rows,
                            const at::Tensor& positions, const at::Tensor& out);

}  // namespace shoal::model
