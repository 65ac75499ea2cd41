#pragma once

#include <ATen/core/Tensor.h>

#include <span>

namespace shoal::weights {

/// One summand: coefficient * values.
struct Term {
  at::Tensor values;  ///< contiguous, float32, bfloat16, float16 or float64
  double coefficient;
};

/// sum_k coefficient_k values_k as float32, added up in the order of the terms, each product and sum rounded to
/// float32; no fused multiply-add, so that the bits depend on neither machine, thread count nor memory layout. One pass
/// over memory on CPUs; on GPUs one per term. All terms have one shape and device, which is the result's; at least one
/// term.
at::Tensor weighted_sum(std::span<const Term> terms);

}  // namespace shoal::weights
