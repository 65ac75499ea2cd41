#pragma once

#include <cstddef>

#include "base/buffer.hpp"
#include "comm/communicator.hpp"

namespace shoal::comm {

/// target[i] <- part_0[i] op part_1[i] op …, in this order. `parts` holds them one after the other, in host memory,
/// each of the length and type of `target`. bfloat16 numbers are combined in float32 and rounded once.
void combine(const Buffer& parts, ReduceOp op, const Buffer& target);

}  // namespace shoal::comm
