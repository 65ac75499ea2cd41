#pragma once

#include <cstdint>
#include <span>

#include "comm/communicator.hpp"
#include "weights/model_delta.hpp"
#include "weights/pool/expert_pool.hpp"

namespace shoal::evaluation {

/// Numbers that are summed before they cross ranks: 64 MiB.
inline constexpr std::int64_t default_bucket = std::int64_t{1} << 24;

/// pool.materialise(coefficients) for full models, by all ranks together. Bucket by bucket each rank sums an equal part
/// of the numbers over all experts, reading only that part of their files, and gets the others' from the others. The
/// bits are those of pool.materialise, for any number of ranks and any bucket. Collective. Throws Error on all ranks.
weights::ModelDelta sharded_sum(const comm::Communicator& comm, const weights::ExpertPool& pool,
                                std::span<const double> coefficients, std::int64_t bucket = default_bucket);

}  // namespace shoal::evaluation
