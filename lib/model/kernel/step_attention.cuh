#pragma once

#include "model/kernel/step_attention.hpp"
#include "model/kernel/warp.cuh"

// Decoding's attention on a GPU: out = softmax(q k^T / sqrt(d)) v for one query row per sequence.
//
// One block per (key-value head, row). Its warps take tiles of 32 keys in turn. Within a tile each lane computes the
// scores of one key for up to four query heads that share it; then the lanes share out the columns of the values. Every
// warp keeps a running peak, total and mean of its keys (online softmax, float32); the block joins them at the end.

namespace shoal::model {

constexpr int step_warps = 4;
constexpr int heads_at_once = 4;

struct StepShared {
  float queries[heads_at_once][longest_step_head];
  float weights[step_warps][heads_at_once][warp_size];
  float peaks[step_warps][heads_at_once];
  float totals[step_warps][heads_at_once];
  float means[step_warps][heads_at_once][longest_step_head];
};

/// What a warp knows about the keys that it has seen. Lane l holds columns l, l + 32, … of the means.
template <int columns>
struct RunningSoftmax {
  float peak[heads_at_once];
  float total[heads_at_once];
  float mean[heads_at_once][static_cast<std::size_t>(columns)];
};

/// The heads of one block that are done together.
struct HeadChunk {
  std::int64_t first;  // query head
  std::int64_t kv;     // key-value head
  int count;           // <= heads_at_once
};

template <typename T>
__device__ inline void load_step_queries(const StepAttention<T>& a, std::int64_t row, const HeadChunk& heads,
                                         StepShared& shared) {
  const float scale = 1.0F / sqrtf(static_cast<float>(a.head_dim));
  const T* const from = a.queries + (row * a.heads + heads.first) * a.head_dim;
  for (std::int64_t i = thread_index(); i < heads.count * a.head_dim; i += thread_count())
    shared.queries[i / a.head_dim][i % a.head_dim] = static_cast<float>(from[i]) * scale;
}

// scores[h] = query h . key
template <typename T, int width>
__device__ inline void score_key(const StepAttention<T>& a, const HeadChunk& heads, const StepShared& shared,
                                 const T* key, float (&scores)[heads_at_once]) {
  for (float& score : scores) score = 0.0F;
  for (std::int64_t i = 0; i < a.head_dim; i += width) {
    const auto numbers = *reinterpret_cast<const Pack<T, width>*>(key + i);
    for (int c = 0; c < width; ++c) {
      const float k = static_cast<float>(numbers.values[c]);
      for (int h = 0; h < heads_at_once; ++h) {
        if (h < heads.count) scores[h] += shared.queries[h][i + c] * k;
      }
    }
  }
}

// The tile's weights go to shared memory; what was known shrinks to the new peak.
template <int columns>
__device__ inline void weigh_tile(const HeadChunk& heads, bool seen, const float (&scores)[heads_at_once],
                                  RunningSoftmax<columns>& known, float (&weights)[heads_at_once][warp_size]) {
  const float unseen = -INFINITY;
  for (int h = 0; h < heads_at_once; ++h) {
    if (h >= heads.count) continue;
    const float peak = fmaxf(known.peak[h], warp_max(seen ? scores[h] : unseen));
    const float weight = seen ? expf(scores[h] - peak) : 0.0F;
    const float shrink = expf(known.peak[h] - peak);
    weights[h][threadIdx.x % warp_size] = weight;
    known.total[h] = known.total[h] * shrink + warp_sum(weight);
    for (int c = 0; c < columns; ++c) known.mean[h][c] *= shrink;
    known.peak[h] = peak;
  }
}

// mean[h] += weight[h] value, for one key; the lanes share out the columns.
template <typename T, int columns>
__device__ inline void add_value(const StepAttention<T>& a, const HeadChunk& heads, const T* value, int key,
                                 const float (&weights)[heads_at_once][warp_size], RunningSoftmax<columns>& known) {
  for (int c = 0; c < columns; ++c) {
    const auto column = static_cast<std::int64_t>(threadIdx.x % warp_size) + c * static_cast<std::int64_t>(warp_size);
    if (column >= a.head_dim) continue;
    const float v = static_cast<float>(value[column]);
    for (int h = 0; h < heads_at_once; ++h) {
      if (h < heads.count) known.mean[h][c] += weights[h][key] * v;
    }
  }
}

template <typename T, int width, int columns>
__device__ inline void scan_keys(const StepAttention<T>& a, std::int64_t row, const HeadChunk& heads,
                                 StepShared& shared, RunningSoftmax<columns>& known) {
  const std::int64_t keys = a.positions[row] + 1;
  const std::int32_t* const cache_rows = a.key_rows + row * a.columns;
  const std::int64_t lane = static_cast<std::int64_t>(threadIdx.x % warp_size);
  const unsigned warp = threadIdx.x / warp_size;
  const auto offset = [&](std::int32_t cache_row) { return (cache_row * a.kv_heads + heads.kv) * a.head_dim; };
  for (std::int64_t tile = warp * warp_size; tile < keys; tile += step_warps * warp_size) {
    const bool seen = tile + lane < keys;
    const std::int32_t mine = cache_rows[seen ? tile + lane : keys - 1];
    float scores[heads_at_once];
    score_key<T, width>(a, heads, shared, a.keys + offset(mine), scores);
    weigh_tile(heads, seen, scores, known, shared.weights[warp]);
    __syncwarp();
    const int count = keys - tile < warp_size ? static_cast<int>(keys - tile) : static_cast<int>(warp_size);
    for (int key = 0; key < count; ++key)
      add_value(a, heads, a.values + offset(cache_rows[tile + key]), key, shared.weights[warp], known);
    __syncwarp();
  }
}

template <int columns>
__device__ inline void publish(const HeadChunk& heads, const RunningSoftmax<columns>& known, StepShared& shared) {
  const unsigned lane = threadIdx.x % warp_size;
  const unsigned warp = threadIdx.x / warp_size;
  for (int h = 0; h < heads_at_once; ++h) {
    if (h >= heads.count) continue;
    for (unsigned c = 0; c < columns; ++c) shared.means[warp][h][lane + c * warp_size] = known.mean[h][c];
    if (lane == 0) shared.peaks[warp][h] = known.peak[h];
    if (lane == 0) shared.totals[warp][h] = known.total[h];
  }
}

// A warp without keys has peak -inf and so weight 0.
template <typename T>
__device__ inline void join_warps(const StepAttention<T>& a, std::int64_t row, const HeadChunk& heads,
                                  const StepShared& shared) {
  T* const out = a.out + (row * a.heads + heads.first) * a.head_dim;
  for (std::int64_t i = thread_index(); i < heads.count * a.head_dim; i += thread_count()) {
    const std::int64_t h = i / a.head_dim;
    float peak = shared.peaks[0][h];
    for (int w = 1; w < step_warps; ++w) peak = fmaxf(peak, shared.peaks[w][h]);
    float total = 0.0F;
    float mean = 0.0F;
    for (int w = 0; w < step_warps; ++w) {
      const float share = expf(shared.peaks[w][h] - peak);
      total += share * shared.totals[w][h];
      mean += share * shared.means[w][h][i % a.head_dim];
    }
    out[i] = static_cast<T>(mean / total);
  }
}

/// Grid (kv_heads, rows), step_warps warps per block. `columns` * 32 >= head_dim; `width` divides head_dim.
template <typename T, int width, int columns>
__global__ void step_attention_kernel(StepAttention<T> a) {
  __shared__ StepShared shared;
  const std::int64_t row = blockIdx.y;
  const std::int64_t group = a.heads / a.kv_heads;
  const std::int64_t kv = blockIdx.x;
  for (std::int64_t done = 0; done < group; done += heads_at_once) {
    const std::int64_t left = group - done;
    const HeadChunk heads{kv * group + done, kv, static_cast<int>(left < heads_at_once ? left : heads_at_once)};
    load_step_queries(a, row, heads, shared);
    __syncthreads();
    RunningSoftmax<columns> known;
    for (int h = 0; h < heads_at_once; ++h) {
      known.peak[h] = -INFINITY;
      known.total[h] = 0.0F;
      for (int c = 0; c < columns; ++c) known.mean[h][c] = 0.0F;
    }
    scan_keys<T, width>(a, row, heads, shared, known);
    publish(heads, known, shared);
    __syncthreads();
    join_warps(a, row, heads, shared);
    __syncthreads();
  }
}

}  // namespace shoal::model
