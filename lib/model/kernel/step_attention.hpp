#pragma once

#include <cstdint>

namespace shoal::model {

/// One query row per sequence over the cache of one layer, in raw memory. queries, out [rows, heads head_dim], rotated;
/// keys, values [cache rows, kv_heads head_dim]. Query row r sees positions[r] + 1 keys; key j of it lies in cache row
/// key_rows[r, j] of key_rows [rows, columns].
template <typename T>
struct StepAttention {
  const T* queries;
  const T* keys;
  const T* values;
  T* out;
  const std::int32_t* key_rows;
  const std::int64_t* positions;
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t heads;
  std::int64_t kv_heads;
  std::int64_t head_dim;
};

/// The largest head that attend_steps on a GPU knows.
inline constexpr std::int64_t longest_step_head = 256;

}  // namespace shoal::model
