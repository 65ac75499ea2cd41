#pragma once

#include <cstdint>
#include <span>

#include "io/run_config.hpp"
#include "search/workload.hpp"

namespace shoal::search {

/// Prompt tokens that a block computes: prefixes that its prompts share count once.
std::int64_t computed_tokens(const ItemList& block, const Workload& workload);

/// Bytes of the experts' files.
double expert_bytes(const io::RunConfig& config);

/// Bytes that a rank needs: the base in the compute type, the experts, and for each thread keys and values of the
/// largest block of `workload` with its answers. From headers alone.
double memory_per_rank(const io::RunConfig& config, std::span<const task::Task> tasks, const Workload& workload,
                       int threads);

}  // namespace shoal::search
