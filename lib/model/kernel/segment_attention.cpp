#include "model/kernel/segment_attention.hpp"

#include <ATen/ops/_flash_attention_forward.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "base/error.hpp"
#include "model/kernel/key_table.hpp"
#include "model/kernel/packed_segments.hpp"
#include "model/kernel/step_attention.hpp"

namespace shoal::model {

namespace {

// What ATen's flash attention accepts (its checks: bfloat16 or float16, sizes of heads in steps of 8 up to 256).
bool flash_knows(const AttentionShape& shape, const at::TensorOptions& options) {
  return options.dtype().toScalarType() == at::kBFloat16 && shape.head_dim % 8 == 0 && shape.head_dim <= 256;
}

}  // namespace

SegmentAttention::SegmentAttention(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                                   const at::TensorOptions& options)
    : shape_(shape), segments_(segments), way_(choose(options)) {
  if (way_ == Way::by_row) prepare_rows(options.device());
  if (way_ == Way::flash) prepare_flash(options.device());
}

SegmentAttention::Way SegmentAttention::choose(const at::TensorOptions& options) const {
  if (options.device().is_cpu()) return Way::by_segment;
  if (std::ranges::all_of(segments_, &AttentionSegment::single_query) && shape_.head_dim <= longest_step_head) {
    return Way::by_row;
  }
  return flash_knows(shape_, options) ? Way::flash : Way::by_segment;
}

void SegmentAttention::prepare_rows(at::Device device) {
  const auto rows = static_cast<std::int64_t>(segments_.size());
  std::vector<std::vector<KeySpan>> keys(segments_.size());
  std::vector<std::int64_t> positions(segments_.size());
  std::int64_t columns = 0;
  for (const AttentionSegment& segment : segments_) {
    const auto row = static_cast<std::size_t>(segment.first_row);
    expect(row < keys.size() && keys[row].empty(), "one-row segments hold every row once.");
    keys[row] = segment.keys;
    positions[row] = segment.key_count() - 1;
    columns = std::max(columns, segment.key_count());
  }
  key_rows_ = key_table(keys, rows, columns, 0).to(device);
  positions_ = at::tensor(positions, at::kLong).to(device);
}

void SegmentAttention::prepare_flash(at::Device device) {
  const PackedSegments packed = pack_segments(segments_);
  key_rows_ = at::tensor(packed.key_rows, at::kLong).to(device);
  query_ends_ = at::tensor(packed.query_ends, at::kInt).to(device);
  key_ends_ = at::tensor(packed.key_ends, at::kInt).to(device);
  most_queries_ = packed.most_queries;
  most_keys_ = packed.most_keys;
}

// Causal with fewer queries than keys: flash attention since its version 2.1 aligns the last query with the last key
// (torch/nn/attention/bias.py: "for this particular op it means lower right"). Heads may share keys.
at::Tensor SegmentAttention::flash(const AttentionBuffers& buffers) const {
  const auto split = [&](const at::Tensor& rows) { return rows.view({rows.size(0), -1, shape_.head_dim}); };
  const at::Tensor keys = split(buffers.keys.index_select(0, key_rows_));
  const at::Tensor values = split(buffers.values.index_select(0, key_rows_));
  const auto result = at::_flash_attention_forward(split(buffers.queries), keys, values, query_ends_, key_ends_,
                                                   most_queries_, most_keys_, 0.0, /*is_causal=*/true, false);
  return std::get<0>(result).reshape(buffers.queries.sizes());
}

at::Tensor SegmentAttention::operator()(const AttentionBuffers& buffers) const {
  if (way_ == Way::by_row) return attend_steps(shape_, buffers, key_rows_, positions_);
  if (way_ == Way::flash) return flash(buffers);
  return attend(shape_, segments_, buffers.queries, buffers.keys, buffers.values);
}

}  // namespace shoal::model
