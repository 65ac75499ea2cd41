#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "weights/merge/merge_method.hpp"
#include "weights/pool/expert_pool.hpp"

namespace shoal::weights {

struct Merged {
  ModelDelta delta;
  double relative_error = 0.0;  ///< the largest of a layer, when `rank` has cut something off
};

/// Merges PEFT adapters, or full fine-tunes of the base, tensor by tensor.
///   full models:         each parameter, differences counted from the base's
///   adapters, `factors`: A and B apart, differences counted from 0
///   adapters, `delta`:   the products s B A; an expert that does not adapt a layer counts as 0 there
/// Elementwise methods leave no low rank under `delta`: the result then holds whole weights, or with `rank` the nearest
/// factors of that rank (by SVD). Throws like ExpertPool::load, and like check(options).
Merged merge_experts(std::span<const std::filesystem::path> folders, const std::filesystem::path& base,
                     MergeSpace space, const MergeOptions& options, std::optional<std::int64_t> rank = std::nullopt);

}  // namespace shoal::weights
