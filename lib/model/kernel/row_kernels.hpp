#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace shoal::model {

/// What rotating and storing one batch of rows needs to know. Shapes: qkv [rows, query + 2 kv], queries [rows, query],
/// cosine and sine [positions, head_dim / 2], keys and values [cache rows, kv]; the sizes are multiples of head_dim.
struct RotationPlan {
  std::int64_t rows;
  std::int64_t query_size;
  std::int64_t kv_size;
  std::int64_t head_dim;
  const float* cosine;
  const float* sine;
  const std::int64_t* positions;  ///< [rows]
  const std::int64_t* slots;      ///< [rows]: the cache row that receives key and value
};

// The passes between matrix products on CPUs, one row at a time, accumulated in float32. One overload per compute type.

/// residual += update (skipped when update is null); out = weight * round(residual * rsqrt(mean(residual^2) + eps)).
void add_norm_rows(float* residual, const float* update, const float* weight, float* out, std::int64_t rows,
                   std::int64_t size, double eps);
void add_norm_rows(c10::BFloat16* residual, const c10::BFloat16* update, const c10::BFloat16* weight,
                   c10::BFloat16* out, std::int64_t rows, std::int64_t size, double eps);

/// out[i] = silu(gate[i]) * up[i] with gate_up = [rows, 2 size], gate first.
void gate_rows(const float* gate_up, float* out, std::int64_t rows, std::int64_t size);
void gate_rows(const c10::BFloat16* gate_up, c10::BFloat16* out, std::int64_t rows, std::int64_t size);

/// Writes rotated queries, and rotated keys and plain values into the cache.
void rotate_rows(const RotationPlan& plan, const float* qkv, float* queries, float* keys, float* values);
void rotate_rows(const RotationPlan& plan, const c10::BFloat16* qkv, c10::BFloat16* queries, c10::BFloat16* keys,
                 c10::BFloat16* values);

}  // namespace shoal::model
