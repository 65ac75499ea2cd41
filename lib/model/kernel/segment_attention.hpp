#pragma once

#include <ATen/core/Tensor.h>

#include <span>

#include "model/kernel/attention.hpp"

namespace shoal::model {

/// Attention over the segments of one batch, the same in every layer: what the device must know about them travels
/// there once. On CPUs it is `attend`. On GPUs one-row segments take the kernel of decoding's steps; others take varlen
/// flash attention over gathered keys in bfloat16, and ATen's attention segment by segment in float32.
class SegmentAttention {
 public:
  /// `segments` outlive this. They hold every row from 0 on once.
  SegmentAttention(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                   const at::TensorOptions& options);

  /// Shapes as in `attend`.
  at::Tensor operator()(const AttentionBuffers& buffers) const;

 private:
  enum class Way { by_segment, by_row, flash };
  Way choose(const at::TensorOptions& options) const;
  void prepare_rows(at::Device device);
  void prepare_flash(at::Device device);
  at::Tensor flash(const AttentionBuffers& buffers) const;

  AttentionShape shape_;
  std::span<const AttentionSegment> segments_;
  Way way_;
  at::Tensor key_rows_;    // by_row: int32 [rows, columns]; flash: int64 [keys of all segments]
  at::Tensor positions_;   // by_row: int64 [rows]
  at::Tensor query_ends_;  // flash: int32 [segments + 1]
  at::Tensor key_ends_;    // flash: int32 [segments + 1]
  std::int64_t most_queries_ = 0;
  std::int64_t most_keys_ = 0;
};

}  // namespace shoal::model
