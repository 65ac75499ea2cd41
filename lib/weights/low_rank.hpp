#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "weights/model_delta.hpp"

namespace shoal::weights {

/// scale * B A, float32 [out_features, in_features].
at::Tensor dense(const LowRank& pair);

/// W + scale * B A, computed in float32 and cast back to the type of `weight`. Shapes as `weight` [out_features,
/// in_features].
at::Tensor fold(const at::Tensor& weight, const LowRank& pair);

struct Truncated {
  LowRank pair;           ///< rank as asked, scale 1
  double relative_error;  ///< Frobenius norm of what was cut off ÷ that of the whole
};

/// The pair of rank `rank` that is nearest to a matrix [out_features, in_features], by SVD.
Truncated factorise(const at::Tensor& matrix, std::int64_t rank);

/// The best approximation of lower rank (Eckart–Young), by QR of the factors and SVD of the small product: never forms
/// the dense matrix. A rank at or above the pair's own is padded with zeros.
Truncated truncate(const LowRank& pair, std::int64_t rank);

}  // namespace shoal::weights
