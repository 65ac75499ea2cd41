#pragma once

#include "model/kernel/row_kernels.hpp"
#include "model/kernel/warp.cuh"

// The passes of row_kernels.hpp on a GPU, rounding where the CPU's do. `width`: numbers per access; it divides every
// row length that it is used for.

namespace shoal::model {

/// One block per row of `size` numbers. residual += update (unless null); out = weight * round(residual * scale).
template <typename T, int width>
__global__ void add_norm_kernel(T* residual, const T* update, const T* weight, T* out, std::int64_t size, float eps) {
  using Numbers = Pack<T, width>;
  const std::int64_t row = static_cast<std::int64_t>(blockIdx.x) * size;
  auto* const x = reinterpret_cast<Numbers*>(residual + row);
  const auto* const u = reinterpret_cast<const Numbers*>(update == nullptr ? nullptr : update + row);
  float squares = 0.0F;
  for (std::int64_t i = thread_index(); i < size / width; i += thread_count()) {
    Numbers sum = x[i];
    if (u != nullptr) {
      const Numbers more = u[i];
      for (int c = 0; c < width; ++c)
        sum.values[c] = static_cast<T>(static_cast<float>(sum.values[c]) + static_cast<float>(more.values[c]));
      x[i] = sum;
    }
    for (int c = 0; c < width; ++c) squares += static_cast<float>(sum.values[c]) * static_cast<float>(sum.values[c]);
  }
  const float scale = 1.0F / sqrtf(block_sum(squares) / static_cast<float>(size) + eps);
  const auto* const w = reinterpret_cast<const Numbers*>(weight);
  auto* const y = reinterpret_cast<Numbers*>(out + row);
  for (std::int64_t i = thread_index(); i < size / width; i += thread_count()) {
    const Numbers sum = x[i];
    const Numbers factor = w[i];
    Numbers normed;
    for (int c = 0; c < width; ++c) {
      const T rounded = static_cast<T>(static_cast<float>(sum.values[c]) * scale);
      normed.values[c] = static_cast<T>(static_cast<float>(factor.values[c]) * static_cast<float>(rounded));
    }
    y[i] = normed;
  }
}

template <typename T>
__device__ inline T gated(T gate, T up) {
  const float x = static_cast<float>(gate);
  const T silu = static_cast<T>(x / (1.0F + expf(-x)));
  return static_cast<T>(static_cast<float>(silu) * static_cast<float>(up));
}

/// A grid of any size. gate_up [rows, 2 size], gate first; out [rows, size].
template <typename T, int width>
__global__ void gate_kernel(const T* gate_up, T* out, std::int64_t rows, std::int64_t size) {
  using Numbers = Pack<T, width>;
  const std::int64_t per_row = size / width;
  const auto* const in = reinterpret_cast<const Numbers*>(gate_up);
  auto* const y = reinterpret_cast<Numbers*>(out);
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * thread_count();
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * thread_count() + thread_index(); i < rows * per_row;
       i += stride) {
    const std::int64_t row = i / per_row;
    const Numbers gate = in[i + row * per_row];
    const Numbers up = in[i + (row + 1) * per_row];
    Numbers result;
    for (int c = 0; c < width; ++c) result.values[c] = gated(gate.values[c], up.values[c]);
    y[i] = result;
  }
}

// (x1, x2) <- (x1 cos - x2 sin, x2 cos + x1 sin): number i of the first half of a head with its partner in the second.
template <typename T>
__device__ inline void turn(const T* from, T* to, std::int64_t half, float cosine, float sine) {
  const float a = static_cast<float>(from[0]);
  const float b = static_cast<float>(from[half]);
  to[0] = static_cast<T>(a * cosine - b * sine);
  to[half] = static_cast<T>(b * cosine + a * sine);
}

/// One block per row of qkv.
template <typename T>
__global__ void rotate_kernel(RotationPlan plan, const T* qkv, T* queries, T* keys, T* values) {
  const std::int64_t row = blockIdx.x;
  const std::int64_t half = plan.head_dim / 2;
  const std::int64_t rotated = plan.query_size + plan.kv_size;
  const T* const from = qkv + row * (rotated + plan.kv_size);
  const std::int64_t slot = plan.slots[row] * plan.kv_size;
  const float* const cosine = plan.cosine + plan.positions[row] * half;
  const float* const sine = plan.sine + plan.positions[row] * half;
  for (std::int64_t i = thread_index(); i < rotated / 2; i += thread_count()) {
    const std::int64_t pair = i % half;
    const std::int64_t column = (i / half) * plan.head_dim + pair;
    T* const to =
        column < plan.query_size ? queries + row * plan.query_size + column : keys + slot + (column - plan.query_size);
    turn(from + column, to, half, cosine[pair], sine[pair]);
  }
  for (std::int64_t i = thread_index(); i < plan.kv_size; i += thread_count()) values[slot + i] = from[rotated + i];
}

}  // namespace shoal::model
