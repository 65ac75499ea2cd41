#pragma once

#include <cstdint>
#include <span>

#include "config/run_config.hpp"
#include "evaluation/workload.hpp"

namespace shoal::plan {

/// Prompt tokens that a block computes: prefixes that its prompts share count once. Of second prompts the first.
std::int64_t computed_tokens(const evaluation::ItemList& block, const evaluation::Workload& workload);

/// New tokens that an item may take in all its passes.
std::int64_t output_tokens(const evaluation::WorkItem& item, std::span<const task::Task> tasks);

/// Bytes of the experts' files.
double expert_bytes(const config::RunConfig& config);

/// Bytes of one weight vector of dense positions: the first expert's numbers as float32. From headers alone.
double dense_vector_bytes(const config::RunConfig& config);

/// Bytes that a rank needs: the base and reward models in the compute type, the experts, and for each thread keys and
/// values of the largest block of `workload` with its answers; with dense positions also its share of the weight
/// vectors, with folded adapters the models that are at work. The experts of a token swarm count as models, each with
/// keys and values of its own. From headers alone.
double memory_per_rank(const config::RunConfig& config, std::span<const task::Task> tasks,
                       const evaluation::Workload& workload, int threads, int ranks = 1);

}  // namespace shoal::plan
