#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>

#include "weights/merge/merge_method.hpp"

namespace shoal::weights {

/// One tensor merged from the experts' tensors of that name. Differences count from `base`; without one (adapters) from
/// 0. `number` tells the tensors of one merge apart: each has random masks of its own. Everything in float32.
at::Tensor merge_tensors(std::span<const at::Tensor> experts, const std::optional<at::Tensor>& base,
                         const MergeOptions& options, std::uint32_t number);

}  // namespace shoal::weights
