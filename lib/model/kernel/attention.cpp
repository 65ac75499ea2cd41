#include "model/kernel/attention.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/scaled_dot_product_attention.h>

#include "model/kernel/attention_kernel.hpp"
#include "model/kernel/device_rows.hpp"

namespace shoal::model {

namespace {

template <typename T>
void attend_on_cpu(const AttentionShape& shape, std::span<const AttentionSegment> segments, const at::Tensor& queries,
                   const at::Tensor& keys, const at::Tensor& values, const at::Tensor& out) {
  AttentionScratch scratch;
  attend_rows(shape, segments,
              AttentionData<T>{queries.const_data_ptr<T>(), keys.const_data_ptr<T>(), values.const_data_ptr<T>(),
                               out.mutable_data_ptr<T>()},
              scratch);
}

at::Tensor gather(const at::Tensor& cache, const AttentionSegment& segment, std::int64_t kv_heads) {
  std::vector<at::Tensor> parts;
  for (const KeySpan& span : segment.keys) parts.push_back(cache.narrow(0, span.first, span.count));
  const at::Tensor rows = at::cat(parts);
  return rows.view({1, rows.size(0), kv_heads, -1}).transpose(1, 2);
}

// True where query i may look at key j: j <= context + i.
at::Tensor visible(std::int64_t queries, std::int64_t keys, at::Device device) {
  return at::ones({queries, keys}, at::TensorOptions(at::kBool).device(device)).tril(keys - queries);
}

std::vector<AttentionSegment> step_segments(const at::Tensor& key_rows, const at::Tensor& positions) {
  std::vector<AttentionSegment> segments;
  const auto* cache_rows = key_rows.const_data_ptr<std::int32_t>();
  for (std::int64_t row = 0; row < key_rows.size(0); ++row, cache_rows += key_rows.size(1)) {
    segments.push_back({row, 1, {}, true});
    const auto keys = positions.const_data_ptr<std::int64_t>()[row] + 1;
    for (std::int64_t key = 0; key < keys; ++key) segments.back().keys.push_back({cache_rows[key], 1});
  }
  return segments;
}

}  // namespace

at::Tensor attend(const AttentionShape& shape, std::span<const AttentionSegment> segments, const at::Tensor& queries,
                  const at::Tensor& keys, const at::Tensor& values) {
  if (!queries.is_cpu()) return attend_with_aten(shape, segments, queries, keys, values);
  const at::Tensor out = at::empty_like(queries);
  if (queries.scalar_type() == at::kFloat) {
    attend_on_cpu<float>(shape, segments, queries, keys, values, out);
  } else {
    attend_on_cpu<c10::BFloat16>(shape, segments, queries, keys, values, out);
  }
  return out;
}

at::Tensor attend_steps(const AttentionShape& shape, const AttentionBuffers& buffers, const at::Tensor& key_rows,
                        const at::Tensor& positions) {
  if (buffers.queries.is_cpu()) {
    return attend(shape, step_segments(key_rows, positions), buffers.queries, buffers.keys, buffers.values);
  }
  const at::Tensor out = at::empty_like(buffers.queries);
  attend_steps_on_device(shape, buffers, key_rows, positions, out);
  return out;
}

at::Tensor attend_with_aten(const AttentionShape& shape, std::span<const AttentionSegment> segments,
                            const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values) {
  const at::Tensor out = at::empty_like(queries);
  for (const AttentionSegment& segment : segments) {
    const at::Tensor own = queries.narrow(0, segment.first_row, segment.rows);
    const at::Tensor means = at::scaled_dot_product_attention(
        own.view({1, segment.rows, shape.heads, shape.head_dim}).transpose(1, 2), gather(keys, segment, shape.kv_heads),
        gather(values, segment, shape.kv_heads), visible(segment.rows, segment.key_count(), queries.device()), 0.0,
        false, std::nullopt, true);
    out.narrow(0, segment.first_row, segment.rows).copy_(means.transpose(1, 2).reshape({segment.rows, -1}));
  }
  return out;
}

}  // namespace shoal::model
