#pragma once

#include "model/parameters/linear.hpp"

namespace shoal::model {

/// A linear map with low-rank additions side by side: y = x W^T + (x A^T) B^T. When W stacks several maps of the same
/// input (query, key and value), A stacks their factors and B holds theirs block by block, scale included.
class AdaptedLinear {
 public:
  AdaptedLinear() = default;
  explicit AdaptedLinear(Linear base) : base_(std::move(base)) {}
  /// a [rank, in], b [out, rank], both in the compute type.
  AdaptedLinear(Linear base, const at::Tensor& a, const at::Tensor& b);

  at::Tensor operator()(const at::Tensor& x) const;

  /// y += (x A^T) B^T in place, where y [rows, out] holds the base's products: with the bits of operator(). For rows
  /// that stand beside rows of other adapters.
  void add_factors(const at::Tensor& x, at::Tensor y) const;

  const Linear& base() const { return base_; }

 private:
  Linear base_;
  at::Tensor a_;         // [rank, in]
  at::Tensor b_turned_;  // [rank, out]
};

}  // namespace shoal::model
