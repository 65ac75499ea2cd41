#include "model/kernel/row_kernels.hpp"

#include <cmath>

#include "model/kernel/simd.hpp"

namespace shoal::model {

namespace {

using simd::Floats;
using simd::lanes;

template <typename T>
SHOAL_INLINE float add_and_square(T* residual, const T* update, std::int64_t size) {
  Floats squares{};
  std::int64_t i = 0;
  for (; i + lanes <= size; i += lanes) {
    Floats x = simd::load(residual + i);
    if (update != nullptr) {
      x = simd::rounded_to<T>(x + simd::load(update + i));
      simd::store(residual + i, x);
    }
    squares += x * x;
  }
  if (const auto rest = size - i; rest > 0) {
    Floats x = simd::load_some(residual + i, rest);
    if (update != nullptr) {
      x = simd::rounded_to<T>(x + simd::load_some(update + i, rest));
      simd::store_some(residual + i, x, rest);
    }
    squares += x * x;
  }
  return simd::sum(squares);
}

template <typename T>
SHOAL_INLINE void scale_row(const T* residual, const T* weight, float scale, T* out, std::int64_t size) {
  std::int64_t i = 0;
  for (; i + lanes <= size; i += lanes) {
    simd::store(out + i, simd::load(weight + i) * simd::rounded_to<T>(simd::load(residual + i) * scale));
  }
  if (const auto rest = size - i; rest > 0) {
    const Floats x = simd::rounded_to<T>(simd::load_some(residual + i, rest) * scale);
    simd::store_some(out + i, simd::load_some(weight + i, rest) * x, rest);
  }
}

template <typename T>
SHOAL_INLINE void add_norm(T* residual, const T* update, const T* weight, T* out, std::int64_t rows, std::int64_t size,
                           double eps) {
  for (std::int64_t row = 0; row < rows; ++row) {
    T* const x = residual + row * size;
    const float squares = add_and_square(x, update == nullptr ? update : update + row * size, size);
    const float mean = squares / static_cast<float>(size);
    scale_row(x, weight, 1.0F / std::sqrt(mean + static_cast<float>(eps)), out + row * size, size);
  }
}

SHOAL_INLINE Floats silu(Floats x) { return x / (simd::exponential(-x) + 1.0F); }

template <typename T>
SHOAL_INLINE void gate(const T* gate_up, T* out, std::int64_t rows, std::int64_t size) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const T* const g = gate_up + row * 2 * size;
    const T* const u = g + size;
    T* const y = out + row * size;
    std::int64_t i = 0;
    for (; i + lanes <= size; i += lanes) {
      simd::store(y + i, simd::rounded_to<T>(silu(simd::load(g + i))) * simd::load(u + i));
    }
    if (const auto rest = size - i; rest > 0) {
      const Floats gated = simd::rounded_to<T>(silu(simd::load_some(g + i, rest)));
      simd::store_some(y + i, gated * simd::load_some(u + i, rest), rest);
    }
  }
}

// One head: (x1, x2) <- (x1 cos - x2 sin, x2 cos + x1 sin), x1 and x2 the halves of the head (Hugging Face's layout).
template <typename T>
SHOAL_INLINE void rotate_head(const T* from, T* to, const float* cosine, const float* sine, std::int64_t half) {
  std::int64_t i = 0;
  for (; i + lanes <= half; i += lanes) {
    const Floats a = simd::load(from + i);
    const Floats b = simd::load(from + half + i);
    const Floats c = simd::load(cosine + i);
    const Floats s = simd::load(sine + i);
    simd::store(to + i, a * c - b * s);
    simd::store(to + half + i, b * c + a * s);
  }
  if (const auto rest = half - i; rest > 0) {
    const Floats a = simd::load_some(from + i, rest);
    const Floats b = simd::load_some(from + half + i, rest);
    const Floats c = simd::load_some(cosine + i, rest);
    const Floats s = simd::load_some(sine + i, rest);
    simd::store_some(to + i, a * c - b * s, rest);
    simd::store_some(to + half + i, b * c + a * s, rest);
  }
}

template <typename T>
SHOAL_INLINE void rotate(const RotationPlan& plan, const T* qkv, T* queries, T* keys, T* values) {
  const auto half = plan.head_dim / 2;
  const auto width = plan.query_size + 2 * plan.kv_size;
  for (std::int64_t row = 0; row < plan.rows; ++row) {
    const T* const q = qkv + row * width;
    T* const turned = queries + row * plan.query_size;
    const T* const k = q + plan.query_size;
    const T* const v = k + plan.kv_size;
    const float* const cosine = plan.cosine + plan.positions[row] * half;
    const float* const sine = plan.sine + plan.positions[row] * half;
    const auto slot = plan.slots[row] * plan.kv_size;
    for (std::int64_t i = 0; i < plan.query_size; i += plan.head_dim)
      rotate_head(q + i, turned + i, cosine, sine, half);
    for (std::int64_t i = 0; i < plan.kv_size; i += plan.head_dim) {
      rotate_head(k + i, keys + slot + i, cosine, sine, half);
    }
    std::memcpy(static_cast<void*>(values + slot), v, static_cast<std::size_t>(plan.kv_size) * sizeof(T));
  }
}

}  // namespace

SHOAL_SIMD void add_norm_rows(float* residual, const float* update, const float* weight, float* out, std::int64_t rows,
                              std::int64_t size, double eps) {
  add_norm(residual, update, weight, out, rows, size, eps);
}

SHOAL_SIMD void add_norm_rows(c10::BFloat16* residual, const c10::BFloat16* update, const c10::BFloat16* weight,
                              c10::BFloat16* out, std::int64_t rows, std::int64_t size, double eps) {
  add_norm(residual, update, weight, out, rows, size, eps);
}

SHOAL_SIMD void gate_rows(const float* gate_up, float* out, std::int64_t rows, std::int64_t size) {
  gate(gate_up, out, rows, size);
}

SHOAL_SIMD void gate_rows(const c10::BFloat16* gate_up, c10::BFloat16* out, std::int64_t rows, std::int64_t size) {
  gate(gate_up, out, rows, size);
}

SHOAL_SIMD void rotate_rows(const RotationPlan& plan, const float* qkv, float* queries, float* keys, float* values) {
  rotate(plan, qkv, queries, keys, values);
}

SHOAL_SIMD void rotate_rows(const RotationPlan& plan, const c10::BFloat16* qkv, c10::BFloat16* queries,
                            c10::BFloat16* keys, c10::BFloat16* values) {
  rotate(plan, qkv, queries, keys, values);
}

}  // namespace shoal::model
