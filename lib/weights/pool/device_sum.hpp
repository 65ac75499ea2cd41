#pragma once

#include "weights/pool/weighted_sum.hpp"

namespace shoal::weights {

/// weighted_sum of terms that lie on a GPU, on their current stream: the same bits as on a CPU. Builds without GPUs
/// throw Error{internal}.
at::Tensor weighted_sum_on_device(std::span<const Term> terms);

}  // namespace shoal::weights
