#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace shoal::weights {

/// What stays of a tensor under TIES (Yadav et al. 2023): the max(1, floor(density n)) numbers of largest magnitude;
/// among equal ones the first.
at::Tensor trim(const at::Tensor& delta, double density);

/// Which random numbers a mask takes: no two tensors and experts of one merge have the same.
struct MaskPlace {
  std::uint64_t seed;
  std::uint32_t tensor;
  std::uint32_t expert;
};

/// What stays of a tensor under DARE (Yu et al. 2024): each number with probability density, divided by it. Number i is
/// kept where word i mod 4 of Philox {tensor, expert, merge_mask, floor(i / 4)} is below density 2^32.
at::Tensor drop(const at::Tensor& delta, double density, const MaskPlace& place);

/// Number by number, of deltas d_k that were trimmed or dropped:
///   elect the sign s of sum_k w_k d_k (+ for 0);  the result is the weighted mean of those terms that have it:
///   sum_{k: sign(w_k d_k) = s} w_k d_k / sum_{the same k} w_k,  undivided where those weights add up to 0
/// `deltas` are float32, contiguous and of one shape; one weight each.
at::Tensor elected_mean(std::span<const at::Tensor> deltas, std::span<const double> weights);

}  // namespace shoal::weights
