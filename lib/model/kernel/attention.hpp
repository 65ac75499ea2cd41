#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "model/kernel/attention_segment.hpp"
#include "model/kernel/row_operations.hpp"

namespace shoal::model {

/// Attention of packed rows over the cache of one layer. queries [rows, heads head_dim], rotated; keys, values
/// [cache rows, kv_heads head_dim], those of the rows already stored. Rows that belong to no
/// segment are undefined in the result [rows, heads head_dim].
at::Tensor attend(const AttentionShape& shape, std::span<const AttentionSegment> segments, const at::Tensor& queries,
                  const at::Tensor& keys, const at::Tensor& values);

/// The same in ATen operations only, for what no kernel knows on a GPU.
at::Tensor attend_with_aten(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                            const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values);

/// Attention of a step of decoding whose shapes stay: row r looks at the cache rows key_rows[r, j] for j <=
/// positions[r]. buffers: queries [rows, heads head_dim], the layer's cache; key_rows int32 [rows, columns]; positions
/// int64 [rows]. The same bits as `attend` with one segment per row; without a look at the device's data on GPUs.
at::Tensor attend_steps(const AttentionShape& shape, const AttentionBuffers& buffers, const at::Tensor& key_rows,
                        const at::Tensor& positions);

}  // namespace shoal::model
