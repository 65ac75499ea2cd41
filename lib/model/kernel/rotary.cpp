#include "model/kernel/rotary.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/outer.h>
#include <ATen/ops/pow.h>

#include <numbers>

namespace shoal::model {

namespace {

// Llama 3: long wavelengths are stretched by `factor`, short ones kept, those between interpolated
// (transformers, modeling_rope_utils.py, _compute_llama3_parameters).
double stretch(double frequency, const RopeSettings& rope) {
  const double wavelength = 2.0 * std::numbers::pi / frequency;
  if (wavelength < rope.original_context / rope.high_freq_factor) return frequency;
  if (wavelength > rope.original_context / rope.low_freq_factor) return frequency / rope.factor;
  const double smooth =
      (rope.original_context / wavelength - rope.low_freq_factor) / (rope.high_freq_factor - rope.low_freq_factor);
  return (1.0 - smooth) * frequency / rope.factor + smooth * frequency;
}

// theta^(-2i/d), i = 0 … d/2 - 1, in float32 step by step like transformers: angles at far positions must agree.
at::Tensor frequencies(const RopeSettings& rope, std::int64_t head_dim) {
  const at::Tensor exponents = at::arange(0, head_dim, 2, at::kFloat) / static_cast<double>(head_dim);
  at::Tensor plain = at::pow(rope.theta, exponents).reciprocal();
  if (rope.kind == RopeKind::linear) plain = plain / rope.factor;
  if (rope.kind != RopeKind::llama3) return plain;
  auto* values = plain.data_ptr<float>();
  for (std::int64_t i = 0; i < plain.numel(); ++i) values[i] = static_cast<float>(stretch(values[i], rope));
  return plain;
}

at::Tensor round_to(const at::Tensor& values, at::ScalarType type) { return values.to(type).to(at::kFloat); }

}  // namespace

RotaryTable make_rotary_table(const RopeSettings& settings, std::int64_t head_dim, std::int64_t positions,
                              at::ScalarType compute_type) {
  const at::Tensor angles = at::outer(at::arange(positions, at::kFloat), frequencies(settings, head_dim));
  return {round_to(angles.cos(), compute_type), round_to(angles.sin(), compute_type)};
}

}  // namespace shoal::model
