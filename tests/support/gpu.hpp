#pragma once

#include "support/torch_catch.hpp"
// torch_catch.hpp first: Catch2 and LibTorch both define CHECK
#include <ATen/detail/CUDAHooksInterface.h>

#include <optional>

namespace shoal::testing {

/// The first GPU; without one the test says so, and has nothing to check.
inline std::optional<at::Device> gpu_or_skip() {
  if (at::hasCUDA() && at::detail::getCUDAHooks().deviceCount() > 0) {
    at::globalContext().lazyInitDevice(at::kCUDA);
    return at::Device(at::kCUDA, 0);
  }
  WARN("SKIPPED: needs a GPU (a build with SHOAL_CUDA on a machine that has one)");
  return std::nullopt;
}

}  // namespace shoal::testing
