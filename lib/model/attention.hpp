#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "model/attention_segment.hpp"

namespace shoal::model {

/// Attention of packed rows over the cache of one layer. queries [rows, heads head_dim], rotated; keys, values
/// [cache rows, kv_heads head_dim], those of the rows already stored. Rows that belong to no
/// segment are undefined in the result [rows, heads head_dim].
at::Tensor attend(const AttentionShape& shape, std::span<const AttentionSegment> segments, const at::Tensor& queries,
                  const at::Tensor& keys, const at::Tensor& values);

/// The same in ATen operations only, for devices without a kernel of ours.
at::Tensor attend_with_aten(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                            const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values);

}  // namespace shoal::model
