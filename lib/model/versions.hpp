#pragma once

#include <string>

namespace shoal::model {

/// LibTorch's version and what its kernels use on this processor, e.g. "2.11.0 (AVX512)".
std::string libtorch_version();

}  // namespace shoal::model
