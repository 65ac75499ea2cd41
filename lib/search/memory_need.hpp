#pragma once

#include <cstdint>
#include <span>

#include "io/run_config.hpp"
#include "search/workload.hpp"

namespace shoal::search {

/// Prompt tokens that a block computes: prefixes that its prompts share count once. Of second prompts the first.
std::int64_t computed_tokens(const ItemList& block, const Workload& workload);

/// New tokens that an item may take in all its passes.
std::int64_t output_tokens(const WorkItem& item, std::span<const task::Task> tasks);

/// Bytes of the experts' files.
double expert_bytes(const io::RunConfig& config);

/// Bytes of one weight vector of dense positions: the first expert's numbers as float32. From headers alone.
double dense_vector_bytes(const io::RunConfig& config);

/// Bytes that a rank needs: the base and reward models in the compute type, the experts, and for each thread keys and
/// values of the largest block of `workload` with its answers; with dense positions also its share of the weight
/// vectors, with folded adapters the models that are at work. The experts of a token swarm count as models, each with
/// keys and values of its own. From headers alone.
double memory_per_rank(const io::RunConfig& config, std::span<const task::Task> tasks, const Workload& workload,
                       int threads, int ranks = 1);

}  // namespace shoal::search
