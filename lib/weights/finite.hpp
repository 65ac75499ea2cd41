#pragma once

#include <ATen/core/Tensor.h>

namespace shoal::weights {

/// Whether a tensor on the CPU holds neither NaN nor infinities; true for whole numbers. One pass, nothing allocated
/// for the contiguous floating-point tensors that files hold.
bool all_finite(const at::Tensor& tensor);

}  // namespace shoal::weights
